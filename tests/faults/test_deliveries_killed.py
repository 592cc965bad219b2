"""A worker killed on either side of noting an attempt delivers at least once, under one id; a killed courier loses nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.acting import ADMIN, Actors, actors
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.receiving import Receiver, receiver
from tests.servers import Addresses
from tests.waiting import until

pytestmark = pytest.mark.faults
Json = dict[str, Any]
LOOPBACK = {"TILBAKE_WEBHOOK_HTTP": "1", "TILBAKE_WEBHOOK_PRIVATE_NETWORKS": "127.0.0.0/8"}


@pytest.fixture
async def hooks() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


async def subscribed(people: Actors, url: str) -> Json:
    body = {"unit": people.unit, "url": url, "events": ["recall.requested"]}
    return dict(await people.done("POST", "/subscriptions", by=ADMIN, body=body))


async def all_delivered(people: Actors, subscription: Json, count: int) -> list[Json]:
    path = f"/subscriptions/{subscription['id']}/deliveries?status=delivered"

    async def look() -> list[Json] | None:
        found: list[Json] = (await people.done("GET", path, by=ADMIN))["items"]
        return found if len(found) >= count else None

    return await until(look, what=f"{count} deliveries have ended", seconds=90) or []


@pytest.mark.parametrize(
    ("point", "copies"), [pytest.param("deliver.before_commit", 2, marks=pytest.mark.long), ("deliver.after_commit", 1)]
)
async def test_a_worker_killed_around_noting_an_attempt_delivers_at_least_once(
    point: str, copies: int, database: FreshDatabase, servers: Addresses, tmp_path: Path
) -> None:
    marker = tmp_path / point
    async with receiver() as hooks:
        await killed_once(database, servers, hooks, marker=marker, copies=copies)


async def killed_once(
    database: FreshDatabase, servers: Addresses, hooks: Receiver, *, marker: Path, copies: int
) -> None:
    """A delivery whose worker is killed where the marker is named after."""
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        api_extra=LOOPBACK,
        worker_extra={**LOOPBACK, "TILBAKE_FAILPOINT": f"{marker.name}={marker}"},
    )
    try:
        async with actors(service.url, service.settings) as people:
            subscription = await subscribed(people, hooks.at("killed"))
            await people.asked(1)
            await killed_at(service, marker)

            (delivery,) = await all_delivered(people, subscription, 1)
            messages = await hooks.got("killed")

            assert len(messages) == copies
            assert {one["headers"]["webhook-id"] for one in messages} == {delivery["message_id"]}
            assert len({one["body"] for one in messages}) == 1
    finally:
        await service.stop()


async def killed_at(service: Service, marker: Path) -> None:
    """Kill the worker where it stopped, and start another."""

    async def stopped() -> bool:
        return await asyncio.to_thread(marker.exists)

    await until(stopped, what="the worker has reached the failpoint")
    service.worker.kill()
    await service.restart_worker(LOOPBACK)


async def test_a_worker_killed_while_it_starts_deliveries_starts_each_once(
    database: FreshDatabase, servers: Addresses, hooks: Receiver
) -> None:
    service = await start_service(
        database, temporal_address=servers.temporal_address, api_extra=LOOPBACK, worker_extra=LOOPBACK
    )
    try:
        async with actors(service.url, service.settings) as people:
            subscription = await subscribed(people, hooks.at("many"))
            for _ in range(4):
                await people.asked(8)
                service.worker.kill()
                await service.restart_worker(LOOPBACK)

            await all_delivered(people, subscription, 32)
            messages = await hooks.got("many")

            assert len({one["headers"]["webhook-id"] for one in messages}) == 32
            path = f"/subscriptions/{subscription['id']}/deliveries"
            assert len((await people.done("GET", path, by=ADMIN))["items"]) == 32
    finally:
        await service.stop()
