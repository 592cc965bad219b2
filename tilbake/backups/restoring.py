"""Restores a backup into a database that is empty and that nobody uses; anything else is refused before something is changed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

from tilbake.backups import dumping, manifest, texts
from tilbake.backups.encrypted import require_keys
from tilbake.backups.manifest import Manifest
from tilbake.errors import CannotStart
from tilbake.temporal.payload_keys import KeyRing

_LOCK: Final = 7_414_229
_TABLES: Final = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema')
   and n.nspname not like 'pg_toast%'"""
_USERS: Final = """
select string_agg(distinct application_name, ', ') from pg_stat_activity
 where datname = current_database() and application_name like 'tilbake%' and pid <> pg_backend_pid()"""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes: a database by its owner, the file of an embedded Temporal if there is to be one, the keys by name.

    `ring` is what the service will decrypt with: it has to fit what Temporal kept.
    """

    owner_url: str
    temporal: Path | None
    keys: Mapping[str, Path]
    ring: KeyRing | None = None


def check_files(backup: Manifest, directory: Path, target: Target) -> None:
    """Raises CannotStart where a file of the target is there and is another one than that of the backup."""
    for name, path in _files(backup, target).items():
        if path.exists() and manifest.checksum(path) != backup.files[name]:
            raise CannotStart(texts.OTHER_FILE, path=path, ours=directory / name)


async def restore(backup: Manifest, directory: Path, target: Target, *, cache_dir: Path) -> None:
    """Read everything back. Raises CannotStart; a database that could not be restored wholly stays empty."""
    if target.temporal is not None and manifest.TEMPORAL in backup.files:
        await asyncio.to_thread(require_keys, backup, directory / manifest.TEMPORAL, target.ring)
    async with _alone(target.owner_url) as connection:
        check_files(backup, directory, target)
        await _prepare(backup, connection)
        await dumping.load(target.owner_url, directory / manifest.DATABASE, cache_dir=cache_dir)
        for name, path in _files(backup, target).items():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copyfile(directory / name, path)
            path.chmod(0o600)


def _files(backup: Manifest, target: Target) -> dict[str, Path]:
    """Those of the backup that are no dump, and where each goes."""
    places = dict(target.keys) | ({} if target.temporal is None else {manifest.TEMPORAL: target.temporal})
    return {name: path for name, path in places.items() if name in backup.files}


@asynccontextmanager
async def _alone(url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A connection to the database; as long as it is there, nobody else restores into it, from wherever."""
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise _not_taken(error) from error
    try:
        await _lock_out_others(connection)
        yield connection
    finally:
        await connection.close()


async def _lock_out_others(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    try:
        is_alone = await connection.fetchval("select pg_try_advisory_lock($1)", _LOCK)
    except (OSError, asyncpg.PostgresError) as error:
        raise _not_taken(error) from error
    if not is_alone:
        raise CannotStart(texts.OTHER_RESTORE)


async def _prepare(backup: Manifest, connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """See that the database is free, and make the groups that rights are given to."""
    try:
        if users := await connection.fetchval(_USERS):
            raise CannotStart(texts.IN_USE, users=users)
        if await connection.fetchval(_TABLES):
            raise CannotStart(texts.NOT_EMPTY)
        for role in backup.roles:
            if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
                quoted = '"' + role.replace('"', '""') + '"'
                await connection.execute(f"create role {quoted} nologin")
    except (OSError, asyncpg.PostgresError) as error:
        raise _not_taken(error) from error


def _not_taken(error: Exception) -> CannotStart:
    return CannotStart(texts.NOT_TAKEN, why=error)
