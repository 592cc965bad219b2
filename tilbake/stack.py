"""Everything that has to run, started side by side where possible and stopped in reverse.

Postgres and Temporal are embedded unless the settings name others. The API serves as soon as Postgres is migrated,
even while Temporal still starts; the worker follows when Temporal knows the search attributes.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from tilbake.embedded.locks import FileLock, Held
from tilbake.embedded.ports import free_ports, require_free
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.postgres_files import cluster_directory
from tilbake.embedded.postgres_roles import ensure_roles, let_application_in
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import Say, say_to_terminal
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.errors import CannotStart
from tilbake.search_attributes import ensure_search_attributes
from tilbake.settings import Settings
from tilbake.temporal_client import connect

WATCH_SECONDS = 0.5


class Stack:
    """A running service: `async with Stack(settings) as stack: ... stack.settings.api_url`.

    After the start `settings` hold the addresses in use, so they are what another process needs to join in.
    """

    def __init__(self, settings: Settings, *, say: Say = say_to_terminal, durable: bool = True) -> None:
        self.settings = settings
        self.children: dict[str, Child] = {}
        self.postgres: Postgres | None = None
        self.temporal: TemporalServer | None = None
        self._say = say
        self._durable = durable
        self._exits = AsyncExitStack()

    @classmethod
    def throw_away(cls, settings: Settings | None = None, *, say: Say = say_to_terminal) -> Stack:
        """A stack on a temporary directory and free ports, with the test clock; nothing of it is left after the stop.

        From `settings` only what does not concern places and addresses is kept.
        """
        directory = Path(tempfile.mkdtemp(prefix="tilbake-"))
        directory.chmod(0o711)  # the account of Postgres has to pass through
        api, postgres, temporal, ui = free_ports(4)
        base = settings or Settings.from_environment()
        own = replace(
            base,
            database_url=None,
            owner_database_url=None,
            temporal_address=None,
            temporal_namespace="default",
            temporal_ui_url=f"http://127.0.0.1:{ui}",
            data_dir=directory,
            api_host="127.0.0.1",
            api_port=api,
            postgres_port=postgres,
            temporal_port=temporal,
            temporal_ui_port=ui,
            mode="development",
            test_clock=True,
            public_url=f"http://127.0.0.1:{api}",
        )
        stack = cls(own, say=say, durable=False)
        stack._exits.callback(_remove, directory)
        return stack

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start everything; when this raises, what had been started is stopped again."""
        try:
            self._take_lock()
            self._require_ports()
            await _side_by_side(self._start_database_and_api(), self._start_temporal_and_worker())
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything in reverse order; safe to call again."""
        await self._exits.aclose()

    async def watch(self) -> None:
        """Return never; raises CannotStart with a sentence when one of the processes ends by itself."""
        while True:
            for name, child in self.children.items():
                if not child.is_running():
                    raise CannotStart(
                        f"The {name} ended (exit code {child.exit_code}): {child.last_words()} (log: {child.log_path})"
                    )
            await asyncio.sleep(WATCH_SECONDS)

    def _take_lock(self) -> None:
        lock = FileLock(self.settings.data_dir / "tilbake.lock")
        try:
            lock.take()
        except Held as held:
            raise CannotStart(
                f"Tilbake already runs on this data directory (process {held.pid}); stop it first or set TILBAKE_DATA_DIR."
            ) from None
        self._exits.callback(lock.release)

    def _require_ports(self) -> None:
        """Asked before anything starts, so that a taken port costs no time and leaves nothing to stop."""
        settings = self.settings
        require_free([(settings.api_port, "TILBAKE_API_PORT")], host=settings.api_host)
        if settings.database_url is None:
            require_free([(settings.postgres_port, "TILBAKE_POSTGRES_PORT")])
        if settings.temporal_address is None:
            temporal = (settings.temporal_port, "TILBAKE_TEMPORAL_PORT")
            require_free([temporal, (settings.temporal_ui_port, "TILBAKE_TEMPORAL_UI_PORT")])
