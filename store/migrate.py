"""Brings a database to the schema of this release: numbered SQL files, forward only, one transaction each (ADR 035).

Runs under an advisory lock, as the owner of the schema, never as the application. While a migration waits for a table, everybody
else who wants that table waits behind it; so it waits for less time than they do, gives way, and tries again.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Final

import asyncpg

from domain.language import Text
from store.ownership import settle

_ADVISORY_LOCK: Final = 7_414_202
_TABLE: Final = """
create table if not exists schema_migration (
    number     integer primary key,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now()
)"""
_SESSION: Final = {
    # Acts wait two seconds for a lock (store.database).
    "lock_timeout": "1s",
    "statement_timeout": "120s",
    # A migrator whose machine is gone does not keep the others out.
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "application_name": "tilbake-migrate",
}
_TRIES: Final = 10
_PAUSE_SECONDS: Final = (0.5, 2.0)
_OTHERS_SECONDS: Final = 60.0
_BY_ITSELF: Final = "-- Outside a transaction"

# After a restore into a cluster that has counted fewer transactions, events go on behind the newest one (ADR 011).
_COUNT_ON: Final = """
update event_count set base = base + newest.turn - event_turn() + 1
  from (select max(turn) as turn from history) newest where newest.turn >= event_turn()"""


class MigrationError(Exception):
    """The database cannot be brought to this release."""

    def __init__(self, text: Text, /, **facts: object) -> None:
        super().__init__(text.en.format(**facts))
        self.text = text
        self.facts = facts


_OTHER_MIGRATES: Final = Text(
    "En annen prosess har migrert denne databasen i mer enn {seconds} s; kjør igjen når den er ferdig. Ingenting ble endret.",
    "Another process has been migrating this database for more than {seconds} s; run it again when that one has ended. "
    "Nothing was changed.",
)
_CHANGED: Final = Text(
    "Migrering {name} ble endret etter at den var utført.", "Migration {name} was changed after it had been applied."
)
_NEWER: Final = Text(
    "Databasen har migrering {number}, som denne versjonen ikke kjenner. Bruk den nyere versjonen.",
    "The database has migration {number}, which this release does not know. Use the newer release.",
)
_NEVER_FREE: Final = Text(
    "Migrering {name} trenger en tabell som en transaksjon har holdt lenge, eller som aldri er ledig; den ble forsøkt {tries} ganger "
    "og endret ingenting. Avslutt transaksjonen (pg_stat_activity viser den), og kjør igjen.",
    "Migration {name} needs a table that a transaction has held for long, or that is never free; it was tried {tries} times and "
    "changed nothing. End that transaction (pg_stat_activity shows it) and run it again.",
)


def migrations() -> list[tuple[int, str, str]]:
    """All migrations in order: number, name, SQL."""
    folder = resources.files("store") / "migrations"
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in found]


def schema_version() -> int:
    """The number of the newest migration of this release."""
    return migrations()[-1][0]


async def migrate(owner_url: str, *, application_role: str | None = None, auditor_role: str | None = None) -> int:
    """Apply what is missing and return how many migrations ran.

    `owner_url` is a postgresql:// address of a role that owns the schema; `application_role` and `auditor_role` are login roles
    that are made members of the groups tilbake_application and tilbake_auditor. Raises MigrationError when the database is newer,
    a migration was changed, somebody else migrates for too long, or a table is in use for too long: then nothing has changed
    but what migrations before that one did.
    """
    connection = await asyncpg.connect(owner_url, timeout=10, server_settings=_SESSION)
    try:
        await _take_turn(connection)
        await connection.execute(_TABLE)
        ran = await _apply_missing(connection)
        async with connection.transaction():
            await settle(connection)
        await connection.execute(_COUNT_ON)
        for group in ("tilbake_application", "tilbake_auditor"):
            if await connection.fetchval("select to_regrole($1) is not null", group):
                await connection.execute(f"revoke all on schema_migration from {group}")
                await connection.execute(f"grant select on schema_migration to {group}")
        await _let_in(connection, "tilbake_application", application_role)
        await _let_in(connection, "tilbake_auditor", auditor_role)
        return ran
    finally:
        await connection.close()


async def _take_turn(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """One migrator at a time; who holds the turn holds it to the end of its connection."""
    given_up = time.monotonic() + _OTHERS_SECONDS
    while not await connection.fetchval("select pg_try_advisory_lock($1)", _ADVISORY_LOCK):
        if time.monotonic() > given_up:
            raise MigrationError(_OTHER_MIGRATES, seconds=f"{_OTHERS_SECONDS:.0f}")
        await asyncio.sleep(0.1)


async def _let_in(connection: asyncpg.Connection[asyncpg.Record], group: str, login: str | None) -> None:
    if login is not None and not await connection.fetchval("select pg_has_role($1::name, $2, 'usage')", login, group):
        await connection.execute(f'grant {group} to "{login}"')


def require_unchanged(applied: Mapping[int, str]) -> None:
    """Raises MigrationError for a migration that is another one than was applied; `applied` are checksums by number."""
    for number, name, sql in migrations():
        if applied.get(number, wanted := _checksum(sql)) != wanted:
            raise MigrationError(_CHANGED, name=name)


def _checksum(sql: str) -> str:
    return hashlib.sha256(sql.encode()).hexdigest()


async def _apply_missing(connection: asyncpg.Connection[asyncpg.Record]) -> int:
    applied = {
        row["number"]: row["checksum"]
        for row in await connection.fetch("select number, checksum from schema_migration")
    }
    known = {number for number, _, _ in migrations()}
    if newer := sorted(set(applied) - known):
        raise MigrationError(_NEWER, number=newer[-1])
    require_unchanged(applied)
    missing = [one for one in migrations() if one[0] not in applied]
    for number, name, sql in missing:
        await _apply_patiently(connection, sql, row=(number, name, _checksum(sql)))
    return len(missing)


async def _apply_patiently(
    connection: asyncpg.Connection[asyncpg.Record], sql: str, *, row: tuple[int, str, str]
) -> None:
    """Some time of several, between transactions of others; what was in vain is undone before the next."""
    for left in reversed(range(_TRIES)):
        try:
            return await (_apply_alone if sql.startswith(_BY_ITSELF) else _apply)(connection, sql, row=row)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            if left == 0:
                raise MigrationError(_NEVER_FREE, name=row[1], tries=_TRIES) from error
        await asyncio.sleep(random.uniform(*_PAUSE_SECONDS))  # noqa: S311 - so that two do not meet again
    return None


async def _apply(connection: asyncpg.Connection[asyncpg.Record], sql: str, *, row: tuple[int, str, str]) -> None:
    """All of it, with the note that it ran, or nothing."""
    async with connection.transaction():
        await connection.execute(sql)
        await connection.execute("insert into schema_migration values ($1, $2, $3)", *row)
        await settle(connection)


async def _apply_alone(connection: asyncpg.Connection[asyncpg.Record], sql: str, *, row: tuple[int, str, str]) -> None:
    """Statements that no transaction may hold, such as an index that is made while others write.

    Killed in between, the file runs again from its beginning: each index is dropped before it is made.
    """
    try:
        await connection.execute("set statement_timeout = '0'; set lock_timeout = '60s'")
        for statement in statements(sql):
            await connection.execute(statement)
        await connection.execute("insert into schema_migration values ($1, $2, $3)", *row)
    finally:
        await connection.execute("reset statement_timeout; reset lock_timeout")


def statements(sql: str) -> Sequence[str]:
    """The statements of a file that runs outside a transaction: each ends with a semicolon at the end of a line."""
    return [one for one in (part.strip() for part in sql.split(";\n")) if one]
