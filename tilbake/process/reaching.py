"""Reaching database and Temporal at the start: whatever is in the way is one sentence that names the setting to look at."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from store.migrate import MigrationError, migrate, migrations, require_unchanged
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.process import texts
from tilbake.process.least_rights import require_least_rights
from tilbake.settings import Settings
from tilbake.temporal.refusals import connect_telling, refusal
from tilbake.temporal.search_attributes import ensure_search_attributes

PATIENCE_SECONDS: Final = 10.0
ASK_AGAIN_AFTER_SECONDS: Final = 0.5
OLDEST_POSTGRES: Final = 15
DATABASE, OWNER, TEMPORAL = "TILBAKE_DATABASE_URL", "TILBAKE_OWNER_DATABASE_URL", "TILBAKE_TEMPORAL_ADDRESS"


async def reach_database(settings: Settings) -> None:
    """Bring the schema up to date as its owner, and see that the application is let in.

    Raises CannotStart; an address and its password are in no message.
    """
    url, owner_url = settings.database_url, settings.owner_database_url
    if url is None or owner_url is None:
        raise CannotStart(texts.MISSING, setting=DATABASE)
    with _told(DATABASE if owner_url == url else OWNER):
        await _require_postgres(owner_url)
        await migrate(owner_url, application_role=_login(url), auditor_role=_login(settings.auditor_database_url))
    if owner_url != url:
        with _told(DATABASE):
            await _require_postgres(url)
    await require_least_rights(settings)


def _login(url: str | None) -> str | None:
    return unquote(urlsplit(url).username or "") or None if url else None


@dataclass(frozen=True, slots=True)
class Compared:
    """The files of this release's migrations that a database lacks, in order, and the newest that only a later release knows."""

    missing: list[str]
    later: int | None


async def compared_schema(url: str, *, setting: str) -> Compared:
    """A database beside this release; `setting` is where its address is from.

    Raises CannotStart, as `reach_database`, also for a migration that was changed after it had been applied.
    """
    with _told(setting):
        connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
        try:
            known = await connection.fetchval("select to_regclass('schema_migration') is not null")
            rows = await connection.fetch("select number, checksum from schema_migration") if known else []
        finally:
            await connection.close()
        applied = {row["number"]: row["checksum"] for row in rows}
        require_unchanged(applied)
    later = max(applied.keys() - {number for number, _, _ in migrations()}, default=None)
    return Compared([name for number, name, _ in migrations() if number not in applied], later)


async def _require_postgres(url: str) -> None:
    connection = await asyncpg.connect(url, timeout=PATIENCE_SECONDS)
    version = connection.get_server_version()
    connection.terminate()
    require_version(version.major)


def require_version(major: int) -> None:
    """Raises CannotStart for a Postgres that is too old for our statements."""
    if major < OLDEST_POSTGRES:
        raise CannotStart(texts.OLD_POSTGRES, major=major, oldest=OLDEST_POSTGRES, setting=DATABASE)


@contextmanager
def _told(setting: str) -> Iterator[None]:
    """What the driver and the server say becomes a sentence."""
    try:
        yield
    except MigrationError as error:
        raise CannotStart(error.text, **error.facts) from error
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotStart(told_of_database(error, setting)) from error


def told_of_database(error: BaseException, setting: str) -> str:
    """Why the database cannot be used, in one sentence; a text that may hold part of an address is left out."""
    match error:
        case TimeoutError():
            return said(texts.DATABASE_SLOW, seconds=f"{PATIENCE_SECONDS:.0f}", setting=setting)
        case OSError():
            return said(texts.DATABASE_SILENT, why=error, setting=setting)
        case asyncpg.PostgresError():
            return said(texts.DATABASE_REFUSES, why=error.args[0], setting=setting)
        case asyncpg.InterfaceError():
            return said(texts.DATABASE_OF_NO_USE, why=error.args[0], setting=setting)
        case _:
            return said(texts.NO_ADDRESS, setting=setting)


async def reach_temporal(settings: Settings) -> Client:
    """A client whose namespace knows our search attributes. Raises CannotStart.

    A Temporal that is there and not well, as while its database is started again, is asked again for ten seconds.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await _reached(settings)
        except (RuntimeError, TimeoutError, ValueError, RPCError) as error:
            if _unwell(error) is None or time.monotonic() > deadline:
                raise CannotStart(told_of_temporal(error, settings)) from error
        await asyncio.sleep(ASK_AGAIN_AFTER_SECONDS)


async def _reached(settings: Settings) -> Client:
    async with asyncio.timeout(PATIENCE_SECONDS):
        client = await connect_telling(settings)
    await ensure_search_attributes(client)
    return client


def _unwell(error: BaseException) -> str | None:
    """What a server says that is there and cannot work; None for anything else. The SDK packs it into a text while it connects."""
    if isinstance(error, RPCError):
        return error.message if error.status is RPCStatusCode.UNAVAILABLE else None
    found = re.search(r'code: Unavailable, message: "(.*?)", metadata', str(error))
    return found and found[1]


def told_of_temporal(error: BaseException, settings: Settings) -> str:
    """Why Temporal cannot be used, in one sentence that names the setting."""
    if settings.temporal_address is None:
        log = settings.log_dir / "temporal.log"
        return said(texts.EMBEDDED_SILENT, port=settings.temporal_port, log=log)
    address = settings.temporal_address
    if settings.uses_temporal_tls:
        address = said(texts.WITH_TLS, address=address)
    if sentence := refusal(error, settings):
        return sentence
    if reason := _unwell(error):
        return said(texts.TEMPORAL_UNWELL, address=address, why=" ".join(reason.split()))
    if not isinstance(error, RPCError):
        return said(texts.TEMPORAL_SILENT, address=address, setting=TEMPORAL)
    if error.status is RPCStatusCode.NOT_FOUND:
        return said(texts.NO_NAMESPACE, address=address, namespace=settings.temporal_namespace)
    return said(texts.TEMPORAL_REFUSES, address=address, why=error.message, setting=TEMPORAL)
