"""The database says no last about the production ledgers: to the owner, too, and to code that has forgotten a rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain.production.commands import OutputLine
from store.database import Database
from tests.databases import FreshDatabase
from tests.plant import Plant, output, plant
from tests.production_examples import figures

pytestmark = pytest.mark.store

Connection = Any
REFERRED_TO = ("item", "work_center", "production_order", "production_line", "posting_register")
LEDGERS = ("item_entry", "capacity_entry", "value_entry", "item_application")
REFERENCES: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    ("item_entry", "register_id", {}),
    ("item_entry", "item_id", {}),
    ("item_entry", "order_id", {}),
    ("item_entry", "line_id", {}),
    ("item_entry", "applies_to", {"quantity": -1, "remaining": 0}),
    ("item_entry", "applies_from", {"type": "consumption"}),
    ("capacity_entry", "register_id", {}),
    ("capacity_entry", "order_id", {}),
    ("capacity_entry", "line_id", {}),
    ("capacity_entry", "center_id", {}),
    ("capacity_entry", "reverses_id", {}),
    ("capacity_entry", "item_entry_id", {}),
    ("value_entry", "register_id", {}),
    ("value_entry", "item_entry_id", {}),
    ("value_entry", "capacity_entry_id", {"item_entry_id": None}),
    ("item_application", "register_id", {}),
    ("item_application", "inbound_id", {}),
    ("item_application", "outbound_id", {}),
)
_COLUMNS = """
select string_agg(quote_ident(attname), ', ') from pg_attribute
 where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''"""
_FIRST = {
    "item_entry": "type = 'output' and quantity > 0 and not reversed",
    "capacity_entry": "reverses_id is null and not reversed",
    "value_entry": "item_entry_id is not null and amount > 0",
    "item_application": "not cost_only",
}


@pytest.fixture
async def made(damaged_database: FreshDatabase) -> AsyncIterator[Plant]:
    """A plant with an output, and one that was taken back."""
    async with plant(damaged_database, output_reversal_needs_approval=False) as found:
        await found.item("BOLT", "16.667")
        await found.center("100", "1.37", overhead="0.2", percent="20")
        await found.order("RPO-1", "BOLT", "100", routing={"10": "100"})
        line = OutputLine("RPO-1", operation="10", figures=figures(output=10, run=30))
        await found.take_back(output((await found.output(line)).lines[0].entries[0]))
        await found.output(line)
        yield found


async def copy(connection: Connection, ledger: str, changes: Mapping[str, object]) -> None:
    """Write a row as there is one already, but for its id and what is changed."""
    names = await connection.fetchval(_COLUMNS, ledger)
    changed = {"id": str(uuid4()), **changes} if ledger in ("item_entry", "capacity_entry") else changes
    sql = f"""insert into {ledger} ({names}) select {names} from jsonb_populate_record(null::{ledger},
                  (select to_jsonb(t) from {ledger} t where {_FIRST[ledger]} limit 1) || $1::text::jsonb)"""
    await connection.execute(sql, json.dumps(changed))


async def refused(
    connection: Connection, act: str, ledger: str = "", changes: Mapping[str, object] | None = None
) -> str:
    """The constraint or guard that refuses an act, or a copied row, of which nothing stays; nothing where it is done."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await (connection.execute(act) if changes is None else copy(connection, ledger, changes))
    except asyncpg.IntegrityConstraintViolationError as refusal:
        return f"{type(refusal).__name__} {refusal.constraint_name}"
    finally:
        await transaction.rollback()
    return ""


@pytest.mark.usefixtures("made")
async def test_a_row_may_only_refer_to_what_is_there(application: Connection) -> None:
    nothing = str(uuid4())

    taken = [await refused(application, "copy", ledger, {}) for ledger in LEDGERS]
    found = [await refused(application, "copy", ledger, {**more, key: nothing}) for ledger, key, more in REFERENCES]

    assert taken == [""] * len(LEDGERS)
    assert found == [f"ForeignKeyViolationError {ledger}_{key}_fkey" for ledger, key, _ in REFERENCES]


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("act", ["delete from {}", "update {} set id = default", "truncate {} cascade"])
async def test_what_the_ledgers_refer_to_stays(act: str, owner: Connection) -> None:
    found = [await refused(owner, act.format(table)) for table in (*REFERRED_TO, *LEDGERS)]

    assert all(one.startswith("RestrictViolationError") for one in found), found


@pytest.mark.usefixtures("made")
async def test_reversals_agree_with_their_original(application: Connection) -> None:
    taken_back = await application.fetchval("select id::text from item_entry where reversed and quantity > 0")
    closing = await application.fetchval("select id::text from item_entry where closes")

    more = await refused(application, "copy", "item_entry", {"applies_to": taken_back, "quantity": -1, "remaining": 0})
    costs = [
        await refused(application, "copy", "value_entry", {"item_entry_id": closing, "amount": some})
        for some in (1, -0.01)
    ]

    assert more == "CheckViolationError reversals_within_original"
    assert costs == ["CheckViolationError closing_reversal_costs_nothing"] * 2


async def test_what_is_posted_does_not_read_all_closing_reversals(
    made: Plant, damaged_database: FreshDatabase, owner: Connection
) -> None:
    lines = [OutputLine("RPO-1", operation="10", figures=figures(output=1, run=3))] * 100
    scans = "select idx_scan from pg_stat_user_indexes where indexrelname = 'item_entry_one_closing'"
    await made.output(*lines)
    await owner.execute("analyze")  # so that statistics know of next to no closing reversal
    before = await owner.fetchval(scans)

    later = Plant(Database(damaged_database.app_url, pool_size=1), orders=made.orders)
    posted = await later.output(*lines)
    await later.take_back(*(output(line.entries[0]) for line in posted.lines))
    await later.database.close()  # what a connection counted is told when it ends

    assert await owner.fetchval(scans) == before
