"""The fast path to Temporal: what a transaction put into the outbox is delivered right after its commit.

Nothing depends on it: what is not delivered here, or whose delivery is not noted, the dispatcher delivers again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from temporalio.client import Client
from temporalio.converter import PayloadCodec
from temporalio.service import RPCError

from messaging.enduring import succeeds
from messaging.gateway import TemporalGateway
from store import outbox
from store.database import Database
from store.outbox import Message
from telemetry.trace import about
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.temporal.client import Access, connect
from tilbake.temporal.credentials import credentials
from tilbake.temporal.data_converter import data_converter
from tilbake.temporal.refusals import ask_for_namespace, why_refused

_log = structlog.get_logger()
_MOST_AT_ONCE: Final = 64
_NOTE_EVERY_SECONDS: Final = 0.3
_LOOK_EVERY_SECONDS: Final = 10.0
_PATIENCE_SECONDS: Final = 1.0


class Delivery:
    """Delivers in the background; at most 64 at once, the rest is left to the dispatcher."""

    def __init__(self, settings: Settings, database: Database) -> None:
        """Raises CannotStart where the key ring, or what is to be shown to Temporal, cannot be used."""
        self._shown = credentials(settings)
        self._settings = settings
        self._database = database
        self._converter = data_converter(settings)
        self._access: Access | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._delivered: list[int] = []
        self._loops: list[asyncio.Task[None]] = []
        self._refused: str | None = None

    async def start(self) -> None:
        """Begin; Temporal need not be there yet."""
        client = await connect(self._settings, converter=self._converter, lazy=True)
        self._access = Access(client, self._settings, self._shown)
        self._loops = [asyncio.create_task(self._note()), asyncio.create_task(self._look())]

    @property
    def client(self) -> Client:
        """The process's client of Temporal; another one after certificates were renewed."""
        assert self._access is not None, "start() comes first"
        return self._access.client

    @property
    def codec(self) -> PayloadCodec | None:
        """What payloads are encrypted and decrypted with; None where they are stored in plain."""
        return self._converter.payload_codec

    async def temporal_is(self) -> str:
        """ok, away where it does not answer within a second, or refused where it did not let us in ten seconds ago."""
        if await self._reaches_temporal_in_time():
            return "ok"
        return "away" if self._refused is None else "refused"

    async def _reaches_temporal_in_time(self) -> bool:
        """A first connection to one that hangs would take half a minute, and others wait for it in turn."""
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await self._reaches_temporal()
        except TimeoutError:
            return False

    async def _reaches_temporal(self) -> bool:
        try:
            await ask_for_namespace(self.client, timeout_seconds=_PATIENCE_SECONDS)
        except (RPCError, RuntimeError):
            return False
        return True

    async def _look(self) -> None:
        """Show what is in the files now, and tell a refusal: nobody else sees why everything is left to wait."""
        while True:
            self._refused = await self._why_refused()
            if self._refused is not None:
                _log.error("temporal.refused", advice=self._refused)
            await asyncio.sleep(_LOOK_EVERY_SECONDS)

    async def _why_refused(self) -> str | None:
        assert self._access is not None, "start() comes first"
        try:
            if (renewed := await self._access.renew()) is not None:
                _log.info("temporal.renewed", what=renewed)
        except CannotStart as problem:
            return str(problem)
        except RuntimeError:
            return await why_refused(self._settings)
        return None if await self._reaches_temporal() else await why_refused(self._settings)

    def soon(self, messages: Sequence[Message]) -> None:
        """Deliver these, each after what goes to the same workflow already, without letting anybody wait for it."""
        for message in messages:
            if len(self._running) < _MOST_AT_ONCE:
                before = self._running.get(message.workflow)
                task = asyncio.create_task(self._deliver(message, after=before))
                self._running[message.workflow] = task

    def _gateway(self) -> TemporalGateway:
        settings = self._settings
        return TemporalGateway(self.client, task_queue=settings.task_queue, language=settings.language)

    async def _deliver(self, message: Message, *, after: asyncio.Task[None] | None) -> None:
        """A workflow has to be started before it can be signalled, so its messages go one by one."""
        about(recall=message.request)
        try:
            if after is not None:
                await asyncio.wait({after})
            if await succeeds(self._gateway().deliver(message), failed="outbox.left"):
                self._delivered.append(message.id)
        finally:
            if self._running.get(message.workflow) is asyncio.current_task():
                del self._running[message.workflow]

    async def _note(self) -> None:
        """Forget delivered messages, many at a time; one that is not forgotten is delivered again, without harm."""
        while True:
            await asyncio.sleep(_NOTE_EVERY_SECONDS)
            await self._forget()

    async def _forget(self) -> None:
        delivered, self._delivered = self._delivered, []
        if delivered:
            await succeeds(self._remove(delivered), failed="outbox.not_noted")

    async def _remove(self, delivered: Sequence[int]) -> None:
        async with self._database.begin() as connection:
            await outbox.remove(connection, delivered)

    async def stop(self) -> None:
        """Let what is under way end, for a moment, and note what was delivered."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=2)
        for loop in self._loops:
            loop.cancel()
        await self._forget()
