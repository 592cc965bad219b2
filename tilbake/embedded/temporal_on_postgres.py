"""A Temporal server as production has it, on this machine: on Postgres, with mutual TLS, and its web UI beside it (ADR 032)."""

from __future__ import annotations

import asyncio
import json
import signal
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from files.writing import write_whole
from tilbake.embedded import leftovers, temporal_configuration, texts
from tilbake.embedded.mutual_tls import SERVER_NAME, Certificates, certificates_in
from tilbake.embedded.ports import LOOPBACK, free_ports, require_free
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.processes import Child, Launch, spawn
from tilbake.embedded.progress import Say
from tilbake.embedded.temporal_configuration import INNER_PORTS, Place
from tilbake.embedded.temporal_databases import ensure_databases, password_in
from tilbake.embedded.temporal_programs import Programs, temporal_programs
from tilbake.embedded.temporal_server import NAMESPACE, RETENTION, first_answer
from tilbake.errors import CannotStart
from tilbake.settings import UI_PATH, Settings
from tilbake.settings.temporal import PLAIN
from tilbake.temporal.client import connect
from tilbake.temporal.search_attributes import ensure_search_attributes, missing_search_attributes

UI_PATIENCE_SECONDS: Final = 30.0
NAMESPACE_PATIENCE_SECONDS: Final = 30.0
UI_NAME: Final = "Temporal UI"


@dataclass(slots=True)
class TemporalOnPostgres:
    """One server and one web UI, on a Postgres that runs before `start` is called."""

    postgres: Postgres
    port: int
    ui_port: int
    time_skipping: bool = False
    child: Child | None = field(default=None, init=False)
    ui_child: Child | None = field(default=None, init=False)
    _programs: Programs | None = field(default=None, init=False)
    _certificates: Certificates | None = field(default=None, init=False)
    _inner_ports: list[int] = field(default_factory=lambda: free_ports(INNER_PORTS), init=False)

    @property
    def address(self) -> str:
        """HOST:PORT for clients, who need a certificate."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def ui_url(self) -> str:
        """Where the API finds the web UI."""
        return f"http://{LOOPBACK}:{self.ui_port}{UI_PATH}"

    @property
    def directory(self) -> Path:
        """Certificates, password and configuration; for the owner's eyes only."""
        return self.postgres.data_dir / "temporal"

    def reached_by(self, settings: Settings) -> Settings:
        """The same settings, with what a process needs to be let in. Certificates are made where there are none."""
        return _reaching(settings, self.address, self._own_certificates())

    async def prepare(self, *, say: Say) -> None:
        """Find or build the programs, which needs no Postgres."""
        self._programs = await temporal_programs(self.postgres.cache_dir, say=say)

    async def start(self, *, say: Say) -> None:
        """Start the server, wait until it answers, and make namespace and search attributes; safe to call again."""
        if self._programs is None:
            await self.prepare(say=say)
        assert self._programs is not None
        await require_free([(self.port, "TILBAKE_TEMPORAL_PORT")])
        place = self._write_configuration()
        await ensure_databases(self.postgres, password=place.password, tool=self._programs.schema_tool)
        try:
            self.child = child = spawn(self._launch(self._programs.server))
            shown = self.reached_by(Settings())
            client = await first_answer(child, partial(connect, shown), address=self.address)
            await _ensure_namespace(client)
            await ensure_search_attributes(client)
        except RPCError as error:
            await self.stop()
            raise CannotStart(texts.TEMPORAL_ENDED, why=error, log=child.log_path) from error
        except BaseException:
            await self.stop()
            raise

    async def start_ui(self) -> None:
        """Start the web UI and wait until it listens."""
        assert self._programs is not None, "the server comes first"
        await require_free([(self.ui_port, "TILBAKE_TEMPORAL_UI_PORT")])
        argv: list[str | Path] = [self._programs.ui, "--root", self.directory, "--config", ".", "--env", "ui", "start"]
        self.ui_child = child = spawn(self._described(UI_NAME, argv))
        deadline = asyncio.get_running_loop().time() + UI_PATIENCE_SECONDS
        while not await listens(self.ui_port):
            if not child.is_running() or asyncio.get_running_loop().time() > deadline:
                raise CannotStart(texts.UI_NOT_STARTED, words=child.last_words(), log=child.log_path)
            await asyncio.sleep(0.03)

    async def stop(self) -> None:
        """Stop the server; workflows go on when it is back."""
        if self.child is not None:
            await self.child.stop(grace_seconds=8.0)

    async def stop_ui(self) -> None:
        """Stop the web UI."""
        if self.ui_child is not None:
            await self.ui_child.stop(grace_seconds=2.0)

    def _own_certificates(self) -> Certificates:
        """Looked at once in the life of a start: who is connected would not know new ones."""
        if self._certificates is None:
            self._certificates = certificates_in(self.directory / "tls")
        return self._certificates

    def _write_configuration(self) -> Place:
        certificates = self._own_certificates()
        password = password_in(self.directory)
        place = Place(self.port, self._inner_ports, self.postgres.port, password, certificates)
        dynamic_file = self.directory / "dynamic.yaml"
        self._write("dynamic.yaml", temporal_configuration.dynamic(time_skipping=self.time_skipping))
        self._write("server.yaml", temporal_configuration.of_server(place, dynamic_file=str(dynamic_file)))
        self._write("ui.yaml", temporal_configuration.of_ui(place, ui_port=self.ui_port))
        return place

    def _write(self, name: str, values: dict[str, Any]) -> None:
        """JSON is YAML, too, and needs no care about what a password looks like."""
        write_whole(self.directory / name, json.dumps(values, indent=1))

    def _launch(self, program: Path) -> Launch:
        argv: list[str | Path] = [program, "--config-file", self.directory / "server.yaml", "--allow-no-auth", "start"]
        return self._described("Temporal", argv)

    def _described(self, name: str, argv: list[str | Path]) -> Launch:
        data_dir = self.postgres.data_dir
        log_path = data_dir / "logs" / f"{leftovers.file_name(name)}.log"
        record = leftovers.record_path(data_dir, name)
        return Launch(name, argv, log_path, death_signal=signal.SIGKILL, record_path=record)


def joined(settings: Settings) -> Settings:
    """The settings by which one joins the stack that runs on this data directory, if its Temporal is on Postgres.

    Nothing is written, so this is for who looks from outside.
    """
    directory = settings.data_dir
    is_there = leftovers.record_path(directory, UI_NAME).exists() and settings.temporal_address is None
    certificates = Certificates(directory / "temporal" / "tls")
    return _reaching(settings, f"{LOOPBACK}:{settings.temporal_port}", certificates) if is_there else settings


def _reaching(settings: Settings, address: str, certificates: Certificates) -> Settings:
    return replace(
        replace(settings, **PLAIN),
        temporal_address=address,
        temporal_namespace=NAMESPACE,
        temporal_tls=True,
        temporal_tls_ca_file=certificates.authority,
        temporal_tls_cert_file=certificates.certificate("client"),
        temporal_tls_key_file=certificates.key("client"),
        temporal_tls_server_name=SERVER_NAME,
    )


async def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except OSError:
        return False
    writer.close()
    return True


async def _ensure_namespace(client: Client) -> None:
    """A server on Postgres begins without one. Made a moment before, it is not known to all parts yet, so that is waited for."""
    duration = Duration()
    duration.FromTimedelta(RETENTION)
    request = RegisterNamespaceRequest(namespace=NAMESPACE, workflow_execution_retention_period=duration)
    try:
        await client.workflow_service.register_namespace(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:
            raise
    await _until_known(client)


async def _until_known(client: Client) -> None:
    """Return once the parts of the server that are asked next know the namespace. Raises RPCError where they do not in time."""
    deadline = asyncio.get_running_loop().time() + NAMESPACE_PATIENCE_SECONDS
    while True:
        try:
            await client.workflow_service.describe_namespace(
                DescribeNamespaceRequest(namespace=NAMESPACE), timeout=timedelta(seconds=10)
            )
            await missing_search_attributes(client)
            return
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.1)
