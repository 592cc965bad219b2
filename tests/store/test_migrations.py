"""Migrations: forward only, once each, under a lock; a database that is newer or was tampered with is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import asyncpg
import pytest

from store import migrate as migrating
from store.database import _LIMITS
from store.migrate import MigrationError, migrate, migrations
from tests.databases import FreshDatabase
from tests.waiting import until

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


LATER = 9999
WIDER = "create table later (id integer); alter table person add column later text;"


def with_migration(monkeypatch: pytest.MonkeyPatch, sql: str) -> None:
    """From now on there is one more, of a later release."""
    more = [*migrations(), (LATER, f"{LATER}_later.sql", sql)]
    monkeypatch.setattr(migrating, "migrations", lambda: more)


async def left_of_it(url: str) -> Sequence[bool]:
    """Whether the later table, the later column and the note of the later migration are there."""
    connection = await asyncpg.connect(url)
    found = await connection.fetchrow(
        """select to_regclass('later') is not null,
                  exists (select from pg_attribute where attrelid = 'person'::regclass and attname = 'later'),
                  exists (select from schema_migration where number = $1)""",
        LATER,
    )
    await connection.close()
    return tuple(found)


async def test_a_migration_that_meets_a_long_transaction_gives_up_says_so_and_has_changed_nothing(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_migration(monkeypatch, WIDER)
    monkeypatch.setattr(migrating, "_TRIES", 2)
    monkeypatch.setattr(migrating, "_PAUSE_SECONDS", (0.0, 0.1))
    reader = await asyncpg.connect(damaged_database.app_url)
    held = reader.transaction()
    await held.start()
    await reader.execute("select from person limit 1")

    with pytest.raises(
        MigrationError, match=r"Migration 9999_later\.sql needs a table .* was tried 2 times and changed nothing"
    ):
        await migrate(damaged_database.owner_url)
    given_up = await left_of_it(damaged_database.owner_url)
    await held.rollback()
    await reader.close()

    assert given_up == (False, False, False)
    assert await migrate(damaged_database.owner_url) == 1
    assert await left_of_it(damaged_database.owner_url) == (True, True, True)


async def test_a_migration_tries_again_and_runs_when_the_transaction_has_ended(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_migration(monkeypatch, WIDER)
    monkeypatch.setattr(migrating, "_PAUSE_SECONDS", (0.0, 0.1))
    reader = await asyncpg.connect(damaged_database.app_url)
    held = reader.transaction()
    await held.start()
    await reader.execute("select from person limit 1")
    under_way = asyncio.create_task(migrate(damaged_database.owner_url))

    async def waits() -> bool:
        blocked = "select exists (select from pg_locks where not granted and relation = 'person'::regclass)"
        return bool(await reader.fetchval(blocked))

    await until(waits, what="the migration waits for the table")
    await held.rollback()
    await reader.close()

    assert await under_way == 1


def test_a_migration_waits_for_a_table_for_less_time_than_those_who_wait_behind_it() -> None:
    assert migrating._SESSION["lock_timeout"] == "1s"
    assert int(_LIMITS["lock_timeout"]) == 2 * 1000


async def test_a_migrator_killed_half_way_leaves_nothing_and_the_next_one_goes_on(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_migration(monkeypatch, f"{WIDER} select pg_sleep(100);")
    admin = await asyncpg.connect(damaged_database.admin_url)
    under_way = asyncio.create_task(migrate(damaged_database.owner_url))

    async def ended() -> bool:
        return bool(
            await admin.fetchval(
                """select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and wait_event = 'PgSleep'"""
            )
        )

    await until(ended, what="the migrator is killed in the middle of it")
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await under_way
    await admin.close()

    assert await left_of_it(damaged_database.owner_url) == (False, False, False)
    monkeypatch.undo()
    with_migration(monkeypatch, WIDER)
    assert await migrate(damaged_database.owner_url) == 1


async def test_who_finds_another_migrator_at_work_for_long_says_so(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "_OTHERS_SECONDS", 0.3)
    other = await asyncpg.connect(damaged_database.owner_url)
    await other.execute("select pg_advisory_lock($1)", migrating._ADVISORY_LOCK)

    with pytest.raises(MigrationError, match="Another process has been migrating this database"):
        await migrate(damaged_database.owner_url)
    await other.close()

    assert await migrate(damaged_database.owner_url) == 0


async def test_an_index_is_made_while_others_write_and_once_more_where_that_was_broken_off(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = (
        "-- Outside a transaction: entries are many.\n"
        "drop index concurrently if exists entry_task;\ncreate index concurrently entry_task on entry (task);\n"
    )
    with_migration(monkeypatch, sql)
    await run(damaged_database.owner_url, "create index entry_task on person (name)")

    assert await migrate(damaged_database.owner_url) == 1

    connection = await asyncpg.connect(damaged_database.owner_url)
    made = await connection.fetchval(
        "select indrelid::regclass::text || ' ' || indisvalid from pg_index where indexrelid = 'entry_task'::regclass"
    )
    await connection.close()
    assert made == "entry true"


MORE = """
create table later (id integer);
create sequence counted;
create view seen as select * from later;
create function asked() returns integer language sql return 1;
"""
_OWNERS = """
select distinct relowner::regrole::text from pg_class where relname in ('later', 'counted', 'seen', 'person')
union select proowner::regrole::text from pg_proc where proname = 'asked'"""
_EVERYBODY = "select has_function_privilege('tilbake_application', 'asked()', 'execute')"


async def test_what_a_migration_makes_belongs_to_the_group_and_is_for_nobody(
    damaged_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_migration(monkeypatch, MORE)

    assert await migrate(damaged_database.owner_url) == 1

    connection = await asyncpg.connect(damaged_database.owner_url)
    owners, called = await connection.fetch(_OWNERS), await connection.fetchval(_EVERYBODY)
    await connection.close()
    assert [row[0] for row in owners] == ["tilbake_migrator"]
    assert not called


async def test_what_was_restored_belongs_to_the_group_again(damaged_database: FreshDatabase) -> None:
    admin = await asyncpg.connect(damaged_database.admin_url)
    await admin.execute(
        f'grant temporary on database "{damaged_database.name}" to public; alter table person owner to tilbake_owner'
    )
    await admin.execute(MORE)
    await admin.execute("alter table later owner to tilbake_owner; alter sequence counted owner to tilbake_owner")
    await admin.execute("alter view seen owner to tilbake_owner; alter function asked() owner to tilbake_owner")

    assert await migrate(damaged_database.owner_url) == 0

    owners, called = await admin.fetch(_OWNERS), await admin.fetchval(_EVERYBODY)
    temporary = await admin.fetchval(
        "select has_database_privilege('tilbake_application', current_database(), 'temporary')"
    )
    await admin.close()
    assert [row[0] for row in owners] == ["tilbake_migrator"]
    assert (called, temporary) == (False, False)
