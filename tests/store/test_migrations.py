"""Migrations: forward only, once each, under a lock; a database that is newer or was tampered with is refused."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from store.migrate import MigrationError, migrate, migrations
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store


async def run(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(sql)
    await connection.close()


async def test_migrations_run_once(empty: str) -> None:
    assert await migrate(empty) == len(migrations())
    assert await migrate(empty) == 0


async def test_two_migrators_at_once_do_it_once(empty: str) -> None:
    ran = await asyncio.gather(*(migrate(empty) for _ in range(4)))

    assert sorted(ran) == [0, 0, 0, len(migrations())]


async def test_a_changed_migration_is_refused(damaged_database: FreshDatabase) -> None:
    await run(damaged_database.owner_url, "update schema_migration set checksum = 'another'")

    with pytest.raises(MigrationError, match=r"0001_.* was changed after it had been applied"):
        await migrate(damaged_database.owner_url)


async def test_a_newer_database_is_refused(damaged_database: FreshDatabase) -> None:
    await run(damaged_database.owner_url, "insert into schema_migration values (9999, '9999_later.sql', 'x')")

    with pytest.raises(MigrationError, match="has migration 9999, which this release does not know"):
        await migrate(damaged_database.owner_url)
