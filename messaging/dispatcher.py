"""Delivers what the fast path left: every second, oldest first, safe to run in many processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog
from temporalio.service import RPCError

from messaging.gateway import TemporalGateway
from store import outbox
from store.database import Database
from store.outbox import Message
from telemetry.trace import trace_of, within

_log = structlog.get_logger()
_EVERY_SECONDS: Final = 1.0
_BATCH: Final = 100


class Dispatcher:
    """The loop over the outbox of one database."""

    def __init__(self, database: Database, gateway: TemporalGateway) -> None:
        self._database = database
        self._gateway = gateway

    async def run(self) -> None:
        """Deliver until cancelled. A database or a Temporal that is away is waited for."""
        while True:
            try:
                while await self.deliver_due() == _BATCH:
                    pass
            except Exception as error:  # noqa: BLE001 - an outage of either side must never end the loop
                _log.warning("outbox.waiting", error=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

    async def deliver_due(self) -> int:
        """Deliver one batch of due messages; returns how many there were."""
        async with self._database.begin() as connection:
            messages = await outbox.due(connection, limit=_BATCH)
            delivered = await asyncio.gather(*(self._deliver(message) for message in messages))
            done = [message.id for message, success in zip(messages, delivered, strict=True) if success]
            await outbox.remove(connection, done)
            await outbox.postpone(connection, _others(messages, done))
        return len(messages)

    async def _deliver(self, message: Message) -> bool:
        """Whether it was delivered. One that cannot be, whatever the reason, must not hold up those it came with."""
        with within(trace_of(message.traceparent), recall=message.request):
            try:
                await self._gateway.deliver(message)
            except Exception as error:  # noqa: BLE001 - see above; a newer release may have written what this one does not know
                name = error.status.name if isinstance(error, RPCError) else type(error).__name__
                _log.warning("outbox.postponed", kind=message.kind, attempts=message.attempts, error=name)
                return False
            return True


def _others(messages: Sequence[Message], done: Sequence[int]) -> list[int]:
    return [message.id for message in messages if message.id not in set(done)]
