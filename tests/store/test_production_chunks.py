"""Long requests on production: settled in chunks from what is remembered, with the same rows as planned one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from application.settled import Settled
from application.work import LONG_LINES
from domain.production.commands import OutputLine
from domain.production.recall_facts import Choice, Heading
from store.database import execute, fetch
from tests.chunking import chunks_of
from tests.databases import FreshDatabase
from tests.plant import Plant, output, plant
from tests.production_examples import figures

pytestmark = pytest.mark.store

LINES = LONG_LINES + 60
ZERO = Decimal(0)


@pytest.fixture
async def full(database: FreshDatabase) -> AsyncIterator[Plant]:
    """A plant in which many outputs were posted, with setup, scrap and stop time and an indirect part of the cost."""
    with chunks_of(LONG_LINES):
        async with plant(database, output_reversal_needs_approval=False) as made:
            await made.item("BOLT", "16.667")
            await made.center("100", "1.37", overhead="0.2", percent="20")
            await made.order("RPO-1", "BOLT", "100000", routing={"10": "100"})
            line = OutputLine(
                "RPO-1",
                operation="10",
                figures=figures(output="3.5", setup=7, run="20.5", scrap=1, stop=4),
                document="D-7",
            )
            await made.output(*[line] * LINES)
            yield made


async def outputs(full: Plant) -> list[str]:
    return [row.id for row in await full.entries() if row.type == "output" and not row.is_reversal]


async def settled(full: Plant, request: str) -> tuple[Settled, int]:
    """How a decision ended, and in how many transactions."""
    decision, chunks = await full.decide(request), 0
    while True:
        chunks += 1
        found = await full.settle(request, decision)
        if found.outcome != "pending":
            return found, chunks


async def remembered(full: Plant) -> int:
    async with full.database.begin() as connection:
        return len(await fetch(connection, "select 1 from recall_line where basis is not null and status = 'open'"))


async def test_a_long_request_takes_everything_back_exactly(full: Plant) -> None:
    request = await full.ask(*[output(id) for id in await outputs(full)])
    known = await remembered(full)

    found, chunks = await settled(full, request)

    assert known == LINES
    assert (found.status, found.recalled, chunks) == ("recalled", LINES, 2)
    items, work = await full.entries(), await full.capacities()
    assert sum((row.cost for row in items), ZERO) == ZERO
    assert sum((row.direct for row in work), ZERO) == sum((row.indirect for row in work), ZERO) == ZERO
    assert all(row.reversed for row in [*items, *work])
    assert await full.finished("RPO-1") == await full.stock("BOLT") == ZERO


async def test_what_is_remembered_writes_the_rows_that_a_plan_would(full: Plant) -> None:
    first, *others = await outputs(full)
    await full.take_back(output(first))
    request = await full.ask(*[output(id) for id in others])
    await settled(full, request)

    def without_ids(row: Any) -> tuple[object, ...]:
        own = {"id", "number", "register_id", "register_number", "applies_to", "reverses_id", "recall"}
        own |= {"item_entry_id", "item_entry_number"}
        return tuple(str(value) for name, value in row.items() if name not in own)

    items = [without_ids(row) for row in await full.entries() if row.is_reversal]
    work = Counter(without_ids(row) for row in await full.capacities() if row.reverses_id)
    assert len(items) == LINES
    assert len(set(items)) == 1
    assert set(work.values()) == {LINES}


async def test_what_changed_in_between_is_looked_at_in_full(full: Plant) -> None:
    ids = await outputs(full)
    request = await full.ask(*[output(id) for id in ids])
    back = OutputLine("RPO-1", operation="10", figures=figures(output=-1), applies_to=ids[5])
    await full.output(back)
    async with full.database.begin() as connection:
        await execute(
            connection,
            """insert into reservation (id, entry_id, quantity, demand, created_by)
               values (gen_random_uuid(), cast(:entry as uuid), 1, 'SO-1', 'pia')""",
            entry=ids[-1],
        )
    await full.ship("BOLT", "3.5")

    found, _ = await settled(full, request)

    assert (found.recalled, found.open) == (LINES - 3, 3)
    assert found.status == "awaiting_decision"
    async with full.database.begin() as connection:
        sql = "select subject_id::text as id, blocked_code as code from recall_line where status = 'blocked'"
        blocked = {row.id: row.code for row in await fetch(connection, sql)}
    assert blocked == {ids[0]: "remaining_too_low", ids[5]: "remaining_too_low", ids[-1]: "reserved"}


async def test_parts_and_other_entries_of_a_long_request_are_planned_anew(full: Plant) -> None:
    first, second, third, *others = await outputs(full)
    (stop, *_) = [row.id for row in await full.capacities() if row.stop and row.item_entry_id == third]
    choices = [output(first, "1.5"), output(second, run="20"), Choice(stop, Heading.CAPACITY)]
    request = await full.ask(*choices, *[output(id) for id in others])
    known = await remembered(full)

    found, _ = await settled(full, request)

    assert known == len(others)
    assert (found.status, found.recalled) == ("recalled", len(others) + 3)
    by_id = {row.id: row for row in await full.entries()}
    assert (by_id[first].remaining, by_id[second].remaining, by_id[third].remaining) == (2, 0, Decimal("3.5"))
