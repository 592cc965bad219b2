"""A throw-away stack as a person has it: `tilbake start`, a process of its own, which starts again what is killed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from temporalio.client import Client

from tests.faults.started import SERVING, Started, settings_in, start
from tests.servers import new_directory, remove_directory
from tests.waiting import until
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.temporal_on_postgres import TemporalOnPostgres
from tilbake.settings import Settings
from tilbake.temporal.client import connect

START_SECONDS: Final = 400.0
COMPARED_EVERY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Ground:
    """The running stack, and where its parts are."""

    started: Started
    settings: Settings
    database: str
    leaning: Mapping[str, Sequence[str]]
    """Which parts may end by themselves when another is killed."""

    @property
    def processes(self) -> Path:
        """Where the processes of the stack are written down, each by its name."""
        return self.settings.data_dir / "processes"

    async def temporal(self) -> Client:
        """A client of the Temporal of this stack, which may be the last part that was killed."""
        found = await until(self._reached, what="Temporal is started again")
        assert found is not None, "it was waited for"
        return found

    async def _reached(self) -> Client | None:
        try:
            return await connect(self.settings)
        except RuntimeError:
            return None


@asynccontextmanager
async def ground(*, production_like: bool) -> AsyncIterator[Ground]:
    """A stack that serves, with the test clock on, ordinary or as production has it."""
    place = new_directory()
    settings = replace(settings_in(place), test_clock=True, reconcile_seconds=COMPARED_EVERY_SECONDS)
    try:
        words = ["--production-like"] if production_like else []
        async with start(settings, "--no-story", *words) as started:
            await started.told(SERVING, seconds=START_SECONDS)
            server = Postgres(settings.data_dir, settings.cache_dir, settings.postgres_port)
            reached = _reaching(settings, server, production_like=production_like)
            yield Ground(started, reached, server.owner_url(), {"postgres": ["temporal"]} if production_like else {})
    finally:
        remove_directory(place)


def _reaching(settings: Settings, server: Postgres, *, production_like: bool) -> Settings:
    """The settings of a process that is let in by the Temporal of this stack."""
    port, ui_port = settings.temporal_port, settings.temporal_ui_port
    if production_like:
        return TemporalOnPostgres(server, port, ui_port).reached_by(settings)
    return replace(settings, temporal_address=f"127.0.0.1:{port}")
