"""What the doctor says of Temporal: search attributes, workers on both queues, and the schedule of the comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import Client, ScheduleDescription
from temporalio.service import RPCError, RPCStatusCode

from api.ops.views import view
from messaging.gateway import deliveries_queue
from messaging.schedule import schedule_id
from tilbake.commands.doctor.findings import Finding
from tilbake.embedded.services import last_poll
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.temporal.refusals import connect_telling, refusal
from tilbake.temporal.search_attributes import missing_search_attributes

WORKER_SILENCE: Final = timedelta(seconds=90)
LATE: Final = timedelta(minutes=2)
_START_ONE: Final = "start one: python -m worker"


async def temporal(settings: Settings) -> list[Finding]:
    """The findings. Raises what the client raises where Temporal is away."""
    try:
        return await _looked_at(await connect_telling(settings), settings)
    except CannotStart as problem:
        return [Finding("Temporal", good=False, text=str(problem))]
    except (RPCError, RuntimeError) as error:
        sentence = refusal(error, settings)
        if sentence is None:
            raise
        return [Finding("Temporal", good=False, text=sentence)]


async def _looked_at(client: Client, settings: Settings) -> list[Finding]:
    return [
        await _attributes(client),
        await _worker(client, "Worker", queue=settings.task_queue),
        await _worker(client, "Delivery worker", queue=deliveries_queue(settings.task_queue)),
        await _workflows(client, settings),
        await _schedule(client, settings),
    ]


async def _attributes(client: Client) -> Finding:
    missing = await missing_search_attributes(client)
    if missing:
        text = f"search attributes are missing: {', '.join(missing)}; a worker adds them within ten seconds"
        return Finding("Temporal", good=False, text=text)
    return Finding("Temporal", good=True, text=f"namespace {client.namespace}, search attributes registered")


async def _worker(client: Client, subject: str, *, queue: str) -> Finding:
    polled = await last_poll(client, queue)
    if polled is None or datetime.now(UTC) - polled > WORKER_SILENCE:
        return Finding(subject, good=False, text=f"nobody polls the queue {queue}; {_START_ONE}")
    return Finding(subject, good=True, text=f"a worker polls {queue}")


async def _workflows(client: Client, settings: Settings) -> Finding:
    """Those that fail at every try: their code is of another release, or what they hold cannot be decrypted."""
    queues = ", ".join(f"'{queue}'" for queue in (settings.task_queue, deliveries_queue(settings.task_queue)))
    failing = view("task-failures")
    assert failing is not None
    found = await client.count_workflows(f"{failing.query(datetime.now(UTC))} AND TaskQueue IN ({queues})")
    if not found.count:
        return Finding("Workflows", good=True, text="none fails at every try")
    text = (
        f"{found.count} fail at every try and wait for a release or a key (TILBAKE_PAYLOAD_KEYS_FILE); the worker's log says why, "
        f"{settings.public_url}/ops/views/{failing.id} which"
    )
    return Finding("Workflows", good=False, text=text)


async def _schedule(client: Client, settings: Settings) -> Finding:
    every = timedelta(seconds=settings.reconcile_seconds)
    if not every:
        text = "switched off (TILBAKE_RECONCILE_SECONDS is 0): what Temporal loses stays lost"
        return Finding("Comparison", good=None, text=text)
    try:
        found = await client.get_schedule_handle(schedule_id(settings.task_queue)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        text = "its schedule is missing; a worker makes it within ten seconds"
        return Finding("Comparison", good=False, text=text)
    return judged(found, every=every, now=datetime.now(UTC))


def judged(found: ScheduleDescription, *, every: timedelta, now: datetime) -> Finding:
    """Whether the schedule does what it is for, by when it last began."""
    if found.schedule.state.paused:
        text = f"its schedule {found.id} is paused; let it go on in the Temporal UI, or start a worker anew"
        return Finding("Comparison", good=False, text=text)
    actions = found.info.recent_actions
    since = now - (actions[-1].started_at if actions else found.info.created_at)
    ran = f"last begun {_age(since)} ago" if actions else f"not begun yet, {_age(since)} after it was set up"
    if since > max(LATE, 3 * every):
        return Finding(
            "Comparison", good=False, text=f"{ran}; see that a worker runs, then look at {found.id} in the UI"
        )
    return Finding("Comparison", good=True, text=f"every {every.total_seconds():.0f} s, {ran}")


def _age(since: timedelta) -> str:
    return str(timedelta(seconds=max(0, round(since.total_seconds()))))
