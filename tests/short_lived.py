"""A Temporal of its own that asks for a new run after few events, as any Temporal does after thousands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from temporalio.client import Client

from tests.servers import new_directory, remove_directory
from tests.temporal_access import shown_at
from tilbake.embedded.ports import free_ports
from tilbake.embedded.processes import Launch
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings
from tilbake.temporal.client import connect


class Impatient(TemporalServer):
    """Finds histories long that are short."""

    def _launch(self, binary: Path) -> Launch:
        launch = TemporalServer._launch(self, binary)
        asks = ["--dynamic-config-value", "limit.historyCount.suggestContinueAsNew=40"]
        return replace(launch, argv=[*launch.argv, *asks])


@asynccontextmanager
async def short_lived() -> AsyncIterator[Client]:
    """A client of one."""
    directory, (port,) = new_directory(), free_ports(1)
    server = Impatient(directory, Settings.from_environment().cache_dir, port, ui_port=None, database=None)
    await server.start(say=say_nothing)
    try:
        yield await connect(Settings(temporal_address=server.address, **shown_at(server.address)))
    finally:
        await server.stop()
        remove_directory(directory)
