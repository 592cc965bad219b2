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
        raise CannotStart(f"{DATABASE} is missing.")
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
        raise CannotStart(
            f"The database is Postgres {major}, and Tilbake needs {OLDEST_POSTGRES} or later; see {DATABASE}."
        )


@contextmanager
def _told(setting: str) -> Iterator[None]:
    """What the driver and the server say becomes a sentence."""
    try:
        yield
    except MigrationError as error:
        raise CannotStart(str(error)) from error
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise CannotStart(told_of_database(error, setting)) from error


def told_of_database(error: BaseException, setting: str) -> str:
    """Why the database cannot be used, in one sentence; a text that may hold part of an address is left out."""
    match error:
        case TimeoutError():
            return f"The database does not answer within {PATIENCE_SECONDS:.0f} s; see {setting}."
        case OSError():
            return f"The database does not answer ({error}); see {setting}."
        case asyncpg.PostgresError():
            return f"The database refuses ({error.args[0]}); see {setting}."
        case asyncpg.InterfaceError():
            return f"The database cannot be used ({error.args[0]}); see {setting}."
        case _:
            return f"{setting} cannot be read as the address of a Postgres."


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
        return f"The embedded Temporal does not answer on port {settings.temporal_port}; what started it waits for it, its log is {log}."
    address = f"{settings.temporal_address}{' with TLS' if settings.uses_temporal_tls else ''}"
    if sentence := refusal(error, settings):
        return sentence
    if reason := _unwell(error):
        return (
            f"Temporal on {address} is there and not well ({' '.join(reason.split())}); look at it and at its database."
        )
    if not isinstance(error, RPCError):
        return f"Temporal does not answer on {address}; see {TEMPORAL}."
    if error.status is RPCStatusCode.NOT_FOUND:
        namespace = settings.temporal_namespace
        return f"Temporal on {address} has no namespace {namespace}; create it there or set TILBAKE_TEMPORAL_NAMESPACE."
    return f"Temporal on {address} refuses ({error.message}); see {TEMPORAL}."
