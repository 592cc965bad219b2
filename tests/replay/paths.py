"""Every path a request's workflow can take, walked on a real server with activities that answer what is written here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.testing import TimeSkipper

from tests.short_lived import short_lived
from tests.waiting import until
from tests.workflow.scripted import (
    BLOCKED,
    EXPIRED,
    OPEN,
    RECALLED,
    REJECTED,
    UNDER_WAY,
    WITHDRAWN,
    Answer,
    Scripted,
    called,
    told,
    waiting,
)
from workflows.contracts import (
    ESCALATE_REQUEST,
    READ_STANDING,
    REMIND_APPROVER,
    REROUTE_REQUEST,
    SETTLE_DECISION,
    SETTLE_IN_CHUNKS,
    SIGNAL_CHANGED,
    SIGNAL_DECISION,
)

Handle = WorkflowHandle[Any, Any]
Walk = Callable[[Client, Handle, Scripted], Awaitable[None]]
DAY: Final = timedelta(days=1)
HALF_A_DAY: Final = DAY.total_seconds() / 2
PARTLY: Final = replace(OPEN, recalled=1, outcome="applied", decided_by="mia", verdict="approve")
APPROVED_ONCE: Final = replace(OPEN, outcome="applied", decided_by="mia", verdict="approve")
"""Of a quorum of two: nothing is written yet."""
LEFT: Final = replace(UNDER_WAY, status="withdrawn", open=0, outcome="applied")
CHUNKED: Final = replace(UNDER_WAY, status="recalled", recalled=1200, open=0, outcome="applied")
SOME_BLOCKED: Final = replace(
    CHUNKED, status="awaiting_decision", recalled=1197, open=3, blocked_by=["on_draft_invoice"]
)
AFTER_BLOCKED: Final = replace(CHUNKED, decided_by="noor")
AWAY: Final = OSError("away")


@dataclass(frozen=True, slots=True)
class Path:
    """What the activities answer, how the workflow is driven, and when it would expire or what it is told to do first.

    `run`: of a workflow that goes on in a new run the first or the last one; such paths are walked on a Temporal that asks for that soon.
    """

    answers: dict[str, Sequence[Answer]]
    walk: Walk
    expire_after_seconds: float | None = None
    escalate_after_seconds: float | None = None
    first_step: tuple[str, float] | None = None
    run: str = "only"


async def at_rest(client: Client, handle: Handle) -> None:
    """The workflow has taken in what it was told: its last event is not a task under way."""

    async def look() -> bool:
        found = await handle.describe()
        return not found.raw_description.HasField("pending_workflow_task")

    await until(look, what="the workflow is at rest")


async def hands_over(handle: Handle) -> bool:
    """Whether a run has asked for another one, or waits a moment before it does: it has marked both changes of its code."""
    events = (await handle.fetch_history()).events
    return sum(event.marker_recorded_event_attributes.marker_name == "core_patch" for event in events) == 2


async def goes_on(handle: Handle, *, after: Handle) -> None:
    """There is another run."""

    async def look() -> bool:
        return (await handle.describe()).run_id != after.run_id

    await until(look, what="the workflow goes on in a new run")


async def waits(handle: Handle) -> None:
    """The newest run has begun to wait, which Temporal may put off for a moment."""

    async def look() -> bool:
        return any(event.HasField("timer_started_event_attributes") for event in (await handle.fetch_history()).events)

    await until(look, what="the next run waits")


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


async def told_again(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")
    await called(acts, SETTLE_DECISION)
    await at_rest(client, handle)
    await handle.signal(SIGNAL_DECISION, args=["first", True])


async def withdraw(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await handle.signal(SIGNAL_CHANGED)


async def remind_then_expire(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 1.2)
    await called(acts, REMIND_APPROVER)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY)


async def escalate_then_decide(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 0.6)
    await called(acts, ESCALATE_REQUEST)
    await decide(client, handle, "first")


async def escalate_remind_expire(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 0.6)
    await called(acts, ESCALATE_REQUEST)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 0.6)
    await called(acts, REMIND_APPROVER)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY)


async def as_it_is_told(client: Client, handle: Handle, acts: Scripted) -> None:
    """Reminded after half a day, escalated after 0.9, reminded again on the third day, and then it expires."""
    for name, days in ((REMIND_APPROVER, 0.6), (ESCALATE_REQUEST, 0.4)):
        await at_rest(client, handle)
        await TimeSkipper(client).fast_forward(handle, DAY * days)
        await called(acts, name)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 2.1)
    await called(acts, REMIND_APPROVER, times=2)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 0.5)


async def reroute(client: Client, handle: Handle, acts: Scripted) -> None:
    """A delegation begins after half a day and is over after one and a half; a reminder comes in between."""
    for name, times in ((REROUTE_REQUEST, 1), (REMIND_APPROVER, 1), (REROUTE_REQUEST, 2)):
        await at_rest(client, handle)
        await TimeSkipper(client).fast_forward(handle, DAY * 0.52)
        await called(acts, name, times=times)
    await decide(client, handle, "first")


async def reroute_at_once(client: Client, handle: Handle, acts: Scripted) -> None:
    """A delegation for these days is given while the request waits; later the request is withdrawn."""
    await at_rest(client, handle)
    await handle.signal(SIGNAL_CHANGED)
    await called(acts, READ_STANDING)
    await at_rest(client, handle)
    await handle.signal(SIGNAL_CHANGED)


async def told_after_the_first_reminder(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 1.1)
    await called(acts, REMIND_APPROVER)
    await at_rest(client, handle)
    await TimeSkipper(client).fast_forward(handle, DAY * 0.3)


async def withdraw_between_chunks(client: Client, handle: Handle, acts: Scripted) -> None:
    """The chunk under way hangs until the withdrawal has been told."""
    await decide(client, handle, "first")
    await called(acts, SETTLE_IN_CHUNKS)
    await handle.signal(SIGNAL_CHANGED)
    acts.released.set()


async def decide_between_chunks(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")
    await called(acts, SETTLE_IN_CHUNKS)
    await handle.signal(SIGNAL_DECISION, "second")
    acts.released.set()


async def repeat_until_long(client: Client, handle: Handle, acts: Scripted) -> None:
    """The same decision is told until the workflow goes on in a new run."""
    await decide(client, handle, "first")
    await called(acts, SETTLE_DECISION)
    await at_rest(client, handle)
    first = client.get_workflow_handle(handle.id, run_id=(await handle.describe()).run_id)
    while not await hands_over(first):
        await handle.signal(SIGNAL_DECISION, "first")
        await at_rest(client, handle)
    await goes_on(handle, after=first)
    await waits(handle)
    await decide(client, handle, "second")


async def cancel_between_chunks(client: Client, handle: Handle, acts: Scripted) -> None:
    await decide(client, handle, "first")
    await called(acts, SETTLE_IN_CHUNKS)
    await handle.cancel()


async def cancel_while_settling(client: Client, handle: Handle, acts: Scripted) -> None:
    """The local activity hangs, and is told with the next heartbeat of its task."""
    await decide(client, handle, "first")
    await called(acts, SETTLE_DECISION)
    await handle.cancel()


async def cancel(client: Client, handle: Handle, acts: Scripted) -> None:
    await at_rest(client, handle)
    await handle.cancel()


PATHS: Final[dict[str, Path]] = {
    "approved": Path({"settle_decision": [RECALLED]}, one_decision),
    "rejected": Path({"settle_decision": [REJECTED]}, one_decision),
    "blocked_then_approved": Path({"settle_decision": [BLOCKED, RECALLED]}, two_decisions),
    "two_decisions": Path({"settle_decision": [PARTLY, RECALLED]}, two_decisions),
    "repeated_signal": Path({"settle_decision": [BLOCKED, RECALLED]}, repeated_signal),
    "told_again": Path({"settle_decision": [BLOCKED, RECALLED]}, told_again),
    "unknown_decision": Path({"settle_decision": [OPEN, RECALLED]}, two_decisions),
    "withdrawn": Path({"read_standing": [WITHDRAWN]}, withdraw),
    "reminded_then_expired": Path(
        {"remind_approver": [OPEN], "expire_request": [EXPIRED]}, remind_then_expire, DAY.total_seconds() * 2
    ),
    "database_away": Path({"settle_decision": [AWAY, AWAY, AWAY, RECALLED]}, one_decision),
    "cancelled": Path({"close_request": [WITHDRAWN]}, cancel),
    "escalated_then_approved": Path(
        {"escalate_request": [OPEN], "settle_decision": [RECALLED]},
        escalate_then_decide,
        escalate_after_seconds=HALF_A_DAY,
    ),
    "escalated_reminded_expired": Path(
        {"escalate_request": [OPEN], "remind_approver": [OPEN], "expire_request": [EXPIRED]},
        escalate_remind_expire,
        DAY.total_seconds() * 2,
        HALF_A_DAY,
    ),
    "quorum": Path({"settle_decision": [APPROVED_ONCE, RECALLED]}, two_decisions),
    "chunks": Path({"settle_decision": [UNDER_WAY], "settle_in_chunks": [UNDER_WAY, CHUNKED]}, one_decision),
    "chunks_database_away": Path(
        {"settle_decision": [AWAY, AWAY, AWAY, UNDER_WAY], "settle_in_chunks": [AWAY, CHUNKED]}, one_decision
    ),
    "withdrawn_between_chunks": Path(
        {"settle_decision": [UNDER_WAY], "settle_in_chunks": [None, LEFT], "read_standing": [WITHDRAWN]},
        withdraw_between_chunks,
    ),
    "decided_between_chunks": Path(
        {
            "settle_decision": [UNDER_WAY, AFTER_BLOCKED],
            "settle_in_chunks": [None, SOME_BLOCKED],
        },
        decide_between_chunks,
    ),
    "as_it_is_told": Path(
        {
            "remind_approver": [told("escalation", 0.9, reminders=1), told("expiry", 3.5, reminders=2)],
            "escalate_request": [told("reminder", 3.0, reminders=1)],
            "expire_request": [EXPIRED],
        },
        as_it_is_told,
        DAY.total_seconds() * 3.5,
        first_step=("reminder", HALF_A_DAY),
    ),
    "rerouted": Path(
        {
            "reroute_request": [
                told("reminder", 1.0, reminders=0, asked="noor"),
                told("reminder", 2.0, reminders=1, asked="mia"),
            ],
            "remind_approver": [told("rerouting", 1.5, reminders=1, asked="noor")],
            "settle_decision": [RECALLED],
        },
        reroute,
        first_step=("rerouting", HALF_A_DAY),
    ),
    "rerouted_at_once": Path(
        {"read_standing": [told("rerouting", 5.0, reminders=0, asked="noor"), WITHDRAWN]},
        reroute_at_once,
        first_step=("reminder", DAY.total_seconds()),
    ),
    "told_after_the_first_reminder": Path(
        {"remind_approver": [told("expiry", 1.3, reminders=1)], "expire_request": [EXPIRED]},
        told_after_the_first_reminder,
    ),
    "cancelled_while_settling": Path(
        {"settle_decision": [None], "close_request": [WITHDRAWN]},
        cancel_while_settling,
    ),
    "cancelled_between_chunks": Path(
        {"settle_decision": [UNDER_WAY], "settle_in_chunks": [None], "close_request": [CHUNKED]},
        cancel_between_chunks,
    ),
    "grown_long": Path({"settle_decision": [BLOCKED, RECALLED]}, repeat_until_long, run="first"),
    "gone_on": Path({"settle_decision": [BLOCKED, RECALLED]}, repeat_until_long, run="last"),
}


async def walked(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    if PATHS[name].run == "only":
        return await _walked(client, name)
    async with short_lived() as own:
        return await _walked(own, name)


async def _walked(client: Client, name: str) -> WorkflowHistory:
    path = PATHS[name]
    acts = Scripted(**path.answers)
    async with waiting(
        client,
        acts,
        expire_after_seconds=path.expire_after_seconds,
        escalate_after_seconds=path.escalate_after_seconds,
        first_step=path.first_step,
    ) as handle:
        await path.walk(client, handle, acts)
        try:
            await handle.result()
        except WorkflowFailureError:
            assert name.startswith("cancelled")
        finally:
            acts.released.set()
        run = handle.first_execution_run_id if path.run == "first" else None
        return await client.get_workflow_handle(handle.id, run_id=run).fetch_history()
