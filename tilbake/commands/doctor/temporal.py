"""What the doctor says of Temporal: search attributes, workers on both queues, and the schedule of the comparison."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from temporalio.client import Client, ScheduleDescription
from temporalio.service import RPCError, RPCStatusCode

from api.ops.views import view
from messaging.gateway import deliveries_queue
from messaging.schedule import schedule_id
from tilbake.commands.doctor import texts
from tilbake.commands.doctor.findings import Finding
from tilbake.embedded.services import last_poll
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.temporal.refusals import connect_telling, refusal
from tilbake.temporal.search_attributes import missing_search_attributes

WORKER_SILENCE: Final = timedelta(seconds=90)
LATE: Final = timedelta(minutes=2)


async def temporal(settings: Settings) -> list[Finding]:
    """The findings. Raises what the client raises where Temporal is away."""
    try:
        return await _looked_at(await connect_telling(settings), settings)
    except CannotStart as problem:
        return [Finding(said(texts.TEMPORAL), good=False, text=str(problem))]
    except (RPCError, RuntimeError) as error:
        sentence = refusal(error, settings)
        if sentence is None:
            raise
        return [Finding(said(texts.TEMPORAL), good=False, text=sentence)]


async def _looked_at(client: Client, settings: Settings) -> list[Finding]:
    return [
        await _attributes(client),
        await _worker(client, said(texts.WORKER), queue=settings.task_queue),
        await _worker(client, said(texts.DELIVERY_WORKER), queue=deliveries_queue(settings.task_queue)),
        await _workflows(client, settings),
        await _schedule(client, settings),
    ]


async def _attributes(client: Client) -> Finding:
    missing = await missing_search_attributes(client)
    if missing:
        text = said(texts.ATTRIBUTES_MISSING, names=", ".join(missing))
        return Finding(said(texts.TEMPORAL), good=False, text=text)
    return Finding(said(texts.TEMPORAL), good=True, text=said(texts.ATTRIBUTES_THERE, namespace=client.namespace))


async def _worker(client: Client, subject: str, *, queue: str) -> Finding:
    polled = await last_poll(client, queue)
    if polled is None or datetime.now(UTC) - polled > WORKER_SILENCE:
        return Finding(subject, good=False, text=said(texts.NOBODY_POLLS, queue=queue))
    return Finding(subject, good=True, text=said(texts.POLLS, queue=queue))


async def _workflows(client: Client, settings: Settings) -> Finding:
    """Those that fail at every try: their code is of another release, or what they hold cannot be decrypted."""
    queues = ", ".join(f"'{queue}'" for queue in (settings.task_queue, deliveries_queue(settings.task_queue)))
    failing = view("task-failures")
    assert failing is not None
    found = await client.count_workflows(f"{failing.query(datetime.now(UTC))} AND TaskQueue IN ({queues})")
    if not found.count:
        return Finding(said(texts.WORKFLOWS), good=True, text=said(texts.NONE_FAILS))
    text = said(texts.FAILING, count=found.count, url=f"{settings.public_url}/ops/views/{failing.id}")
    return Finding(said(texts.WORKFLOWS), good=False, text=text)


async def _schedule(client: Client, settings: Settings) -> Finding:
    subject, every = said(texts.COMPARISON), timedelta(seconds=settings.reconcile_seconds)
    if not every:
        return Finding(subject, good=None, text=said(texts.SWITCHED_OFF))
    try:
        found = await client.get_schedule_handle(schedule_id(settings.task_queue)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return Finding(subject, good=False, text=said(texts.NO_SCHEDULE))
    return judged(found, every=every, now=datetime.now(UTC))


def judged(found: ScheduleDescription, *, every: timedelta, now: datetime) -> Finding:
    """Whether the schedule does what it is for, by when it last began."""
    subject = said(texts.COMPARISON)
    if found.schedule.state.paused:
        return Finding(subject, good=False, text=said(texts.PAUSED, id=found.id))
    actions = found.info.recent_actions
    since = now - (actions[-1].started_at if actions else found.info.created_at)
    ran = said(texts.LAST_BEGUN if actions else texts.NOT_BEGUN, age=_age(since))
    if since > max(LATE, 3 * every):
        return Finding(subject, good=False, text=said(texts.LATE, ran=ran, id=found.id))
    return Finding(subject, good=True, text=said(texts.EVERY, seconds=f"{every.total_seconds():.0f}", ran=ran))


def _age(since: timedelta) -> str:
    return str(timedelta(seconds=max(0, round(since.total_seconds()))))
