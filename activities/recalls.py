"""The acts of a recall request's workflow."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import structlog
from temporalio import activity

from activities.failpoints import reach
from application import settling
from application.settled import Settled
from application.work import CLOCK, Work
from store.chunks import Run
from store.database import Database
from telemetry import work as figures
from workflows.contracts import (
    CLOSE_REQUEST,
    ESCALATE_REQUEST,
    EXPIRE_REQUEST,
    READ_STANDING,
    REMIND_APPROVER,
    REROUTE_REQUEST,
    SETTLE_DECISION,
    SETTLE_IN_CHUNKS,
    Reminder,
    Rerouting,
    Standing,
    ToSettle,
)

_log = structlog.get_logger()
CHUNKS_AT_A_TIME: Final = 3
"""After so many the workflow shows how far the decision is, and goes on."""


class RecallActivities:
    """Activities of one worker process, on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        """What the worker registers."""
        return (
            self.settle_decision,
            self.settle_in_chunks,
            self.expire_request,
            self.escalate_request,
            self.remind_approver,
            self.reroute_request,
            self.read_standing,
            self.close_request,
        )

    @activity.defn(name=SETTLE_DECISION)
    async def settle_decision(self, told: ToSettle) -> Standing:
        """Settle a stored decision; a second run finds it settled and answers how the request stands."""
        async with self._work("settle") as work:
            settled = await settling.settle_decision(work, told.decision_id, request=told.request_id)
        _count(settled, now=work.now)
        _log.info("decision.settled", decision=told.decision_id, outcome=settled.outcome, status=settled.status)
        return _standing(settled)

    @activity.defn(name=SETTLE_IN_CHUNKS)
    async def settle_in_chunks(self, told: ToSettle) -> Standing:
        """Settle the next chunks of a long decision, each in a transaction of its own; the same again goes on where it ended."""
        run = Run()
        for _ in range(CHUNKS_AT_A_TIME):
            async with self._work("chunk") as work:
                settled = await settling.settle_decision(work, told.decision_id, request=told.request_id, run=run)
            _count(settled, now=work.now)
            _log.info("chunk.settled", decision=told.decision_id, open=settled.open, outcome=settled.outcome)
            activity.heartbeat({"open": settled.open, "recalled": settled.recalled, "rejected": settled.rejected})
            if settled.outcome != "pending":
                break
        return _standing(settled)

    @activity.defn(name=EXPIRE_REQUEST)
    async def expire_request(self, request_id: str) -> Standing:
        """Let an open request expire."""
        async with self._work("expire") as work:
            settled = await settling.expire(work, request_id)
        _log.info("recall.expired", request=request_id, status=settled.status)
        return _standing(settled)

    @activity.defn(name=ESCALATE_REQUEST)
    async def escalate_request(self, request_id: str) -> Standing:
        """The escalation person may decide from now on, too."""
        async with self._work("escalate") as work:
            return _standing(await settling.escalate(work, request_id))

    @activity.defn(name=CLOSE_REQUEST)
    async def close_request(self, request_id: str) -> Standing:
        """An operator has cancelled the workflow: settle what was decided, end the rest without effect."""
        async with self._work("close") as work:
            settled = await settling.close(work, request_id)
        _log.warning("recall.closed_by_operator", request=request_id, status=settled.status)
        return _standing(settled)

    @activity.defn(name=REMIND_APPROVER)
    async def remind_approver(self, reminder: Reminder) -> Standing:
        """Note that the approver is reminded, and what comes next."""
        async with self._work("remind") as work:
            settled = await settling.remind(
                work, reminder.request_id, count=reminder.count, after_seconds=reminder.after_seconds
            )
            return _standing(settled)

    @activity.defn(name=REROUTE_REQUEST)
    async def reroute_request(self, rerouting: Rerouting) -> Standing:
        """The day of a delegation has come or is over: somebody else is asked."""
        async with self._work("reroute") as work:
            settled = await settling.reroute(work, rerouting.request_id, after_seconds=rerouting.after_seconds)
        _log.info("recall.rerouted", request=rerouting.request_id, status=settled.status)
        return _standing(settled)

    @activity.defn(name=READ_STANDING)
    async def read_standing(self, request_id: str) -> Standing:
        """How a request stands."""
        async with self._work("read") as work:
            return _standing(await settling.standing(work, request_id))

    @asynccontextmanager
    async def _work(self, name: str) -> AsyncIterator[Work]:
        """One transaction; the named failpoints let tests stop the process on either side of its commit."""
        async with self._database.begin() as connection:
            yield Work(connection, CLOCK, await self._database.now(connection))
            await reach(f"{name}.before_commit")
        await reach(f"{name}.after_commit")


def _standing(settled: Settled) -> Standing:
    values = asdict(settled)
    del values["born"]
    return Standing(**(values | {"blocked_by": list(settled.blocked_by)}))


def _count(settled: Settled, *, now: datetime) -> None:
    """Decisions that are settled to their end, with how long their requests have waited; one that is run again counts again."""
    if settled.born is not None and settled.outcome != "pending":
        seconds = max(0.0, (now - settled.born).total_seconds())
        figures.settled(outcome=settled.outcome, verdict=settled.verdict, seconds=seconds)
