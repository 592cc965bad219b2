"""Processes that receive what goes out: webhooks by HTTP, mail by SMTP; and a stage whose worker delivers to them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper

from activities.deliveries import Way
from application.deliveries import Addresses
from domain.language import Language
from domain.outgoing.receivers import Allowed
from messaging.courier import Courier
from messaging.gateway import TemporalGateway
from sending.mail_server import MailServer
from store.vault import Vault
from tests.acting import ADMIN, ask_database
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until
from worker import build_delivery_worker

Json = dict[str, Any]
LOOPBACK = Allowed(http=True, networks=(ip_network("127.0.0.0/8"),))
ALL_EVENTS = [
    "recall.requested",
    "recall.decision_needed",
    "recall.blocked",
    "recall.recalled",
    "recall.rejected",
    "recall.withdrawn",
]
PUBLIC_URL = "https://tilbake.example.com"
FRONT_END = "https://work.example.com"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A running receiver of webhooks; what it answers stands in the address it is called by."""

    port: int

    def at(self, name: str, then: str = "204") -> str:
        """An address that answers so, in turn; the last one for ever."""
        return f"http://127.0.0.1:{self.port}/{name}?then={then}"

    async def got(self, name: str) -> list[Json]:
        """What came to that address so far."""
        async with httpx.AsyncClient() as http:
            return list((await http.get(f"http://127.0.0.1:{self.port}/{name}")).json())


@asynccontextmanager
async def process(module: str, *arguments: str) -> AsyncIterator[int]:
    """A process of the tests that prints its port; it ends with the block."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdout=asyncio.subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    assert running.stdout is not None
    try:
        yield int(await running.stdout.readline())
    finally:
        running.kill()
        await running.wait()


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with process("tests.receiver") as port:
        yield Receiver(port)


@dataclass(slots=True)
class Delivering:
    """A stage with a courier and a worker of deliveries; the courier looks when a test says so."""

    stage: Stage
    courier: Courier
    vault: Vault

    async def subscribe(self, url: str, *, events: list[str] | None = None, **more: Any) -> Json:
        """A new subscription of the unit."""
        body = {"unit": self.stage.people.unit, "url": url, "events": events or ALL_EVENTS, **more}
        return dict(await self.stage.people.done("POST", "/subscriptions", by=ADMIN, body=body))

    async def told(self) -> None:
        """Temporal knows of all requests and decisions, of all events and of all deliveries."""
        await self.stage.tell_temporal()
        await until(self._nothing_left, what="every event was looked at")

    async def _nothing_left(self) -> bool:
        """Whether the courier has nothing to do; transactions elsewhere in the cluster may hold it back for a moment."""
        while await self.courier.work():
            pass
        sql = """select (select count(*) from outgoing_event e, delivery_progress p
                          where (e.turn, e.id) > (p.turn, p.event_id))
                      + (select count(*) from delivery where started_at is null)"""
        return await ask_database(self.stage.database.url, sql) == [(0,)]

    async def deliveries(self, **wanted: str) -> list[Json]:
        """The delivery log, oldest first."""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        found = await self.stage.people.done("GET", f"/deliveries?limit=200&{query}", by=ADMIN)
        return list(reversed(found["items"]))

    async def deliveries_of(self, subscription: Mapping[str, Any]) -> list[Json]:
        """Those to a subscription, oldest first."""
        path = f"/subscriptions/{subscription['id']}/deliveries?limit=200"
        return list(reversed((await self.stage.people.done("GET", path, by=ADMIN))["items"]))

    async def delivery(self, id: str) -> Json:
        """One delivery with its attempts."""
        return dict(await self.stage.people.done("GET", f"/deliveries/{id}", by=ADMIN))

    async def ended(self, id: str, *, seconds: float = 30.0) -> Json:
        """A delivery once it has ended."""

        async def look() -> Json | None:
            found = await self.delivery(id)
            return None if found["status"] == "waiting" else found

        return await until(look, what=f"delivery {id} has ended", seconds=seconds) or {}

    async def tried(self, id: str, times: int, *, seconds: float = 30.0) -> Json:
        """A delivery once so many attempts were noted."""

        async def look() -> Json | None:
            found = await self.delivery(id)
            return found if len(found["attempts"]) >= times else None

        return await until(look, what=f"delivery {id} was tried {times} times", seconds=seconds) or {}

    async def workflow(self, delivery: Mapping[str, Any]) -> WorkflowHandle[Any, Any]:
        """The workflow of a delivery."""
        sql = "select event_id from delivery where id = $1::uuid"
        ((event,),) = await ask_database(self.stage.database.url, sql, delivery["id"])
        endpoint = delivery["subscription"] or f"mail-{delivery['id']}"
        again = f"-{delivery['round']}" if delivery["round"] else ""
        return self.stage.client.get_workflow_handle(f"delivery-{event or delivery['id']}-{endpoint}{again}")

    async def next_wait(self, delivery: Mapping[str, Any]) -> timedelta:
        """How long the workflow of a delivery waits between the last attempt and the next.

        An attempt is in the log before Temporal hears how it went; until then it shows the wait before that attempt.
        Numbers may be left out, so the attempts are not counted.
        """
        handle = await self.workflow(delivery)
        tried = (await self.delivery(delivery["id"]))["attempts"][-1]["number"]

        async def look() -> timedelta | None:
            (pending,) = (await handle.describe()).raw_description.pending_activities
            return timedelta(seconds=pending.current_retry_interval.seconds) if pending.attempt > tried else None

        return await until(look, what="the next attempt is due") or timedelta()

    async def fast_forward(self, delivery: Mapping[str, Any], duration: timedelta) -> None:
        """Move the clock of a delivery's workflow, unless it has just ended."""
        try:
            await TimeSkipper(self.stage.client).fast_forward(await self.workflow(delivery), duration)
        except RPCError as error:
            if "already completed" not in error.message:
                raise


@asynccontextmanager
async def delivering(
    database: FreshDatabase,
    client: Client,
    *,
    allowed: Allowed = LOOPBACK,
    mail_server: MailServer | None = None,
    front_end: str | None = FRONT_END,
    policy: Mapping[str, Any] | None = None,
    working: bool = True,
) -> AsyncIterator[Delivering]:
    """A stage whose worker delivers; the API of the stage takes receivers on loopback, whatever the worker allows."""
    async with on_stage(database, client, policy=policy) as stage:
        vault = stage.service.vault
        stage.service.allowed_receivers = LOOPBACK
        way = Way(vault, allowed, Addresses(PUBLIC_URL, front_end), Language.EN, mail_server)
        gateway = TemporalGateway(client, task_queue=stage.task_queue, language="en")
        made = Delivering(stage, Courier(stage.database, gateway, mailing=mail_server is not None), vault)
        if not working:
            yield made
            return
        async with build_delivery_worker(client, stage.database, stage.task_queue, way=way):
            yield made
