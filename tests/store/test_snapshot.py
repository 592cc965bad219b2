"""What is read with several statements is read of one moment, whatever is committed in between."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from store.database import Database, execute, fetch_one
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store

COUNT = "select count(*) as n from person where id = 'bob'"
ADD = "insert into person (id, name) values ('bob', 'Bob Berg')"


@pytest.fixture
async def opened(database: FreshDatabase) -> AsyncIterator[Database]:
    found = Database(database.app_url, pool_size=2)
    yield found
    await found.close()


async def count(opened: Database) -> int:
    async with opened.begin() as connection:
        row = await fetch_one(connection, COUNT)
    assert row is not None
    return int(row.n)


async def test_a_snapshot_does_not_see_what_is_committed_meanwhile(opened: Database) -> None:
    async with opened.snapshot() as reading:
        before = await fetch_one(reading, COUNT)
        async with opened.begin() as writing:
            await execute(writing, ADD)
        after = await fetch_one(reading, COUNT)

    assert before is not None
    assert after is not None
    assert (before.n, after.n) == (0, 0)
    assert await count(opened) == 1


async def test_a_snapshot_writes_nothing(opened: Database) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError, match="read-only transaction"):
        async with opened.snapshot() as reading:
            await execute(reading, ADD)

    assert await count(opened) == 0


async def test_a_connection_that_was_read_with_writes_again(database: FreshDatabase) -> None:
    single = Database(database.app_url, pool_size=1)
    async with single.snapshot() as reading:
        await fetch_one(reading, COUNT)

    async with single.begin() as writing:
        await execute(writing, ADD)

    assert await count(single) == 1
    await single.close()
