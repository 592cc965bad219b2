"""Servers of one test alone, which keep their state in files, and which it may kill, empty and set back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.migrate import migrate
from tests.servers import new_directory, remove_directory
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import APPLICATION, Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings


@pytest.fixture
async def own_temporal() -> AsyncIterator[TemporalServer]:
    """A Temporal of this test, which keeps its state in a file and may be killed."""
    directory = new_directory()
    (port,) = free_ports(1)
    cache = Settings.from_environment().cache_dir
    server = TemporalServer(
        directory, cache, port, ui_port=None, database=directory / "temporal.db", time_skipping=True
    )
    await server.start(say=say_nothing)
    yield server
    await server.stop()
    remove_directory(directory)


@pytest.fixture
async def own_postgres() -> AsyncIterator[Postgres]:
    """A Postgres of this test, durable, with a migrated database, which may be killed."""
    directory = new_directory()
    server = Postgres(directory, Settings.from_environment().cache_dir, free_ports(1)[0])
    await server.start()
    await ensure_roles(server)
    await migrate(server.owner_url(), application_role=APPLICATION)
    yield server
    await server.stop()
    remove_directory(directory)
