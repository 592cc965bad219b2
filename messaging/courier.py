"""Looks every second whether events have to be delivered, and starts a workflow for each of them and each receiver.

Where nobody listens, that look is all it does. Safe to run in many processes at once: one of them looks at events at a time,
and a delivery is held by whoever starts it. Temporal away means later, never lost.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from temporalio.service import RPCError

from application import announcing
from application.announcing import EVENTS_AT_A_TIME
from application.work import Work
from messaging.gateway import TemporalGateway
from store import announcements
from store.announcements import ToStart
from store.database import Database

_log = structlog.get_logger()
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
        while True:
            try:
                while await self.work():
                    pass
            except Exception as error:  # noqa: BLE001 - an outage of either side must never end the loop
                _log.warning("courier.waiting", error=type(error).__name__)
            await asyncio.sleep(_EVERY_SECONDS)

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
            await announcements.started(connection, done)
            await announcements.postpone(connection, [one.id for one in found if one.id not in set(done)])
        return len(found)

    async def _start(self, delivery: ToStart) -> bool:
        try:
            await self._gateway.start_delivery(delivery)
        except Exception as error:  # noqa: BLE001 - one that cannot be started must not hold up those it came with
            name = error.status.name if isinstance(error, RPCError) else type(error).__name__
            _log.warning("delivery.postponed", delivery=delivery.id, error=name)
            return False
        return True
