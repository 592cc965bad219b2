"""Servers that go away and come back: what was acknowledged is there, what was decided is settled, nothing is done twice."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from uuid import uuid4

import httpx
import pytest

from store.audit import audit
from tests.acting import ADMIN, Actors, actors, ask_database
from tests.counts import count
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import DATABASE, Postgres
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer

pytestmark = pytest.mark.faults

SOON = 2.0
"""Seconds an answer may take while a server is away that it does not need."""


async def left_in_outbox(database: str | None) -> int:
    ((number,),) = await ask_database(database, "select count(*) from outbox")
    return int(number)


async def delivered(database: str | None) -> None:
    async def empty() -> bool:
        return await left_in_outbox(database) == 0

    await until(empty, what="the outbox is empty")


async def test_a_request_is_taken_at_once_while_the_api_cannot_reach_temporal(
    database: FreshDatabase, servers: Addresses
) -> None:
    (nobody_listens,) = free_ports(1)
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        api_extra={"TILBAKE_TEMPORAL_ADDRESS": f"127.0.0.1:{nobody_listens}"},
    )
    try:
        async with actors(service.url, service.settings) as people:
            recalls = [await asyncio.wait_for(people.ask(entry), SOON) for entry in await people.approved_entries(3)]
            for recall in recalls:
                answer = await asyncio.wait_for(people.deliver(recall, by=people.approvers[0]), SOON)
                assert answer.status_code == 202

            ended = [await people.ended(recall) for recall in recalls]

            assert {one["status"] for one in ended} == {"recalled"}
            await delivered(database.app_url)
            (waiting,) = await people.asked(1)
            path = f"/units/{people.unit}/clock/advance"
            moved = await people.call("POST", path, by=ADMIN, body={"duration": "1h"})
            assert (moved.status_code, moved.json()["code"]) == (503, "unavailable")
            assert (await people.recall(waiting))["status"] == "awaiting_decision"
    finally:
        await service.stop()


async def test_a_killed_api_has_lost_nothing_it_answered(own_service: Service) -> None:
    async with actors(own_service.url, own_service.settings) as people:
        recalls = []
        for entry in await people.approved_entries(count(1, 20)):
            recalls.append(await people.ask(entry))
            own_service.api.kill()
            await own_service.restart_api()
            assert (await people.deliver(recalls[-1], by=people.approvers[0])).status_code == 202
            own_service.api.kill()
            await own_service.restart_api()

        ended = [await people.ended(recall) for recall in recalls]

        assert {one["status"] for one in ended} == {"recalled"}
        await delivered(own_service.settings.database_url)


async def test_what_is_asked_and_decided_while_temporal_is_dead_is_settled_when_it_is_back(
    database: FreshDatabase, own_temporal: TemporalServer
) -> None:
    service = await start_service(database, temporal_address=own_temporal.address)
    try:
        async with actors(service.url, service.settings) as people:
            before, *entries = await people.approved_entries(3)
            waiting = await people.ask(before)
            await delivered(database.app_url)
            assert own_temporal.child is not None
            own_temporal.child.kill()

            recalls = [waiting, *[await asyncio.wait_for(people.ask(entry), SOON) for entry in entries]]
            for recall in recalls:
                answer = await asyncio.wait_for(people.deliver(recall, by=people.approvers[0]), SOON)
                assert answer.status_code == 202
            assert await left_in_outbox(database.app_url) == 5
            await own_temporal.start(say=say_nothing)
            ended = [await people.ended(recall, seconds=60) for recall in recalls]

            assert {one["status"] for one in ended} == {"recalled"}
            await delivered(database.app_url)
    finally:
        await service.stop()


async def test_a_killed_postgres_loses_no_decision_and_doubles_none(own_postgres: Postgres, servers: Addresses) -> None:
    database = FreshDatabase(DATABASE, own_postgres.owner_url(), own_postgres.app_url(), own_postgres.admin_url())
    service = await start_service(database, temporal_address=servers.temporal_address)
    try:
        async with actors(service.url, service.settings) as people:
            recalls = await people.asked(count(12, 60))
            deciding = asyncio.create_task(all_decided(people, recalls))
            for number in range(count(2, 10)):
                await until(partial(settled, database, number + 1), what="some are settled")
                assert own_postgres.child is not None
                own_postgres.child.kill()
                await own_postgres.start()
            decisions = await deciding

            ended = [await people.ended(recall, seconds=60) for recall in recalls]

            assert {one["status"] for one in ended} == {"recalled"}
            assert [[one["id"] for one in recall["decisions"]] for recall in ended] == [[id] for id in decisions]
            for recall in recalls:
                assert len(await people.reversals(recall["lines"][0]["subject"])) == 2
            assert await audit(database.owner_url) == []
    finally:
        await service.stop()


async def settled(database: FreshDatabase, number: int) -> bool:
    """At least so many decisions are settled; False while the database is away."""
    sql = "select count(*) from decision where outcome = 'applied'"
    try:
        ((found,),) = await ask_database(database.app_url, sql)
    except OSError:
        return False
    return int(found) >= number


async def all_decided(people: Actors, recalls: list[dict[str, Any]]) -> list[str]:
    """Approve all, four at a time; whoever is told to come again later does, with the same key."""
    gate = asyncio.Semaphore(4)

    async def one(recall: dict[str, Any]) -> str:
        key = {"idempotency-key": str(uuid4())}

        async def acknowledged() -> httpx.Response | None:
            answer = await people.decide(recall, by=people.approvers[0], headers=key)
            assert answer.status_code in {202, 503}, answer.text
            return answer if answer.status_code == 202 else None

        async with gate:
            answer = await until(acknowledged, what="the decision is acknowledged")
        assert answer is not None
        return str(answer.json()["decision"])

    return list(await asyncio.gather(*(one(recall) for recall in recalls)))
