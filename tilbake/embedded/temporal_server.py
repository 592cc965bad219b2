"""The embedded Temporal server: one process, one file (or memory only), on loopback."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from tilbake.embedded import leftovers, texts
from tilbake.embedded.ports import LOOPBACK, require_free
from tilbake.embedded.processes import Child, Launch, spawn
from tilbake.embedded.progress import Say
from tilbake.embedded.temporal_binary import temporal_binary
from tilbake.embedded.temporal_store import remove_half_made
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.settings import UI_PATH, Settings
from tilbake.settings.temporal import PLAIN
from tilbake.temporal.search_attributes import SEARCH_ATTRIBUTES, ensure_search_attributes

NAMESPACE = "default"
RETENTION = timedelta(hours=720)
START_PATIENCE_SECONDS = 60.0
SQLITE_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=5000")
ONE_PARTITION = ("matching.numTaskqueueReadPartitions=1", "matching.numTaskqueueWritePartitions=1")
TIME_SKIPPING = "frontend.WorkflowTimeSkippingEnabled=true"


@dataclass(slots=True)
class TemporalServer:
    """`database=None` keeps everything in memory; `ui_port=None` runs without the web UI."""

    data_dir: Path
    cache_dir: Path
    port: int
    ui_port: int | None
    database: Path | None
    time_skipping: bool = False
    child: Child | None = field(default=None, init=False)

    @property
    def address(self) -> str:
        """HOST:PORT for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Where people look; None without the UI."""
        return None if self.ui_port is None else f"http://{LOOPBACK}:{self.ui_port}{UI_PATH}"

    def reached_by(self, settings: Settings) -> Settings:
        """The same settings, with what a process needs to find it."""
        return replace(settings, temporal_address=self.address, **PLAIN)

    async def start(self, *, say: Say) -> None:
        """Start it, wait until it answers, and set retention and search attributes."""
        binary = await temporal_binary(self.cache_dir, say=say)
        ui_ports = [] if self.ui_port is None else [(self.ui_port, "TILBAKE_TEMPORAL_UI_PORT")]
        await require_free([(self.port, "TILBAKE_TEMPORAL_PORT"), *ui_ports])
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if self.database is not None:
            remove_half_made(self.database)
        try:
            self.child = spawn(self._launch(binary))
            connect = partial(Client.connect, self.address, namespace=NAMESPACE)
            client = await first_answer(self.child, connect, address=self.address)
            await _set_retention(client)
            await ensure_search_attributes(client)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Workflows are not stopped by this: they go on when the server is back."""
        if self.child is not None:
            await self.child.stop(grace_seconds=5.0)

    def _launch(self, binary: Path) -> Launch:
        argv: list[str | Path] = [binary, "server", "start-dev", "--ip", LOOPBACK, "--port", str(self.port)]
        argv += ["--log-level", "error", "--disable-config-file", "--disable-config-env", "--ui-disable-news-fetch"]
        ui = ["--ui-port", str(self.ui_port), "--ui-public-path", UI_PATH]
        argv += ["--headless"] if self.ui_port is None else ui
        for value in (*ONE_PARTITION, *([TIME_SKIPPING] if self.time_skipping else [])):
            argv += ["--dynamic-config-value", value]
        argv += self._storage_arguments()
        log_path = self.data_dir / "logs" / "temporal.log"
        record_path = leftovers.record_path(self.data_dir, "Temporal")
        return Launch("Temporal", argv, log_path, death_signal=signal.SIGKILL, record_path=record_path, is_private=True)

    def _storage_arguments(self) -> list[str | Path]:
        """A new store gets its attributes at birth, which spares the wait until later ones are usable."""
        arguments: list[str | Path] = []
        if self.database is None or not self.database.exists():
            for name, kind in SEARCH_ATTRIBUTES.items():
                arguments += ["--search-attribute", f"{name}={_type_name(kind)}"]
        if self.database is not None:
            arguments += ["--db-filename", self.database]
            for pragma in SQLITE_PRAGMAS:
                arguments += ["--sqlite-pragma", pragma]
        return arguments


async def first_answer(child: Child, connect: Callable[[], Awaitable[Client]], *, address: str) -> Client:
    """A client, as soon as the server that was just started is well. Raises CannotStart when it ends or takes too long."""
    deadline = asyncio.get_running_loop().time() + START_PATIENCE_SECONDS
    while True:
        if not child.is_running():
            raise CannotStart(texts.TEMPORAL_NOT_STARTED, words=child.last_words(), log=child.log_path)
        try:
            client = await connect()
            if await client.service_client.check_health():
                return client
            trouble = said(texts.NOT_WELL)
        except (RuntimeError, RPCError) as error:  # nobody listens yet, or its own parts do not know each other
            trouble = str(error)
        if asyncio.get_running_loop().time() > deadline:
            raise CannotStart(texts.TEMPORAL_SILENT, address=address, why=trouble)
        await asyncio.sleep(0.03)


async def _set_retention(client: Client) -> None:
    duration = Duration()
    duration.FromTimedelta(RETENTION)
    config = NamespaceConfig(workflow_execution_retention_ttl=duration)
    await client.workflow_service.update_namespace(UpdateNamespaceRequest(namespace=NAMESPACE, config=config))


def _type_name(kind: IndexedValueType.ValueType) -> str:
    return IndexedValueType.Name(kind).removeprefix("INDEXED_VALUE_TYPE_").title()
