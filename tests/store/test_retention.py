"""What is forgotten after its time: never what is open or still to be told, a few rows at a time, beside everybody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from messaging import tidying
from messaging.tidying import Memory, Tidying
from store import retention
from store.database import Database
from tests.acting import ask_database
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store
DAYS_90 = timedelta(days=90)
MEMORY = Memory(answers=timedelta(days=30), deliveries=DAYS_90)
ONE_OF_EACH = """
with person as (insert into person (id, name) values ('pat', 'Pat') on conflict do nothing),
event as (
    insert into outgoing_event (type, request_id, facts, at)
    select 'recall.recalled', gen_random_uuid(), '{}', now() - cast($1 as interval) from generate_series(1, $2) returning id
), told as (
    insert into delivery (event_id, event_type, request_id, person_id, message_id, status, created_at, ended_at, started_at)
    select id, 'recall.recalled', gen_random_uuid(), 'pat', 'evt', $3, now() - cast($1 as interval),
           case when $3 <> 'waiting' then now() - cast($1 as interval) end, now() - cast($1 as interval) from event returning id
)
insert into delivery_attempt (delivery_id, number, at, outcome, milliseconds)
select id, number, now(), 'try_again', 1 from told, generate_series(1, 2) number"""
ANSWERS = """
insert into idempotency (principal, key, body_hash, status, headers, body, created_at)
select 'pat', gen_random_uuid()::text, '', 200, '{}', '', now() - cast($1 as interval) from generate_series(1, $2)"""
LOOKED_AT = """
update delivery_progress p set turn = e.turn, event_id = e.id
  from (select turn, id from outgoing_event order by turn desc, id desc limit 1) e"""
COUNTS = """
select (select count(*) from idempotency), (select count(*) from delivery), (select count(*) from delivery_attempt),
       (select count(*) from outgoing_event)"""


@pytest.fixture
async def stored(database: FreshDatabase) -> AsyncIterator[Database]:
    own = Database(database.app_url, pool_size=4, name="tilbake-test")
    yield own
    await own.close()


async def told(database: FreshDatabase, *, days: int, count: int = 1, status: str = "delivered") -> None:
    """Events that were delivered, or are being, so many days ago."""
    await ask_database(database.owner_url, ONE_OF_EACH, timedelta(days=days), count, status)


async def counts(database: FreshDatabase) -> tuple[int, ...]:
    """Answers, deliveries, attempts, events."""
    (found,) = await ask_database(database.owner_url, COUNTS)
    return tuple(found)


async def test_what_is_old_goes_and_what_is_younger_or_open_stays(database: FreshDatabase, stored: Database) -> None:
    await ask_database(database.owner_url, ANSWERS, timedelta(days=31), 2)
    await ask_database(database.owner_url, ANSWERS, timedelta(days=29), 3)
    await told(database, days=91, count=2)
    await told(database, days=91, status="waiting")
    await told(database, days=89)
    await ask_database(database.owner_url, LOOKED_AT)

    done = await Tidying(stored, MEMORY).tidy()

    assert done == {"answers": 2, "deliveries": 2, "events": 2}
    assert await counts(database) == (3, 2, 4, 2)
    assert await Tidying(stored, MEMORY).tidy() == {"answers": 0, "deliveries": 0, "events": 0}


async def test_an_event_nobody_has_looked_at_stays_however_old_it_is(database: FreshDatabase, stored: Database) -> None:
    await told(database, days=400)

    assert (await Tidying(stored, MEMORY).tidy())["events"] == 0

    await ask_database(database.owner_url, LOOKED_AT)
    assert (await Tidying(stored, MEMORY).tidy())["events"] == 1


async def test_where_deliveries_are_kept_for_ever_only_answers_go(database: FreshDatabase, stored: Database) -> None:
    await told(database, days=4000)
    await ask_database(database.owner_url, LOOKED_AT)

    done = await Tidying(stored, Memory(timedelta(days=30), None)).tidy()

    assert done == {"answers": 0}
    assert await counts(database) == (0, 1, 2, 1)


async def test_a_batch_takes_no_more_than_it_is_told_and_a_round_all_of_them(
    database: FreshDatabase, stored: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told(database, days=91, count=25)
    await ask_database(database.owner_url, LOOKED_AT)
    monkeypatch.setattr(tidying, "_BATCH", 4)

    async with stored.begin() as connection:
        assert await retention.forget_deliveries(connection, older_than=DAYS_90, most=4) == 4
    assert await counts(database) == (0, 21, 42, 25)
    assert await Tidying(stored, MEMORY).tidy() == {"answers": 0, "deliveries": 21, "events": 25}


async def test_one_that_is_broken_off_leaves_everything_for_the_next(database: FreshDatabase, stored: Database) -> None:
    await told(database, days=91, count=3)
    await ask_database(database.owner_url, LOOKED_AT)
    dying = await asyncpg.connect(database.app_url)
    pid = await dying.fetchval("select pg_backend_pid()")
    await dying.execute("begin")
    await dying.execute("set role tilbake_application")
    assert await dying.execute("delete from delivery where ended_at < now() - interval '90 days'") == "DELETE 3"
    await ask_database(database.admin_url, "select pg_terminate_backend($1)", pid)
    dying.terminate()

    assert await counts(database) == (0, 3, 6, 3)
    assert await Tidying(stored, MEMORY).tidy() == {"answers": 0, "deliveries": 3, "events": 3}


async def test_who_reads_is_not_kept_waiting_and_what_somebody_holds_stays(
    database: FreshDatabase, stored: Database
) -> None:
    await told(database, days=91, count=3)
    await ask_database(database.owner_url, LOOKED_AT)
    reader = await asyncpg.connect(database.app_url)
    async with reader.transaction(isolation="repeatable_read"):
        held = await reader.fetchval("select id from delivery order by id limit 1 for no key update")

        done = await Tidying(stored, MEMORY).tidy()

        assert done == {"answers": 0, "deliveries": 2, "events": 2}
        assert await reader.fetchval("select count(*) from delivery_attempt") == 6, "as it was when the reader began"
    await reader.close()
    assert await ask_database(database.owner_url, "select id from delivery") == [(held,)]


async def test_several_workers_share_the_work(database: FreshDatabase, stored: Database) -> None:
    await told(database, days=91, count=1500)
    await ask_database(database.owner_url, ANSWERS, timedelta(days=31), 1500)
    await ask_database(database.owner_url, LOOKED_AT)

    done = await asyncio.gather(*(Tidying(stored, MEMORY).tidy() for _ in range(3)))
    rest = await Tidying(stored, MEMORY).tidy()

    assert {kind: sum(one[kind] for one in [*done, rest]) for kind in rest} == {
        "answers": 1500,
        "deliveries": 1500,
        "events": 1500,
    }
    assert await counts(database) == (0, 0, 0, 0)


@pytest.mark.parametrize(("days", "status"), [(6, "delivered"), (400, "waiting")])
async def test_the_database_keeps_a_delivery_that_is_young_or_open(
    days: int, status: str, database: FreshDatabase
) -> None:
    await told(database, days=days, status=status)

    with pytest.raises(asyncpg.CheckViolationError, match="a delivery is kept"):
        await ask_database(database.app_url, "delete from delivery")


@pytest.mark.parametrize(("days", "is_looked_at"), [(6, True), (400, False)])
async def test_the_database_keeps_an_event_that_is_young_or_untold(
    days: int, *, is_looked_at: bool, database: FreshDatabase
) -> None:
    sql = "insert into outgoing_event (type, request_id, facts, at) values ('x', gen_random_uuid(), '{}', now() - $1::interval)"
    await ask_database(database.owner_url, sql, timedelta(days=days))
    if is_looked_at:
        await ask_database(database.owner_url, LOOKED_AT)

    with pytest.raises(asyncpg.CheckViolationError, match="an event is kept"):
        await ask_database(database.app_url, "delete from outgoing_event")


@pytest.mark.parametrize("table", ["delivery_attempt", "history", "decision", "actual", "recall_request"])
async def test_the_application_removes_none_of_these(table: str, database: FreshDatabase) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask_database(database.app_url, f"delete from {table} where false")
