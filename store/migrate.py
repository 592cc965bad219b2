"""Brings a database to the schema of this release: numbered SQL files, forward only, one transaction each.

Runs under an advisory lock with lock and statement timeouts, as the owner of the schema, never as the application.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Final

import asyncpg

_ADVISORY_LOCK: Final = 7_414_202
_TABLE: Final = """
create table if not exists schema_migration (
    number     integer primary key,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now()
)"""

# After a restore into a cluster that has counted fewer transactions, events go on behind the newest one (ADR 011).
_COUNT_ON: Final = """
update event_count set base = base + newest.turn - event_turn() + 1
  from (select max(turn) as turn from history) newest where newest.turn >= event_turn()"""


class MigrationError(Exception):
    """The database cannot be brought to this release."""


def migrations() -> list[tuple[int, str, str]]:
    """All migrations in order: number, name, SQL."""
    folder = resources.files("store") / "migrations"
    found = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    return [(int(name[:4]), name, (folder / name).read_text(encoding="utf-8")) for name in found]


def schema_version() -> int:
    """The number of the newest migration of this release."""
    return migrations()[-1][0]


async def migrate(owner_url: str, *, application_role: str | None = None) -> int:
    """Apply what is missing and return how many migrations ran.

    `owner_url` is a postgresql:// address of a role that owns the schema; `application_role` is a login role that is made a
    member of the group tilbake_application. Raises MigrationError when the database is newer or a migration was changed.
    """
    connection = await asyncpg.connect(owner_url, timeout=10)
    try:
        await connection.execute("set lock_timeout = '10s'; set statement_timeout = '120s'")
        await connection.execute("select pg_advisory_lock($1)", _ADVISORY_LOCK)
        await connection.execute(_TABLE)
        ran = await _apply_missing(connection)
        await connection.execute(_COUNT_ON)
        await connection.execute("revoke all on schema_migration from tilbake_application")
        await connection.execute("grant select on schema_migration to tilbake_application")
        if application_role is not None:
            await connection.execute(f'grant tilbake_application to "{application_role}"')
        return ran
    finally:
        await connection.close()


async def _apply_missing(connection: asyncpg.Connection[asyncpg.Record]) -> int:
    applied = {
        row["number"]: row["checksum"]
        for row in await connection.fetch("select number, checksum from schema_migration")
    }
    known = {number for number, _, _ in migrations()}
    if newer := sorted(set(applied) - known):
        raise MigrationError(
            f"The database has migration {newer[-1]}, which this release does not know. Use the newer release."
        )
    ran = 0
    for number, name, sql in migrations():
        checksum = hashlib.sha256(sql.encode()).hexdigest()
        if number not in applied:
            async with connection.transaction():
                await connection.execute(sql)
                await connection.execute("insert into schema_migration values ($1, $2, $3)", number, name, checksum)
            ran += 1
        elif applied[number] != checksum:
            raise MigrationError(f"Migration {name} was changed after it had been applied.")
    return ran
