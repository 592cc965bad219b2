"""The database says no last: to the application, to the owner, and to code that has forgotten a rule."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from temporalio.client import Client

from domain.currencies import MINOR_DIGITS
from store.audit import audit
from tests.databases import FreshDatabase, fresh_database
from tests.in_process import Stage, on_stage
from tests.servers import Addresses
from tests.temporal_access import client_of
from workflows.contracts import ToSettle

pytestmark = pytest.mark.store

of_one_ledger = pytest.mark.asyncio(loop_scope="module")
Connection = Any
LEDGER = ("actual", "history")
COPY = """
insert into actual overriding system value
select (jsonb_populate_record(a, jsonb_build_object(
            'id', nextval(pg_get_serial_sequence('actual', 'id')), 'reverses_id', a.id, 'adjustment_status', 'unadjustable',
            'quantity', -a.quantity, 'amount', -a.amount, 'tax', -a.tax, 'extended_amount', -a.extended_amount,
            'base_amount', -a.base_amount) || $2::jsonb)).*
  from actual a where a.id = $1"""


@pytest.fixture
async def stage(damaged_database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(damaged_database, temporal_client, working=False) as made:
        yield made


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger with the actuals of an approved entry, for acts that are refused and so change nothing."""

    application: Connection
    owner: Connection
    original: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ledger(servers: Addresses) -> AsyncIterator[Ledger]:
    async with fresh_database(servers) as database:
        client = await client_of(servers.temporal_address)
        async with on_stage(database, client, working=False) as stage:
            application = await asyncpg.connect(database.app_url)
            owner = await asyncpg.connect(database.owner_url)
            yield Ledger(application, owner, await an_actual(stage, owner))
            await application.close()
            await owner.close()


@asynccontextmanager
async def undone(connection: Connection) -> AsyncIterator[None]:
    """Whatever is done within is not kept: an act that a guard lets through harms the test of that guard alone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    finally:
        await transaction.rollback()


async def an_actual(stage: Stage, connection: Connection) -> int:
    await stage.people.approved_entries(1)
    return int(await connection.fetchval("select min(id) from actual"))


async def test_the_application_owns_nothing_and_rules_nothing(application: Connection) -> None:
    sql = """select count(*) from pg_class c join pg_roles r on r.oid = c.relowner
              where r.rolname = current_user or pg_has_role(current_user, r.oid, 'member')"""
    rights = "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls from pg_roles where rolname = $1"

    assert await application.fetchval(sql) == 0
    for role in ("tilbake_application", await application.fetchval("select current_user")):
        assert await application.fetchval(rights, role) is False


@pytest.mark.parametrize(
    "act",
    [
        "update actual set quantity = 0",
        "update actual set amount = 0",
        "update actual set reverses_id = null",
        "update actual set entry_id = null",
        "update history set actor = 'nobody'",
        "update policy_version set document = '{}'",
        "update outgoing_event set facts = '{}'",
        *(
            f"delete from {table}"
            for table in (*LEDGER, "decision", "recall_request", "recall_line", "entry", "policy_version")
        ),
        *(f"truncate {table} cascade" for table in LEDGER),
        "alter table actual disable trigger all",
        "drop trigger actual_insert_only on actual",
        "alter table actual drop constraint actual_reverses_id_key",
        "create table mine (number integer)",
        "create temporary table mine (number integer)",
        "set session_replication_role = replica",
        "set role tilbake_owner",
        "insert into schema_migration values (9999, 'x', 'x')",
    ],
)
@of_one_ledger
async def test_the_application_may_not(act: str, ledger: Ledger) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with undone(ledger.application):
            await ledger.application.execute(act)


@pytest.mark.parametrize(
    "act",
    [
        "update actual set quantity = 0",
        "update actual set amount = amount + 1",
        "update actual set written_at = now()",
        "delete from actual",
        "truncate actual cascade",
        "update history set at = now()",
        "delete from history",
        "truncate history",
        "delete from entry",
        "update entry set id = gen_random_uuid()",
        "truncate entry cascade",
        "delete from project",
        "update project set id = gen_random_uuid()",
        "truncate project cascade",
    ],
)
@of_one_ledger
async def test_the_owner_is_refused_by_the_guard(act: str, ledger: Ledger) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        async with undone(ledger.owner):
            await ledger.owner.execute(act)


@of_one_ledger
async def test_the_status_columns_are_the_only_ones_that_change(ledger: Ledger) -> None:
    sql = """select column_name::text from information_schema.columns where table_name = 'actual'
                and has_column_privilege(current_user, 'actual', column_name, 'update') order by 1"""

    found = await ledger.application.fetch(sql)

    assert [row[0] for row in found] == ["adjustment_status", "billing_status", "invoice_id"]


async def test_a_second_reversal_is_refused_whatever_the_code_does(stage: Stage, application: Connection) -> None:
    original = await an_actual(stage, application)
    await application.execute(COPY, original, "{}")

    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await application.execute(COPY, original, "{}")

    assert refusal.value.constraint_name == "actual_reverses_id_key"


@pytest.mark.parametrize("key", ["entry_id", "project_id", "reverses_id"])
@of_one_ledger
async def test_an_actual_that_refers_to_what_is_not_there_is_refused(key: str, ledger: Ledger) -> None:
    nothing = 987_654_321 if key == "reverses_id" else str(uuid4())
    other = {"reverses_id": None, "adjustment_status": "none"} if key != "reverses_id" else {}

    with pytest.raises(asyncpg.ForeignKeyViolationError) as refusal:
        async with undone(ledger.application):
            await ledger.application.execute(COPY, ledger.original, json.dumps({**other, key: nothing}))

    assert refusal.value.constraint_name == f"actual_{key}_fkey"


@pytest.mark.parametrize(
    "wrong",
    [
        '{"quantity": -7}',
        '{"amount": 0}',
        '{"base_amount": 1}',
        '{"tax": 1}',
        '{"price": 1}',
        '{"currency": "NOK"}',
        '{"type": "milestone"}',
        '{"customer": "another"}',
        '{"entry_id": null}',
    ],
)
@of_one_ledger
async def test_a_reversal_that_does_not_net_to_zero_is_refused(wrong: str, ledger: Ledger) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        async with undone(ledger.application):
            await ledger.application.execute(COPY, ledger.original, wrong)

    assert refusal.value.constraint_name == "reversal_nets_to_zero"


NEW = {"reverses_id": None, "adjustment_status": "none"}


async def written(ledger: Ledger, **values: object) -> None:
    """A new row like the original, with other values; whatever comes of it is undone."""
    async with undone(ledger.application):
        await ledger.application.execute(COPY, ledger.original, json.dumps(NEW | values))


@of_one_ledger
async def test_an_amount_has_the_decimals_that_its_currency_has(ledger: Ledger) -> None:
    for currency, digits in MINOR_DIGITS.items():
        smallest = Decimal(1).scaleb(-digits)
        await written(ledger, currency=currency, amount=str(smallest), basis_amount="1", extended_amount="1")
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await written(ledger, currency=currency, amount=str(smallest / 10))
        assert refusal.value.constraint_name == "amount_fits_its_currency"


@pytest.mark.parametrize("column", ["amount", "tax", "extended_amount", "basis_amount", "base_amount"])
@of_one_ledger
async def test_so_has_every_amount_of_a_row(column: str, ledger: Ledger) -> None:
    with pytest.raises(asyncpg.CheckViolationError) as refusal:
        await written(ledger, **{column: "0.001"})

    assert refusal.value.constraint_name == "amount_fits_its_currency"


async def test_an_entry_has_one_open_line(stage: Stage, application: Connection) -> None:
    (recall,) = await stage.people.asked(1)
    again = """insert into recall_line select request_id, 99, kind, subject_id, owner_id, label, status, null, null, plan_hash
                 from recall_line where request_id = $1::uuid"""

    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await application.execute(again, recall["id"])

    assert refusal.value.constraint_name == "recall_line_one_open"


async def test_an_event_of_a_source_is_one_decision(stage: Stage, application: Connection) -> None:
    (recall,) = await stage.people.asked(1)
    decision = await stage.decided(recall)
    again = """insert into decision (id, request_id, source, event_id, body_hash, decided_by, verdict, received_at, business_at, outcome)
               select $2::uuid, request_id, source, event_id, body_hash, decided_by, verdict, received_at, business_at, outcome
                 from decision where id = $1::uuid"""

    with pytest.raises(asyncpg.UniqueViolationError) as refusal:
        await application.execute(again, decision, str(uuid4()))

    assert refusal.value.constraint_name == "decision_source_event_id_key"


async def test_without_the_guard_a_doubled_reversal_is_found_by_the_audit(
    stage: Stage, owner: Connection, damaged_database: FreshDatabase
) -> None:
    original = await an_actual(stage, owner)
    await owner.execute("alter table actual drop constraint actual_reverses_id_key")

    for _ in range(2):
        await owner.execute(COPY, original, '{"posting_kind": "recall"}')

    found = {(finding.invariant, finding.problem) for finding in await audit(damaged_database.owner_url)}
    assert ("I1", "original with several reversals") in found
    assert ("I1", "reversals exceed their original") in found
    assert ("I3", "reversal without a recalled line") in found


async def test_a_status_nobody_wrote_down_is_found_by_the_audit(
    stage: Stage, owner: Connection, damaged_database: FreshDatabase
) -> None:
    (recall,) = await stage.people.asked(1)

    await owner.execute("update entry set status = 'approved'")

    found = {(finding.invariant, finding.problem) for finding in await audit(damaged_database.owner_url)}
    assert recall
    assert found == {
        ("I5", "open line of an entry that does not wait"),
        ("I9", "status is not the last of the history"),
    }


@pytest.mark.parametrize(
    "values",
    ['{"quorum": 2}', '{"second_approver_above": {"amount": "1599.99", "currency": "USD"}}'],
)
async def test_a_line_that_too_few_approved_is_found_by_the_audit(
    stage: Stage, owner: Connection, damaged_database: FreshDatabase, values: str
) -> None:
    (recall,) = await stage.people.asked(1)
    told = ToSettle(recall["id"], await stage.decided(recall))
    assert (await stage.activities.settle_decision(told)).status == "recalled"
    assert await audit(damaged_database.owner_url) == []

    await owner.execute("update recall_request set policy = policy || $1::jsonb", values)

    found = {(finding.invariant, finding.problem) for finding in await audit(damaged_database.owner_url)}
    assert found == {("I3", "recalled line that fewer people, or fewer rights, approved than its policy asks for")}
