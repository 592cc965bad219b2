"""Every path a request's workflow can take, walked on a real server with activities that answer what is written here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.testing import TimeSkipper

from tests.waiting import until
from tests.workflow.scripted import (
    BLOCKED,
    EXPIRED,
    OPEN,
    RECALLED,
    REJECTED,
    WITHDRAWN,
    Answer,
    Scripted,
    called,
    waiting,
)
from workflows.contracts import REMIND_APPROVER, SETTLE_DECISION, SIGNAL_CHANGED, SIGNAL_DECISION

Handle = WorkflowHandle[Any, Any]
Walk = Callable[[Client, Handle, Scripted], Awaitable[None]]
DAY: Final = timedelta(days=1)
PARTLY: Final = replace(OPEN, recalled=1, outcome="applied", decided_by="mia", verdict="approve")
AWAY: Final = OSError("away")


@dataclass(frozen=True, slots=True)
class Path:
    """What the activities answer, how the workflow is driven, and when it would expire."""

    answers: dict[str, Sequence[Answer]]
    walk: Walk
    expire_after_seconds: float | None = None


async def at_rest(client: Client, handle: Handle) -> None:
    """The workflow has taken in what it was told: its last event is not a task under way."""

    async def look() -> bool:
        found = await handle.describe()
        return not found.raw_description.HasField("pending_workflow_task")

    await until(look, what="the workflow is at rest")


async def decide(client: Client, handle: Handle, name: str) -> None:
    await at_rest(client, handle)
    await handle.signal(SIGNAL_DECISION, name)


async def one_decision(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")


async def two_decisions(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")
    await called(acts, SETTLE_DECISION)
    await decide(client, handle, "second")


async def repeated_signal(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")
    await called(acts, SETTLE_DECISION)
    await decide(client, handle, "first")
    await decide(client, handle, "second")


async def withdraw(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await handle.signal(SIGNAL_CHANGED)


async def remind_then_expire(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 1.2)
    await called(acts, REMIND_APPROVER)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY)


async def cancel(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await handle.cancel()


PATHS: Final[dict[str, Path]] = {
    "approved": Path({"settle_decision": [RECALLED]}, one_decision),
    "rejected": Path({"settle_decision": [REJECTED]}, one_decision),
    "blocked_then_approved": Path({"settle_decision": [BLOCKED, RECALLED]}, two_decisions),
    "two_decisions": Path({"settle_decision": [PARTLY, RECALLED]}, two_decisions),
    "repeated_signal": Path({"settle_decision": [BLOCKED, RECALLED]}, repeated_signal),
    "unknown_decision": Path({"settle_decision": [OPEN, RECALLED]}, two_decisions),
    "withdrawn": Path({"read_standing": [WITHDRAWN]}, withdraw),
    "reminded_then_expired": Path(
        {"remind_approver": [OPEN], "expire_request": [EXPIRED]}, remind_then_expire, DAY.total_seconds() * 2
    ),
    "database_away": Path({"settle_decision": [AWAY, AWAY, AWAY, RECALLED]}, one_decision),
    "cancelled": Path({"close_request": [WITHDRAWN]}, cancel),
}


async def walked(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    path = PATHS[name]
    acts = Scripted(**path.answers)
    async with waiting(client, acts, expire_after_seconds=path.expire_after_seconds) as handle:
        await path.walk(client, handle, acts)
        try:
            await handle.result()
        except WorkflowFailureError:
            assert name == "cancelled"
        return await handle.fetch_history()
