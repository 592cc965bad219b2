"""Looks every second whether events have to be delivered, and starts a workflow for each of them and each receiver.

Where nobody listens, that look is all it does. Safe to run in many processes at once: one of them looks at events at a time,
and a delivery is for a moment theirs who start it. Temporal away means later, never lost.
"""

from __future__ import annotations

import asyncio
from typing import Final

from application import announcing
from application.announcing import EVENTS_AT_A_TIME
from application.work import Work
from messaging.enduring import again_and_again, succeeds
from messaging.gateway import TemporalGateway
from store import announcements
from store.announcements import ToStart
from store.database import Database

_EVERY_SECONDS: Final = 1.0
_BATCH: Final = 50
_COURIER: Final = "courier"


class Courier:
    """The loop over the events of one database."""

    def __init__(self, database: Database, gateway: TemporalGateway, *, mailing: bool) -> None:
        """mailing: whether there is a mail server; without one nothing is mailed, and events before there is one are not either."""
        self._database = database
        self._gateway = gateway
        self._mailing = mailing

    async def run(self) -> None:
        """Work until cancelled. A database or a Temporal that is away is waited for."""
        await again_and_again(self._catch_up, every_seconds=_EVERY_SECONDS, failed="courier.waiting")

    async def _catch_up(self) -> None:
        while await self.work():
            pass

    async def work(self) -> bool:
        """Announce and start what there is; whether there may be more."""
        async with self._database.reading() as connection:
            to_do = await announcements.to_do(connection)
        listening = to_do.listeners or self._mailing
        announced = await self._announce(listening=listening) if to_do.news else 0
        started = await self._start_due() if to_do.to_start or announced else 0
        return announced == EVENTS_AT_A_TIME or started == _BATCH

    async def _announce(self, *, listening: bool) -> int:
        async with self._database.begin() as connection:
            work = Work(connection, _COURIER, await self._database.now(connection))
            if listening:
                return await announcing.announce(work, mailing=self._mailing)
            await announcing.pass_over(work)
            return 0

    async def _start_due(self) -> int:
        """Start one batch of deliveries; how many there were. What cannot be started is tried again later."""
        async with self._database.begin() as connection:
            found = await announcements.to_start(connection, limit=_BATCH)
        started = await asyncio.gather(*(self._start(one) for one in found))
        done = [one.id for one, success in zip(found, started, strict=True) if success]
        async with self._database.begin() as connection:
            await announcements.started(connection, done)
            await announcements.postpone(connection, [one.id for one in found if one.id not in set(done)])
        return len(found)

    async def _start(self, delivery: ToStart) -> bool:
        start = self._gateway.start_delivery(delivery)
        return await succeeds(start, failed="delivery.postponed", delivery=delivery.id)
