"""Where the parts of a service are that are backed up and restored, embedded or not, and that nothing runs there meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from tilbake.backups import texts
from tilbake.backups.manifest import TEMPORAL
from tilbake.embedded import postgres_files
from tilbake.embedded.leftovers import end_leftovers
from tilbake.embedded.locks import Held, take_data_dir
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_to_terminal
from tilbake.embedded.temporal_on_postgres import joined
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import KeyRing, read_ring
from tilbake.texts import NO_DATABASE


def temporal_file(settings: Settings) -> Path | None:
    """Where the small embedded Temporal keeps what it waits for; None where the settings name another, or one on Postgres runs here."""
    return settings.data_dir / TEMPORAL if joined(settings).temporal_address is None else None


def keys(settings: Settings) -> dict[str, Path]:
    """The keys without which a restored database is not what it was, by their names in a backup."""
    return {"secrets.key": settings.secrets_key_path, "issuer.key": settings.issuer_key_path}


def ring(settings: Settings) -> KeyRing | None:
    """The keys that Temporal's payloads are encrypted with; None where they are plain. Raises CannotStart."""
    return None if settings.payload_keys_file is None else read_ring(settings.payload_keys_file)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Settings]:
    """Settings of a database that answers: the one they name, the embedded one that runs, or that one, started meanwhile."""
    if settings.owner_database_url is not None:
        yield settings
        return
    if not (settings.data_dir / postgres_files.PASSWORD_FILE).exists():
        raise CannotStart(NO_DATABASE, data_dir=settings.data_dir)
    server = Postgres(settings.data_dir, settings.cache_dir, settings.postgres_port)
    try:
        async with _alone(settings, server):
            yield _at(settings, server)
    except Held:
        yield _at(settings, server)


@asynccontextmanager
async def stopped(settings: Settings) -> AsyncIterator[Settings]:
    """Settings of a database on which no Tilbake of this machine runs; the embedded one is started alone. Raises CannotStart."""
    if settings.owner_database_url is not None:
        yield settings
        return
    server = Postgres(settings.data_dir, settings.cache_dir, settings.postgres_port)
    try:
        async with _alone(settings, server):
            await ensure_roles(server)
            yield _at(settings, server)
    except Held as one:
        raise CannotStart(texts.HELD, pid=one.pid, data_dir=settings.data_dir) from None


@asynccontextmanager
async def _alone(settings: Settings, server: Postgres) -> AsyncIterator[None]:
    """The server runs, and nobody else on its data directory. Raises Held where somebody does."""
    lock = take_data_dir(settings.data_dir)
    try:
        await end_leftovers(settings.data_dir, say=say_to_terminal)
        await server.start()
        try:
            yield
        finally:
            await server.stop()
    finally:
        lock.release()


def _at(settings: Settings, server: Postgres) -> Settings:
    return replace(settings, database_url=server.app_url(), owner_database_url=server.owner_url())
