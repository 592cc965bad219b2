"""Makes a backup of what runs: first what Temporal waits for, then the database, then the keys (ADR 039).

Whatever Temporal knows in its copy, the later copy of the database knows, too: what differs after a restore is only what the
database knows better, and the comparison starts and tells that anew by itself.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from tilbake.backups import dumping, manifest, texts
from tilbake.backups.encrypted import known, sealed_in
from tilbake.backups.manifest import Manifest
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.temporal.payload_keys import KeyRing


@dataclass(frozen=True, slots=True)
class Source:
    """What is backed up: a database by its owner, the file of an embedded Temporal if there is one, and the keys.

    The ring is told apart by fingerprints, and no part of a backup: whoever has one should not read what Temporal stores.
    """

    owner_url: str
    temporal: Path | None
    keys: Mapping[str, Path]
    ring: KeyRing | None = None


async def back_up(source: Source, target: Path, *, cache_dir: Path) -> Manifest:
    """Write a backup to a directory that is not there yet; it appears whole or not at all. Raises CannotStart."""
    try:
        with _new(target) as partial:
            return await _write(source, partial, cache_dir=cache_dir)
    except OSError as error:
        raise CannotStart(texts.NOT_WRITTEN, directory=target, why=why(error)) from error


@contextmanager
def _new(target: Path) -> Iterator[Path]:
    """A directory that becomes the target when everything is in it."""
    partial = target.with_name(f"{target.name}.partial")
    if target.exists():
        raise _taken(target)
    partial.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _held(partial, target):
        _empty(partial)  # of what a backup that was killed has left
        try:
            yield partial
            partial.rename(target)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


@contextmanager
def _held(partial: Path, target: Path) -> Iterator[None]:
    """Nobody else writes to the directory meanwhile: two at once would put their files together. Raises CannotStart."""
    descriptor = os.open(partial, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(texts.OTHER_BACKUP, directory=target) from None
        if not partial.exists() or not os.path.samestat(os.fstat(descriptor), partial.lstat()):
            raise _taken(target)  # by one that ended between our looks
        os.fchmod(descriptor, 0o700)
        yield
    finally:
        os.close(descriptor)


def _taken(target: Path) -> CannotStart:
    return CannotStart(texts.THERE_ALREADY, directory=target)


def _empty(directory: Path) -> None:
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


async def _write(source: Source, directory: Path, *, cache_dir: Path) -> Manifest:
    if source.temporal is not None:
        await asyncio.to_thread(_copy_temporal, source.temporal, directory / manifest.TEMPORAL)
    made_at = datetime.now(UTC).isoformat()
    schema, roles = await _described(source.owner_url)
    await dumping.dump(source.owner_url, directory / manifest.DATABASE, cache_dir=cache_dir)
    _copy_keys(source.keys, directory)
    copy = directory / manifest.TEMPORAL
    sealed = await asyncio.to_thread(sealed_in, copy) if copy.exists() else {}
    payload_keys = known(source.ring, sealed)
    written = manifest.write(directory, made_at=made_at, schema=schema, roles=roles, payload_keys=payload_keys)
    _keep(directory)
    return written


def _copy_keys(keys: Mapping[str, Path], directory: Path) -> None:
    for name, path in keys.items():
        if path.exists():
            shutil.copyfile(path, directory / name)


def _keep(directory: Path) -> None:
    """Readable by the owner only, and on the disk before the directory gets its name."""
    for path in directory.iterdir():
        path.chmod(0o600)
        with path.open("rb") as file:
            os.fsync(file.fileno())


async def _described(url: str) -> tuple[int, list[str]]:
    """The number of the newest migration, and the groups that rights were given to; they belong to no single database."""
    sql = "select rolname::text from pg_roles where rolname like 'tilbake%' and not rolcanlogin order by 1"
    try:
        connection = await asyncpg.connect(url, timeout=10)
        try:
            schema = await connection.fetchval("select max(number) from schema_migration")
            return int(schema), [str(row[0]) for row in await connection.fetch(sql)]
        finally:
            await connection.close()
    except asyncpg.UndefinedTableError:
        raise CannotStart(texts.NOTHING_THERE) from None
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        raise CannotStart(texts.SILENT, why=error) from error


def _copy_temporal(source: Path, target: Path) -> None:
    """By the online backup of SQLite: whole, whoever writes meanwhile. Nothing where there is no such file."""
    if not source.exists():
        return
    try:
        with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
    except sqlite3.Error as error:
        raise CannotStart(texts.TEMPORAL_NOT_COPIED, source=source, directory=target.parent, why=error) from error
