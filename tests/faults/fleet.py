"""Two APIs and two workers on one Postgres and one Temporal, and somebody in front who sends each request to one that is ready."""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import httpx

from tests.contract import hold_to_contract
from tests.databases import FreshDatabase
from tests.harness import new_task_queue, service_settings
from tests.waiting import until
from tilbake.embedded.health import api_answers
from tilbake.embedded.ports import free_ports
from tilbake.embedded.processes import Child
from tilbake.embedded.services import start_api, start_worker, wait_for_api
from tilbake.settings import Settings

DRAIN_SECONDS = 1
LOOK_EVERY_SECONDS = 0.1
LONGEST_GOODBYE_SECONDS = 30.0


class Balancer(httpx.AsyncBaseTransport):
    """Sends requests in turn to the APIs that say they are ready; one that refuses the connection is passed over.

    Nothing is sent twice: what fails after a connection was made is the caller's failure.
    """

    def __init__(self, settings: Sequence[Settings]) -> None:
        self._settings = settings
        self._ready = [True] * len(settings)
        self._turn = itertools.count()
        self._ways = httpx.AsyncHTTPTransport()
        self.refused = 0

    async def look(self) -> None:
        """Ask each now and then whether it is ready, until cancelled."""
        while True:
            answers = [api_answers(one, "/readyz") for one in self._settings]
            self._ready = list(await asyncio.gather(*answers))
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """By whichever takes it; raises ConnectError where all have refused."""
        for _ in range(2 * len(self._settings)):
            number = self._next()
            request.url = request.url.copy_with(port=self._settings[number].api_port)
            try:
                return await self._ways.handle_async_request(request)
            except httpx.ConnectError:
                self._ready[number] = False
                self.refused += 1
        raise httpx.ConnectError("nobody takes it", request=request)

    def _next(self) -> int:
        ready = [number for number, well in enumerate(self._ready) if well] or list(range(len(self._settings)))
        return ready[next(self._turn) % len(ready)]

    async def aclose(self) -> None:
        """Close all connections."""
        await self._ways.aclose()


@dataclass(slots=True)
class Fleet:
    """The running processes; those of APIs in the order of their settings."""

    settings: list[Settings]
    balancer: Balancer
    apis: list[Child] = field(default_factory=list)
    workers: list[Child] = field(default_factory=list)

    async def api_again(self, number: int) -> None:
        """Ask one to leave, and start its successor once it has left by itself."""
        await _left(self.apis[number])
        self.apis[number] = await _api(self.settings[number])

    async def worker_again(self, number: int) -> None:
        """As with an API."""
        await _left(self.workers[number])
        self.workers[number] = await _worker(self.settings[0])

    async def stop(self) -> None:
        """Stop them all, and remove their files."""
        await asyncio.gather(*(child.stop(grace_seconds=3.0) for child in (*self.workers, *self.apis)))
        shutil.rmtree(self.settings[0].data_dir, ignore_errors=True)


@asynccontextmanager
async def fleet_on(database: FreshDatabase, *, temporal_address: str) -> AsyncIterator[Fleet]:
    """A fleet that serves, and its balancer looking; they share their keys."""
    first = service_settings(database, temporal_address=temporal_address, task_queue=new_task_queue())
    first = replace(first, drain_seconds=DRAIN_SECONDS)
    settings = [first, replace(first, api_port=free_ports(1)[0])]
    fleet = Fleet(settings, Balancer(settings))
    for one in settings:
        hold_to_contract(one.api_port)
    looking = asyncio.create_task(fleet.balancer.look())
    try:
        fleet.apis = [await _api(one) for one in settings]
        fleet.workers = [await _worker(first) for _ in range(2)]
        yield fleet
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        await fleet.stop()


async def _left(child: Child) -> None:
    await child.stop(grace_seconds=LONGEST_GOODBYE_SECONDS)
    assert child.exit_code == 0, f"{child.name} {child.how_it_ended()}"


async def _api(settings: Settings) -> Child:
    child = start_api(settings)
    await wait_for_api(child, settings)
    return child


async def _worker(settings: Settings) -> Child:
    """One that has said itself that it works: the queue is polled by another anyway."""
    child = start_worker(settings)

    async def works() -> bool:
        assert child.is_running(), child.how_it_ended()
        return "worker.started" in child.log()

    await until(works, what="the worker works")
    return child
