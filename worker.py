"""The worker process: runs the workflows, their activities, the dispatcher of the outbox, and the courier of events."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Protocol

import structlog
import uvloop
from temporalio.client import Client
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.deliveries import DeliveryActivities, Way
from activities.recalls import RecallActivities
from activities.reconciling import ReconcilingActivities
from messaging.courier import Courier
from messaging.dispatcher import Dispatcher
from messaging.gateway import TemporalGateway, deliveries_queue
from messaging.keeping import Keeping
from messaging.reconciler import Reconciler
from messaging.schedule import has_schedule, keep_schedule
from messaging.tidying import Memory, Tidying
from store.database import Database
from telemetry.spans import watching
from tilbake.errors import CannotStart
from tilbake.outgoing import way_of
from tilbake.process.garbage import collect_seldom
from tilbake.process.least_rights import require_least_rights
from tilbake.process.leaving import leave
from tilbake.process.logs import configure_logs
from tilbake.process.named_files import require_named_files
from tilbake.process.observing import observe, stop_observing
from tilbake.process.reaching import reach_temporal
from tilbake.process.texts import NOT_OF_A_PROCESS
from tilbake.settings import Settings
from tilbake.temporal.client import Access
from tilbake.temporal.credentials import credentials
from tilbake.temporal.refusals import why_refused
from tilbake.temporal.search_attributes import ensure_search_attributes, missing_search_attributes
from workflows.delivery import Delivery
from workflows.recall_request import RecallRequest
from workflows.reconciliation import Reconciliation

_log = structlog.get_logger()
_OWN_MODULES = ("workflows", "domain")


def build_worker(
    client: Client, database: Database, task_queue: str, *, gateway: TemporalGateway | None = None
) -> Worker:
    """A worker of one task queue; a Worker object is used once. `gateway` is that of the process, if it has one."""
    gateway = gateway or TemporalGateway(client, task_queue=task_queue, language="en")
    reconciler = Reconciler(database, gateway, task_queue=task_queue)
    return tuned_worker(
        client,
        task_queue,
        workflows=[RecallRequest, Reconciliation],
        activities=[*RecallActivities(database).all, *ReconcilingActivities(reconciler.run).all],
        own=_OWN_MODULES,
    )


def build_delivery_worker(client: Client, database: Database, task_queue: str, *, way: Way) -> Worker:
    """A worker of the deliveries of a task queue: slow receivers take places here, and none of those that settle decisions."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*_OWN_MODULES)
    return Worker(
        client,
        task_queue=deliveries_queue(task_queue),
        workflows=[Delivery],
        activities=DeliveryActivities(database, way).all,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        max_cached_workflows=200,
        max_concurrent_activities=20,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=2),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=2),
        graceful_shutdown_timeout=timedelta(seconds=8),
    )


def tuned_worker(
    client: Client,
    task_queue: str,
    *,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Awaitable[Any]]],
    own: Sequence[str],
) -> Worker:
    """A worker as fast as we know to make one; modules of `own` are deterministic and spared by the sandbox."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*own)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        max_cached_workflows=2000,
        max_concurrent_local_activities=20,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(initial=4, maximum=16),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(initial=1, maximum=4),
        graceful_shutdown_timeout=timedelta(seconds=8),
    )


class Speaking(Protocol):
    """Whoever speaks to Temporal, by a client that may be exchanged."""

    client: Client


class Kept:
    """What a Temporal has to have beside workflows, as the settings say; each may be made anew at any time."""

    def __init__(self, access: Access, settings: Settings, *, speaking: Sequence[Speaking] = ()) -> None:
        """`speaking` get another client when certificates are renewed."""
        self._access = access
        self._settings = settings
        self._speaking = speaking

    @property
    def _client(self) -> Client:
        return self._access.client

    async def credentials(self) -> bool:
        """Show the key and the certificates that are in their files now; new ones are nothing that was missing."""
        renewed = await self._access.renew()
        if renewed == "certificate":
            for one in self._speaking:
                one.client = self._client
        if renewed is not None:
            _log.info("temporal.renewed", what=renewed)
        return False

    async def search_attributes(self) -> bool:
        """Register those that are missing; whether any was."""
        missing = await missing_search_attributes(self._client)
        if missing:
            await ensure_search_attributes(self._client)
        return bool(missing)

    async def schedule(self) -> bool:
        """Make the schedule of the comparison where there has to be one and is none; whether that was so."""
        queue = self._settings.task_queue
        lacking = self._settings.reconcile_seconds > 0 and not await has_schedule(self._client, task_queue=queue)
        if lacking:
            await self.set_schedule()
        return lacking

    async def set_schedule(self) -> None:
        """Bring it to what the settings say, whatever it was."""
        await keep_schedule(
            self._client,
            task_queue=self._settings.task_queue,
            every=timedelta(seconds=self._settings.reconcile_seconds),
            language=self._settings.language,
        )


def memory_of(settings: Settings) -> Memory:
    """How long the settings have things kept."""
    days = settings.keep_deliveries_days
    return Memory(timedelta(days=settings.keep_answers_days), timedelta(days=days) if days else None)


async def run(settings: Settings) -> int:
    """Work until SIGINT or SIGTERM; 1 after a fatal error."""
    configure_logs(settings.log_level)
    observe(settings, process="tilbake-worker", metrics_address=settings.worker_metrics_address)
    if settings.database_url is None:
        raise CannotStart(NOT_OF_A_PROCESS, setting="TILBAKE_DATABASE_URL")
    require_named_files(settings)
    await require_least_rights(settings)
    way = way_of(settings)
    shown = credentials(settings)
    client = await reach_temporal(settings)
    database = Database(settings.database_url, pool_size=12, name="tilbake-worker", watch=watching())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    gateway = TemporalGateway(client, task_queue=settings.task_queue, language=settings.language)
    courier = Courier(database, gateway, mailing=way.mail_server is not None)
    workers = (
        build_worker(client, database, settings.task_queue, gateway=gateway),
        build_delivery_worker(client, database, settings.task_queue, way=way),
    )
    kept = Kept(Access(client, settings, shown), settings, speaking=(gateway, *workers))
    keeping = Keeping([kept.credentials, kept.search_attributes, kept.schedule], explain=partial(why_refused, settings))
    tidying = Tidying(database, memory_of(settings))
    loops = {asyncio.create_task(loop.run()) for loop in (Dispatcher(database, gateway), courier, keeping, tidying)}
    try:
        async with workers[0], workers[1]:
            await kept.set_schedule()
            collect_seldom()
            _log.info("worker.started", task_queue=settings.task_queue)
            stopped = asyncio.create_task(stop.wait())
            await asyncio.wait({stopped, *loops}, return_when=asyncio.FIRST_COMPLETED)
            return 0 if stop.is_set() else 1
    finally:
        for loop in loops:
            loop.cancel()
        await database.close()
        await stop_observing()


def main() -> int:
    """The process."""
    try:
        return uvloop.run(run(Settings.from_environment()))
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


if __name__ == "__main__":
    leave(main())
