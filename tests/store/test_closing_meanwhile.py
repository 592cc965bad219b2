"""Who writes rows while a day is being closed waits for that, and the other way round: no row slips into a closed day (ADR 015)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date

import pytest
from temporalio.client import Client

from store import periods
from store.database import fetch
from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until

pytestmark = pytest.mark.store

CLOSED, OPEN = date(2026, 2, 28), date(2026, 3, 1)
_WAITING = """
select 1 from pg_locks l join pg_database d on d.oid = l.database
 where l.locktype = 'advisory' and not l.granted and d.datname = current_database()"""
Act = Callable[[Stage], Awaitable[Callable[[], Awaitable[object]]]]


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(database, temporal_client, working=False) as made:
        yield made


async def approving(stage: Stage) -> Callable[[], Awaitable[object]]:
    people = stage.people
    given = {"project": people.project, "kind": "time", "date": "2026-02-02", "quantity": "8", "owner": people.owner}
    entry = (await people.done("POST", "/entries", by=people.owner, body=given))["id"]
    await people.done("POST", "/entries/submit", by=people.owner, body={"entries": [entry]})
    return lambda: people.done("POST", "/entries/approve", by=people.approvers[0], body={"entries": [entry]})


async def confirming(stage: Stage) -> Callable[[], Awaitable[object]]:
    people = stage.people
    body = {"project": people.project, "entries": await people.approved_entries(1)}
    invoice = (await people.done("POST", "/invoices", by=people.finance, body=body))["id"]
    return lambda: people.done("POST", f"/invoices/{invoice}/confirm", by=people.finance, body={})


async def repricing(stage: Stage) -> Callable[[], Awaitable[object]]:
    people = stage.people
    body = {"entries": await people.approved_entries(1), "rates": {"cost": "110", "sales": "220"}}
    return lambda: people.done("POST", f"/projects/{people.project}/reprice", by=people.finance, body=body)


async def billing_a_milestone(stage: Stage) -> Callable[[], Awaitable[object]]:
    people = stage.people
    body = {"amount": "700", "name": "Delivery", "date": "2026-02-02"}
    return lambda: people.done("POST", f"/projects/{people.project}/milestones", by=people.finance, body=body)


async def somebody_waits(stage: Stage) -> bool:
    async with stage.database.reading() as connection:
        return bool(await fetch(connection, _WAITING))


async def newest_row(stage: Stage) -> int:
    ((newest,),) = await ask_database(stage.database.url, "select coalesce(max(id), 0) from actual")
    return int(newest)


@pytest.mark.parametrize("prepare", [approving, confirming, repricing, billing_a_milestone])
async def test_who_comes_while_a_day_is_being_closed_writes_on_the_open_day(stage: Stage, prepare: Act) -> None:
    act = await prepare(stage)
    before = await newest_row(stage)
    unit = stage.people.unit

    async with stage.database.begin() as connection:
        await periods.hold(connection, unit, to_change=True)
        await periods.close(connection, unit, CLOSED, by="admin")
        acting = asyncio.ensure_future(act())
        await until(lambda: somebody_waits(stage), what="the writer waits for the closing")
    await acting

    sql = "select distinct accounting_date from actual where id > $1"
    assert await ask_database(stage.database.url, sql, before) == [(OPEN,)]


async def test_who_closes_a_day_waits_for_those_who_write_on_it(stage: Stage) -> None:
    people = stage.people

    async with stage.database.begin() as connection:
        await periods.held(connection, [people.unit])
        body = {"until": CLOSED.isoformat()}
        closing = asyncio.ensure_future(
            people.done("POST", f"/units/{people.unit}/periods/close", by=people.finance, body=body)
        )
        await until(lambda: somebody_waits(stage), what="the closing waits for the writer")
        assert (await people.done("GET", f"/units/{people.unit}/periods", by=people.finance))["closings"] == []

    assert (await closing)["closed_until"] == CLOSED.isoformat()
