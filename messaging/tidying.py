"""Forgets every hour what has been kept for long enough: in small transactions, beside everything else (docs/retention.md, ADR 037).

A worker that is killed in the middle loses one of these transactions, and the next hour takes the same rows. Several workers take
turns: one that comes while another is at it leaves it to that one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from messaging.enduring import again_and_again
from store import retention
from store.database import Database

_log = structlog.get_logger()
_EVERY_SECONDS: Final = 3600.0
_BATCH: Final = 500
_MOST_BATCHES: Final = 2000
"""In one round: a million rows of each kind an hour, more than a hundred recalls a second leave behind."""
_PAUSE_SECONDS: Final = 0.02

Forget = Callable[..., Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Memory:
    """How long what went out is kept, and the answers by idempotency key; None is for ever."""

    answers: timedelta
    deliveries: timedelta | None


class Tidying:
    """The loop over one database."""

    def __init__(self, database: Database, memory: Memory) -> None:
        self._database = database
        self._memory = memory

    async def run(self) -> None:
        """Tidy until cancelled. A database that is away is waited for."""
        await again_and_again(self._tidy_and_tell, every_seconds=_EVERY_SECONDS, failed="tidying.waiting")

    async def _tidy_and_tell(self) -> None:
        forgotten = await self.tidy()
        if any(forgotten.values()):
            _log.info("tidying.done", **forgotten)

    async def tidy(self) -> dict[str, int]:
        """One round: how many rows of each kind were forgotten."""
        memory = self._memory
        found = {"answers": await self._all(retention.forget_answers, memory.answers)}
        if memory.deliveries is not None:
            found["deliveries"] = await self._all(retention.forget_deliveries, memory.deliveries)
            found["events"] = await self._all(retention.forget_events, memory.deliveries)
        return found

    async def _all(self, forget: Forget, older_than: timedelta) -> int:
        """Batch after batch, each a transaction of its own, until there is nothing left or enough was done."""
        total = 0
        for _ in range(_MOST_BATCHES):
            forgotten = await self._batch(forget, older_than)
            total += forgotten
            if forgotten < _BATCH:
                break
            await asyncio.sleep(_PAUSE_SECONDS)
        return total

    async def _batch(self, forget: Forget, older_than: timedelta) -> int:
        async with self._database.begin() as connection:
            if not await retention.take_turn(connection):
                return 0
            return await forget(connection, older_than=older_than, most=_BATCH)
