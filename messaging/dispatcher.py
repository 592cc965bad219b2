"""Delivers what the fast path left: every second, oldest first, safe to run in many processes at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from messaging.enduring import again_and_again, succeeds
from messaging.gateway import TemporalGateway
from store import outbox
from store.database import Database
from store.outbox import Message
from telemetry.trace import trace_of, within

_EVERY_SECONDS: Final = 1.0
_BATCH: Final = 100


class Dispatcher:
    """The loop over the outbox of one database."""

    def __init__(self, database: Database, gateway: TemporalGateway) -> None:
        self._database = database
        self._gateway = gateway

    async def run(self) -> None:
        """Deliver until cancelled. A database or a Temporal that is away is waited for."""
        await again_and_again(self._catch_up, every_seconds=_EVERY_SECONDS, failed="outbox.waiting")

    async def _catch_up(self) -> None:
        while await self.deliver_due() == _BATCH:
            pass

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
        """Whether it was delivered."""
        with within(trace_of(message.traceparent), recall=message.request):
            deliver = self._gateway.deliver(message)
            return await succeeds(deliver, failed="outbox.postponed", kind=message.kind, attempts=message.attempts)


def _others(messages: Sequence[Message], done: Sequence[int]) -> list[int]:
    return [message.id for message in messages if message.id not in set(done)]
