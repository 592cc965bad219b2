"""Activities that answer what a test wrote down, for tests of the waiting alone; no database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Worker

from tests.harness import new_task_queue
from tests.waiting import until
from worker import tuned_worker
from workflows.contracts import (
    CLOSE_REQUEST,
    ESCALATE_REQUEST,
    EXPIRE_REQUEST,
    READ_STANDING,
    REMIND_APPROVER,
    REROUTE_REQUEST,
    SETTLE_DECISION,
    SETTLE_IN_CHUNKS,
    WORKFLOW_NAME,
    RecallInput,
    Reminder,
    Rerouting,
    Standing,
    ToSettle,
)
from workflows.recall_request import RecallRequest

OPEN: Final = Standing("awaiting_decision", [], 0, 0, 1)
BLOCKED: Final = replace(OPEN, blocked_by=["on_draft_invoice"], outcome="refused", decided_by="mia", verdict="approve")
RECALLED: Final = Standing("recalled", [], 1, 0, 0, "applied", "mia", "approve")
REJECTED: Final = Standing("rejected", [], 0, 1, 0, "applied", "mia", "reject")
WITHDRAWN: Final = Standing("withdrawn", [], 0, 0, 0)
EXPIRED: Final = Standing("expired", [], 0, 0, 0)
UNDER_WAY: Final = Standing("awaiting_decision", [], 500, 0, 700, "pending", "mia", "approve")
"""Of a long decision, after a chunk."""


def told(step: str, days: float, *, reminders: int, asked: str = "") -> Standing:
    """An open request after so many reminders, what happens next to it so many days after its birth, and who is asked."""
    return replace(OPEN, next_step=step, next_step_after_seconds=days * 24 * 3600, reminders=reminders, asked=asked)


Answer = Standing | Exception | None
"""What an activity does: answer, fail, or (None) hang until released, then go on with what stands next."""


class Scripted:
    """Answers in turn what stands in `answers` under the name of the activity; the last one again and again."""

    def __init__(self, **answers: Sequence[Answer]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self.calls: list[tuple[str, Any]] = []
        self.released = asyncio.Event()

    @property
    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        """What a worker registers."""
        return (
            self.settle,
            self.settle_on,
            self.expire,
            self.escalate,
            self.reroute,
            self.remind,
            self.read,
            self.close,
        )

    def called(self, name: str) -> int:
        """How often an activity was run."""
        return sum(one == name for one, _ in self.calls)

    @activity.defn(name=SETTLE_DECISION)
    async def settle(self, told: ToSettle) -> Standing:
        return await self._next(SETTLE_DECISION, told)

    @activity.defn(name=SETTLE_IN_CHUNKS)
    async def settle_on(self, told: ToSettle) -> Standing:
        return await self._next(SETTLE_IN_CHUNKS, told)

    @activity.defn(name=ESCALATE_REQUEST)
    async def escalate(self, request_id: str) -> Standing:
        return await self._next(ESCALATE_REQUEST, request_id)

    @activity.defn(name=EXPIRE_REQUEST)
    async def expire(self, request_id: str) -> Standing:
        return await self._next(EXPIRE_REQUEST, request_id)

    @activity.defn(name=REROUTE_REQUEST)
    async def reroute(self, rerouting: Rerouting) -> Standing:
        return await self._next(REROUTE_REQUEST, rerouting)

    @activity.defn(name=REMIND_APPROVER)
    async def remind(self, reminder: Reminder) -> Standing:
        return await self._next(REMIND_APPROVER, reminder)

    @activity.defn(name=READ_STANDING)
    async def read(self, request_id: str) -> Standing:
        return await self._next(READ_STANDING, request_id)

    @activity.defn(name=CLOSE_REQUEST)
    async def close(self, request_id: str) -> Standing:
        return await self._next(CLOSE_REQUEST, request_id)

    async def _next(self, name: str, argument: object) -> Standing:
        self.calls.append((name, argument))
        answer = self._take(name)
        if answer is None:
            await self.released.wait()
            answer = self._take(name) or OPEN
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _take(self, name: str) -> Answer:
        answers = self._answers[name]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def recall_input(request: str, *, number: int = 1042, **more: Any) -> RecallInput:
    """What the workflow of a request of one entry is given, with a reminder every day; `more` are fields of it."""
    return RecallInput(
        request_id=request,
        number=number,
        kind="project_entry",
        subject="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        title="Alfa",
        requester="bob",
        approver="mia",
        lines=1,
        amount="1600.00 USD",
        amount_value=1600.0,
        batch_id="7c9e6679-7425-40de-944b-e07fc1f90ae7",
        reason_code=None,
        remind_after_seconds=24 * 3600,
        **{"expire_after_seconds": None, **more},
    )


def worker_of(client: Client, queue: str, acts: Scripted) -> Worker:
    """A worker that does as `acts` say."""
    return tuned_worker(client, queue, workflows=[RecallRequest], activities=acts.all, own=("workflows", "domain"))


@asynccontextmanager
async def waiting(
    client: Client,
    acts: Scripted,
    *,
    expire_after_seconds: float | None = None,
    escalate_after_seconds: float | None = None,
    first_step: tuple[str, float] | None = None,
) -> AsyncIterator[WorkflowHandle[Any, Any]]:
    """The workflow of one request, and a worker that does as `acts` say.

    It is told its `first_step`, and how many seconds after its birth; else it is one of before calendars, with a reminder every day.
    """
    step, after = first_step or ("", 0.0)
    request = str(uuid4())
    queue = new_task_queue()
    given = recall_input(
        request,
        expire_after_seconds=expire_after_seconds,
        escalate_to=None if escalate_after_seconds is None else "per",
        escalate_after_seconds=escalate_after_seconds or 0.0,
        next_step=step,
        next_step_after_seconds=after,
    )
    async with worker_of(client, queue, acts):
        yield await client.start_workflow(WORKFLOW_NAME, given, id=f"recall-1042-{request[:8]}", task_queue=queue)


async def called(acts: Scripted, name: str, *, times: int = 1) -> None:
    """Return when an activity has been run so often."""

    async def enough() -> bool:
        return acts.called(name) >= times

    await until(enough, what=f"{name} was run {times} times")
