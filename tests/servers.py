"""One Postgres and one Temporal for a whole test run, thrown away after it.

The process that starts the run starts the servers; the processes of pytest-xdist find them by environment variables.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from tests import forking
from tests.waiting import eventually
from tilbake.embedded import processes
from tilbake.embedded.locks import FileLock, Held
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.postgres_files import remove_cluster
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_to_terminal
from tilbake.embedded.temporal_on_postgres import TemporalOnPostgres
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings

VARIABLES = {
    "admin_url": "TILBAKE_TEST_ADMIN_URL",
    "owner_url": "TILBAKE_TEST_OWNER_URL",
    "app_url": "TILBAKE_TEST_APP_URL",
    "temporal_address": "TILBAKE_TEST_TEMPORAL_ADDRESS",
    "temporal_ui_url": "TILBAKE_TEST_TEMPORAL_UI_URL",
    "temporal_tls": "TILBAKE_TEST_TEMPORAL_TLS",
}
PRODUCTION_LIKE = os.environ.get("TILBAKE_TEST_PRODUCTION_LIKE") == "1"
"""Whether the Temporal of this run keeps its rows in Postgres, as that of scripts/start --production-like."""

MEMORY = Path("/dev/shm")
"""Files there are never written to a disk: a database of a test is made in a fifth of the time."""
ROOM = 4 * 1024**3


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers of this run are; the urls end in a database name to be replaced.

    `temporal_tls` is the directory of the certificates by which Temporal lets one in; empty where it asks for none.
    """

    admin_url: str
    owner_url: str
    app_url: str
    temporal_address: str
    temporal_ui_url: str
    temporal_tls: str = ""


def known_addresses() -> Addresses | None:
    """The servers somebody started for this run already."""
    values = {field: os.environ.get(variable, "") for field, variable in VARIABLES.items()}
    addresses = Addresses(**values)
    return addresses if all((addresses.admin_url, addresses.temporal_address)) else None


class Servers:
    """Starts and stops the servers; to be used from the main thread, which they do not outlive."""

    def __init__(self) -> None:
        self._exits = AsyncExitStack()

    def start(self) -> Addresses:
        """Start both and tell the processes that come after."""
        addresses = asyncio.run(self._start())
        for field, variable in VARIABLES.items():
            os.environ[variable] = getattr(addresses, field)
        return addresses

    def stop(self) -> None:
        """Stop both and remove every file."""
        for variable in (*VARIABLES.values(), forking.SOCKET):
            os.environ.pop(variable, None)
        asyncio.run(self._exits.aclose())

    async def _start(self) -> Addresses:
        forget_killed_runs(MEMORY)
        directory = new_directory(inside=MEMORY if is_roomy(MEMORY) else None)
        self._exits.callback(remove_directory, directory)
        cache = Settings.from_environment().cache_dir
        postgres_port, temporal_port, ui_port = free_ports(3)
        postgres = Postgres(directory, cache, postgres_port, durable=False)
        self._exits.push_async_callback(postgres.stop)
        if sys.platform == "linux":
            self._start_forking(directory)
        if PRODUCTION_LIKE:
            large = TemporalOnPostgres(postgres, temporal_port, ui_port, time_skipping=True)
            await self._start_large(postgres, large)
            return _addresses(postgres, large, tls=str(large.directory / "tls"))
        small = TemporalServer(directory, cache, temporal_port, ui_port=ui_port, database=None, time_skipping=True)
        self._exits.push_async_callback(small.stop)
        await asyncio.gather(small.start(say=say_to_terminal), postgres.start())
        await ensure_roles(postgres)
        return _addresses(postgres, small, tls="")

    async def _start_large(self, postgres: Postgres, temporal: TemporalOnPostgres) -> None:
        await temporal.prepare(say=say_to_terminal)
        await postgres.start()
        await ensure_roles(postgres)
        self._exits.push_async_callback(temporal.stop)
        await temporal.start(say=say_to_terminal)
        self._exits.push_async_callback(temporal.stop_ui)
        await temporal.start_ui()

    def _start_forking(self, directory: Path) -> None:
        """What API and worker of tests are forked from, where a fork is safe."""
        path = directory / "forking"
        argv: list[str | Path] = [sys.executable, "-u", "-m", "tests.forking", path]
        log_path = directory / "forking.log"
        nursery = processes.spawn(processes.Launch("Forking", argv, log_path, directory=forking.ROOT))
        self._exits.push_async_callback(nursery.stop)
        eventually(path.exists)
        os.environ[forking.SOCKET] = str(path)


def is_roomy(memory: Path) -> bool:
    """Whether it is there, and a run of tests would not fill it: a container often has 64 MB of it."""
    return os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= ROOM


def forget_killed_runs(memory: Path) -> None:
    """What runs left there that were killed: nothing would free it before the machine restarts."""
    for left in memory.glob("tilbake-tests-*"):
        with suppress(OSError, Held):
            if left.stat().st_mtime < time.time() - 3600:
                lock = FileLock(left / "postgres.lock")
                lock.take()
                remove_directory(left)
                lock.release()


def _addresses(postgres: Postgres, temporal: TemporalServer | TemporalOnPostgres, *, tls: str) -> Addresses:
    return Addresses(
        postgres.admin_url(),
        postgres.owner_url(),
        postgres.app_url(),
        temporal.address,
        temporal.ui_url or "",
        temporal_tls=tls,
    )


def new_directory(*, inside: Path | None = None) -> Path:
    """A temporary directory that the account of Postgres may pass through."""
    directory = Path(tempfile.mkdtemp(prefix="tilbake-tests-", dir=inside))
    directory.chmod(0o711)
    return directory


def remove_directory(directory: Path) -> None:
    """Remove it with all that servers put there or elsewhere on its behalf."""
    remove_cluster(directory)
    shutil.rmtree(directory, ignore_errors=True)
