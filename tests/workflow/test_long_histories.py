"""A request that waits for long goes on in new runs: nothing that waits is lost, and nothing is done or told twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory

from tests.counts import count
from tests.harness import new_task_queue
from tests.short_lived import short_lived as one_short_lived
from tests.workflow.scripted import (
    BLOCKED,
    EXPIRED,
    OPEN,
    RECALLED,
    WITHDRAWN,
    Scripted,
    called,
    recall_input,
    told,
    waiting,
    worker_of,
)
from workflows.contracts import (
    CLOSE_REQUEST,
    REMIND_APPROVER,
    SETTLE_DECISION,
    SIGNAL_CHANGED,
    SIGNAL_DECISION,
    WORKFLOW_NAME,
    Reminder,
    Standing,
)

pytestmark = pytest.mark.workflow

DAY = 24 * 3600
STEP = 0.03


@pytest.fixture
async def short_lived() -> AsyncIterator[Client]:
    """A Temporal that asks for a new run after few events."""
    async with one_short_lived() as client:
        yield client


class LastEnds(Scripted):
    """Every decision is blocked, but the last one ends the request."""

    async def _next(self, name: str, argument: object) -> Standing:
        self.calls.append((name, argument))
        return RECALLED if getattr(argument, "decision_id", None) == "last" else BLOCKED


async def runs(client: Client, workflow: WorkflowHandle[Any, Any]) -> list[WorkflowHistory]:
    """What happened in each run in which it waited, from the first to the last."""
    found, run = [], workflow.first_execution_run_id
    while True:
        found.append(await client.get_workflow_handle(workflow.id, run_id=run).fetch_history())
        last = found[-1].events[-1]
        if not last.HasField("workflow_execution_continued_as_new_event_attributes"):
            return found
        run = last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id


def settlements(histories: list[WorkflowHistory]) -> int:
    """How many decisions the workflow saw settled."""
    events = [event for history in histories for event in history.events]
    markers = [
        event.marker_recorded_event_attributes for event in events if event.marker_recorded_event_attributes.details
    ]
    return sum(
        f'"{SETTLE_DECISION}"' in str(one.details["data"].payloads[0].data, "utf-8")
        for one in markers
        if "data" in one.details
    )


class RemindsAgain(Scripted):
    """Each reminder is followed by the next a moment later, so that the workflow waits for each; then the request expires."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times
        self._born = datetime.now(UTC)
        self.due = [STEP]

    async def _next(self, name: str, argument: object) -> Standing:
        self.calls.append((name, argument))
        if not isinstance(argument, Reminder):
            return EXPIRED
        self.due.append((datetime.now(UTC) - self._born).total_seconds() + STEP)
        step = "reminder" if argument.count < self._times else "expiry"
        return told(step, self.due[-1] / DAY, reminders=argument.count)


async def test_of_many_reminders_each_comes_once_and_when_it_is_due(short_lived: Client) -> None:
    times = count(20, 60)
    acts = RemindsAgain(times)

    async with waiting(short_lived, acts, first_step=("reminder", STEP)) as workflow:
        ended = await workflow.result()

        assert ended["status"] == "expired"
        assert len(await runs(short_lived, workflow)) > 1
    sent = [reminder for name, reminder in acts.calls if name == REMIND_APPROVER]
    assert [reminder.count for reminder in sent] == list(range(1, times + 1))
    assert all(reminder.after_seconds >= due for reminder, due in zip(sent, acts.due, strict=False))
    assert all(one.after_seconds <= next.after_seconds for one, next in pairwise(sent))


async def test_decisions_that_come_while_a_run_hands_over_are_heard_and_settled_once_each(short_lived: Client) -> None:
    names = [f"decision-{number}" for number in range(120)]
    acts = LastEnds()

    async with waiting(short_lived, acts) as workflow:
        await asyncio.gather(*(workflow.signal(SIGNAL_DECISION, name) for name in names * 2))
        await workflow.signal(SIGNAL_DECISION, "last")
        await workflow.result()
        histories = await runs(short_lived, workflow)

    assert len(histories) > 1
    assert {act.decision_id for name, act in acts.calls if name == SETTLE_DECISION} == {*names, "last"}
    assert settlements(histories) == len(names) + 1


async def test_a_client_that_repeats_itself_keeps_no_decision_from_being_heard(short_lived: Client) -> None:
    acts = LastEnds()

    async with waiting(short_lived, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "no id of a decision " * 1000)
        for _ in range(6):
            await asyncio.gather(*(workflow.signal(SIGNAL_DECISION, "the same") for _ in range(60)))
        await workflow.signal(SIGNAL_CHANGED)
        await workflow.signal(SIGNAL_DECISION, "last")
        await workflow.result()

        histories = await runs(short_lived, workflow)

    assert len(histories) > 1
    assert {act.decision_id for name, act in acts.calls if name == SETTLE_DECISION} >= {"the same", "last"}
    # What is no id of a decision may have been left behind at a hand-over.
    assert settlements(histories) in {2, 3}


async def test_what_is_seen_of_a_request_is_the_same_in_its_next_run(short_lived: Client) -> None:
    escalated = replace(told("reminder", 9, reminders=1, asked="noor"), blocked_by=["period_closed"])
    acts = Scripted(remind_approver=[escalated], settle_decision=[BLOCKED, RECALLED], read_standing=[escalated])

    async with waiting(short_lived, acts, first_step=("reminder", 0.01)) as workflow:
        before = await workflow.describe()
        while len(await runs(short_lived, workflow)) < 2:
            await asyncio.gather(*(workflow.signal(SIGNAL_CHANGED) for _ in range(30)))
        now = await short_lived.get_workflow_handle(workflow.id).describe()

        assert now.run_id != before.run_id
        assert await now.static_summary() == await before.static_summary()
        assert now.typed_search_attributes.search_attributes
        await workflow.signal(SIGNAL_DECISION, "first")
        await workflow.signal(SIGNAL_DECISION, "last")
        await workflow.result()


async def test_a_cancellation_that_comes_with_what_makes_a_run_long_closes_the_request(short_lived: Client) -> None:
    """No worker runs while both come, so that one task holds them."""
    acts = Scripted(read_standing=[OPEN], close_request=[WITHDRAWN])
    queue, request = new_task_queue(), str(uuid4())
    given = recall_input(request)

    workflow = await short_lived.start_workflow(WORKFLOW_NAME, given, id=f"recall-1042-{request[:8]}", task_queue=queue)
    for _ in range(60):
        await workflow.signal(SIGNAL_CHANGED)
    await workflow.cancel()
    async with worker_of(short_lived, queue, acts):
        await called(acts, CLOSE_REQUEST)
        with pytest.raises(WorkflowFailureError):
            await workflow.result()

    assert acts.called(CLOSE_REQUEST) == 1
