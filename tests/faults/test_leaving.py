"""An API that is told to end: it says so first, serves on for a while, and whoever waits is answered."""

from __future__ import annotations

import asyncio
import os
import signal

import httpx
import pytest

from tests.acting import Actors, actors, ask_database
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until
from tilbake.version import VERSION

pytestmark = pytest.mark.faults


def told_to_leave(service: Service) -> None:
    os.kill(service.api.pid, signal.SIGTERM)


async def test_an_api_that_leaves_says_so_and_serves_on_until_it_is_gone(
    database: FreshDatabase, servers: Addresses
) -> None:
    service = await start_service(
        database, temporal_address=servers.temporal_address, api_extra={"TILBAKE_DRAIN_SECONDS": "4"}
    )
    try:
        async with actors(service.url, service.settings) as people:
            before = await people.call("GET", "/me", by=people.owner)
            told_to_leave(service)

            async def leaves() -> httpx.Response | None:
                answer = await people.http.get("/readyz")
                return answer if answer.status_code == 503 else None

            not_ready = await until(leaves, what="it says that it leaves")
            meanwhile = await people.call("GET", "/me", by=people.owner)

            assert not_ready is not None
            assert not_ready.json() | {"schema": 0} == {
                "status": "leaving",
                "release": VERSION,
                "sign_in": "ok",
                "database": "ok",
                "schema": 0,
                "temporal": "ok",
            }
            assert meanwhile.status_code == 200
            assert (before.headers.get("connection"), meanwhile.headers.get("connection")) == (None, "close")
            assert await service.api.ended(within_seconds=20)
            assert service.api.exit_code == 0
            with pytest.raises(httpx.ConnectError):
                await people.http.get("/healthz")
    finally:
        await service.stop()


async def test_who_waits_for_an_outcome_is_told_that_it_is_not_known_yet(own_service: Service) -> None:
    async with actors(own_service.url, own_service.settings) as people:
        (recall,) = await people.asked(1)
        own_service.worker.kill()
        deciding = asyncio.create_task(people.decide(recall, by=people.approvers[0], headers={"prefer": "wait=20"}))
        await until(lambda: stored(people), what="the decision is stored")
        told_to_leave(own_service)

        answer = await deciding

        assert answer.status_code == 202, answer.text
        assert await own_service.api.ended(within_seconds=20)


async def stored(people: Actors) -> bool:
    return await ask_database(people.settings.database_url, "select 1 from decision where outcome = 'pending'") != []
