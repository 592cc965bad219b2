"""Compares what Postgres keeps with what Temporal runs, mends what is safe to mend, and remembers the rest (ADR 025).

Safe is what the database alone decides: a workflow waits and reminds, and may be started anew at any time. Every repair goes the
way everything goes to Temporal, by the outbox, and may be made twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from application import messages
from domain.recall.reconciliation import Difference, Disagreement, compare
from messaging.gateway import TemporalGateway, deliveries_queue, delivery_workflow_id
from store import announcements, outbox, recalls, reconciliation
from store.database import Connection, Database
from workflows.contracts import DELIVERY_WORKFLOW, RECONCILIATION_WORKFLOW, WORKFLOW_NAME, Reconciled

_log = structlog.get_logger()
CALM: Final = timedelta(seconds=20)
"""What changed later than this may still be on its way from one side to the other."""
_AT_ONCE: Final = 20
_REMEMBERED: Final = timedelta(minutes=2)
_FORGOTTEN_AT_ONCE: Final = 50


class Reconciler:
    """The comparison for one database and one task queue."""

    def __init__(
        self, database: Database, gateway: TemporalGateway, *, task_queue: str, calm: timedelta = CALM
    ) -> None:
        self._database = database
        self._gateway = gateway
        self._queue = task_queue
        self._calm = calm

    async def run(self) -> Reconciled:
        """Compare once, and mend. Raises where either side is away: nothing is concluded from silence."""
        running = await self._gateway.running(WORKFLOW_NAME, queue=self._queue)
        found = [*await self._of_requests(running), *await self._of_deliveries()]
        async with self._database.begin() as connection:
            due = await reconciliation.note(connection, found)
            await reconciliation.drop_vain_signals(connection, running=list(running), calm=self._calm)
        for one in due:
            await self._mend(one)
            _log.warning("difference.mended", kind=one.kind.value, workflow=one.workflow)
        before = datetime.now(UTC) - _REMEMBERED
        await self._gateway.forget(RECONCILIATION_WORKFLOW, queue=self._queue, before=before, most=_FORGOTTEN_AT_ONCE)
        return Reconciled(dict(Counter(one.kind.value for one in found)), len(due))

    async def _of_requests(self, running: Mapping[str, datetime]) -> list[Difference]:
        newborn = {id for id, since in running.items() if since > datetime.now(UTC) - self._calm}
        numbers = [number for number in map(messages.number_of, running) if number is not None]
        async with self._database.reading() as connection:
            kept = await reconciliation.kept(
                connection, numbers=numbers, calm=self._calm, workflow=messages.workflow_id
            )
        return await self._confirmed(compare(kept, set(running), newborn=newborn))

    async def _of_deliveries(self) -> list[Difference]:
        async with self._database.reading() as connection:
            found = await announcements.under_way(connection, since=self._calm)
        waiting = {delivery_workflow_id(one): one.id for one in found}
        if not waiting:
            return []
        running = await self._gateway.running(DELIVERY_WORKFLOW, queue=deliveries_queue(self._queue))
        kind = Disagreement.DELIVERY_LOST
        return await self._confirmed([Difference(kind, id, one) for id, one in waiting.items() if id not in running])

    async def _confirmed(self, found: Sequence[Difference]) -> list[Difference]:
        """Those that are so when each workflow itself is asked: lists of Temporal are a moment behind."""
        places = asyncio.Semaphore(_AT_ONCE)

        async def is_so(one: Difference) -> bool:
            async with places:
                runs = await self._gateway.is_running(one.workflow)
            return runs is not (one.kind in {Disagreement.LOST, Disagreement.DELIVERY_LOST})

        answers = await asyncio.gather(*map(is_so, found))
        return [one for one, so in zip(found, answers, strict=True) if so]

    async def _mend(self, difference: Difference) -> None:
        if difference.kind is Disagreement.UNKNOWN:
            await self._gateway.end(difference.workflow, reason="Its request is not in the database.")
        async with self._database.begin() as connection:
            if difference.kind is Disagreement.DELIVERY_LOST and difference.request is not None:
                await reconciliation.start_again(connection, difference.request)
            elif difference.request is not None:
                now = await self._database.now(connection)
                await _tell(connection, difference, difference.request, now=now)
            await reconciliation.repaired(connection, difference)


async def _tell(connection: Connection, difference: Difference, request: str, *, now: datetime) -> None:
    """Put into the outbox what brings the workflow of a request to where the request is."""
    await recalls.hold(connection, request, to_change=False)
    stored = await recalls.load(connection, request)
    assert stored is not None, f"{request} was there"
    undecided = await reconciliation.undecided(connection, request)
    told = [messages.decision(stored, id, again=True) for id in undecided]
    if difference.kind is Disagreement.LOST:
        await reconciliation.drop_signals(connection, request)
        told.insert(0, messages.take_over(stored, now=now))
    await outbox.add(connection, [*told, messages.changed(stored)])
