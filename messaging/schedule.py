"""The schedule of the comparison: one for each task queue, kept as the settings say by whichever worker starts."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
)
from temporalio.service import RPCError, RPCStatusCode

from workflows import texts
from workflows.contracts import RECONCILIATION_WORKFLOW


async def keep_schedule(client: Client, *, task_queue: str, every: timedelta, language: str) -> None:
    """Compare so often, one comparison at a time; never where `every` is nothing. Raises RPCError when Temporal is away."""
    id = schedule_id(task_queue)
    if not every:
        await _remove(client, id)
        return
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(
            RECONCILIATION_WORKFLOW,
            language,
            id=id,
            task_queue=task_queue,
            static_summary=texts.word(language, "reconciliation"),
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(minutes=1)),
    )
    try:
        await client.create_schedule(id, schedule, trigger_immediately=True)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(id).update(lambda _: ScheduleUpdate(schedule=schedule))


def schedule_id(task_queue: str) -> str:
    """The id of the schedule of a task queue."""
    return f"reconcile-{task_queue}"


async def has_schedule(client: Client, *, task_queue: str) -> bool:
    """Whether it is there, as it is or not. Raises RPCError when Temporal is away."""
    try:
        await client.get_schedule_handle(schedule_id(task_queue)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def _remove(client: Client, id: str) -> None:
    try:
        await client.get_schedule_handle(id).delete()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
