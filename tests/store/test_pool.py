"""The pool gives nobody a connection that somebody left in the middle, and lets nobody wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

import store.database
from store.database import Database, fetch, fetch_one
from store.faults import is_unavailable
from tests.databases import FreshDatabase
from tests.waiting import until

pytestmark = pytest.mark.store

_PROCESS = "select pg_backend_pid() as number, pg_current_xact_id_if_assigned() is not null as is_writing"


@pytest.fixture
async def single(database: FreshDatabase) -> AsyncIterator[Database]:
    """A pool of one connection."""
    found = Database(database.app_url, pool_size=1, name="tilbake-pool-test")
    yield found
    await found.close()


async def process(single: Database) -> int:
    """The server process behind the connection that is given out, which is in no transaction of another act."""
    async with single.reading() as connection:
        row = await fetch_one(connection, _PROCESS)
    assert row is not None
    assert not row.is_writing
    return int(row.number)


async def sleeping(single: Database) -> None:
    """An act whose statement takes long."""
    async with single.begin() as connection:
        await fetch(connection, "select pg_sleep(4)")


async def refusing(single: Database) -> None:
    """An act that has written, and refuses."""
    async with single.begin() as connection:
        await fetch_one(connection, "select pg_current_xact_id()")
        raise LookupError


async def test_a_connection_is_used_again(single: Database) -> None:
    assert await process(single) == await process(single)
    assert single.in_use == 0


async def test_one_that_was_left_in_the_middle_of_a_statement_is_closed(single: Database) -> None:
    before = await process(single)
    act = asyncio.create_task(sleeping(single))
    await until(lambda: _is_held(single), what="the act holds the connection")

    act.cancel()
    await asyncio.gather(act, return_exceptions=True)

    assert await process(single) != before
    assert single.in_use == 0


@pytest.mark.parametrize("end", [TimeoutError, asyncio.CancelledError])
async def test_what_ends_an_act_in_time_is_what_its_caller_sees(single: Database, end: type[BaseException]) -> None:
    async def act() -> None:
        async with single.begin() as connection:
            await fetch_one(connection, "select 1 as one")
            raise end

    with pytest.raises(end):
        await act()

    async with single.begin() as connection:
        assert (await fetch_one(connection, "select 1 as one")) is not None


async def test_one_that_the_server_closed_is_opened_anew(single: Database, database: FreshDatabase) -> None:
    before = await process(single)

    administrator = await asyncpg.connect(database.admin_url)
    await administrator.execute("select pg_terminate_backend($1, 5000)", before)
    await administrator.close()

    assert await process(single) != before


async def test_a_refusal_leaves_the_connection_as_it_was(single: Database) -> None:
    before = await process(single)

    with pytest.raises(LookupError):
        await refusing(single)

    assert await process(single) == before


async def test_who_finds_no_connection_in_time_may_come_again(
    single: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.database, "_PATIENCE_SECONDS", 0.05)
    hurried = Database(single.url, pool_size=1)
    try:
        async with hurried.reading():
            with pytest.raises(NoConnectionInTime) as refused:
                async with hurried.reading():
                    pass
    finally:
        await hurried.close()

    assert is_unavailable(refused.value)


async def _is_held(single: Database) -> bool:
    return single.in_use == 1
