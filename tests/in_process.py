"""The API and a worker inside the test's own process, where a test needs their parts one by one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
from fastapi import FastAPI
from starlette.routing import BaseRoute
from temporalio.client import Client, WorkflowHandle

from activities.recalls import RecallActivities
from api.delivery import Delivery
from api.main import create_app
from api.service import Service
from messaging.dispatcher import Dispatcher
from messaging.gateway import TemporalGateway
from store.database import Database, execute
from store.outbox import Message
from tests.acting import Actors, set_up
from tests.databases import FreshDatabase
from tests.harness import new_task_queue, service_settings
from tilbake.settings import Settings
from worker import build_worker

_ROUTES: Final[list[BaseRoute]] = []


class SilentDelivery(Delivery):
    """Tells Temporal nothing: everything stays in the outbox."""

    def soon(self, messages: Sequence[Message]) -> None:
        """Leave them."""


@dataclass(slots=True)
class Stage:
    """People on a silent API, and the parts of a worker on the same database."""

    people: Actors
    database: Database
    client: Client
    task_queue: str
    service: Service

    @property
    def activities(self) -> RecallActivities:
        """The acts of a worker, to be called one by one."""
        return RecallActivities(self.database)

    async def tell_temporal(self, *, rounds: int = 10) -> None:
        """Deliver all that the outbox holds, as the dispatcher does, but without waiting until it is due."""
        dispatcher = Dispatcher(self.database, TemporalGateway(self.client, task_queue=self.task_queue, language="en"))
        for _ in range(rounds):
            async with self.database.begin() as connection:
                await execute(connection, "update outbox set due_at = now()")
            if not await dispatcher.deliver_due():
                return

    async def started(self, count: int = 1) -> list[tuple[dict[str, Any], WorkflowHandle[Any, Any]]]:
        """Requests of one entry each, with their workflows."""
        recalls = await self.people.asked(count)
        await self.tell_temporal()
        return [(recall, self.client.get_workflow_handle(recall["workflow_id"])) for recall in recalls]

    async def decided(self, recall: Mapping[str, Any], *, by: int = 0, verdict: str = "approve") -> str:
        """A stored decision by one of the approvers, which the workflow does not know of yet: its id."""
        answer = await self.people.decide(recall, by=self.people.approvers[by], verdict=verdict)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["decision"])


def app_of(settings: Settings) -> FastAPI:
    """The application, with routes that are worked out once for all of this process: that is half of what it costs."""
    app = create_app(settings)
    if _ROUTES:
        app.router.routes[:] = _ROUTES
    else:
        _ROUTES.extend(app.router.routes)
    return app


@asynccontextmanager
async def on_stage(
    database: FreshDatabase, client: Client, *, policy: Mapping[str, Any] | None = None, working: bool = True
) -> AsyncIterator[Stage]:
    """A stage on a database of the test; with `working` a worker polls its queue."""
    queue = new_task_queue()
    settings = service_settings(database, temporal_address="127.0.0.1:1", task_queue=queue)
    app = app_of(settings)
    own = Database(database.app_url, pool_size=4, name="tilbake-test")
    app.state.service.delivery = SilentDelivery(settings, own)
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
            people = await set_up(http, settings, policy=policy or {})
            stage = Stage(people, own, client, queue, app.state.service)
            if working:
                async with build_worker(client, own, queue):
                    yield stage
            else:
                yield stage
    finally:
        await app.state.service.database.close()
        await own.close()
