"""The test clock of a unit and the clocks of its workflows: nothing is due in one before it is in the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import httpx
import pytest
from temporalio.client import Client

from api.routes import clock
from tests.acting import ADMIN
from tests.api.world import Json, World
from tests.counts import count
from tests.databases import FreshDatabase
from tests.in_process import SilentDelivery, Stage, on_stage
from tests.waiting import until
from worker import build_worker

pytestmark = pytest.mark.api


def advance(world: World, duration: str, **headers: str) -> None:
    world.do("admin", f"/v1/units/{world.unit}/clock/advance", {"duration": duration}, headers=headers)


def status(world: World, recall: Json) -> str:
    return str(world.get(f"/v1/recalls/{recall['id']}")["status"])


def test_the_same_call_again_moves_no_workflow_beyond_the_clock_of_its_unit(world: World) -> None:
    world.set_policy(remind_after="90d", expire_after="60h")
    recall = world.requested(world.approved())

    for _ in range(3):
        advance(world, "40h", **{"idempotency-key": f"forty-{world.unit}"})
    advance(world, "19h")
    before = status(world, recall)
    advance(world, "2h")

    assert (before, status(world, recall)) == ("awaiting_decision", "expired")


def test_who_moves_a_clock_at_the_same_moment_waits_and_moves_no_workflow_beyond_it(world: World) -> None:
    world.set_policy(remind_after="90d", expire_after="60h")
    recalls = [world.requested(world.approved()) for _ in range(count(3, 20))]

    with ThreadPoolExecutor(6) as pool:
        for moved in [pool.submit(advance, world, "9h") for _ in range(6)]:
            moved.result()
    before = {status(world, recall) for recall in recalls}
    advance(world, "7h")

    assert (before, {status(world, recall) for recall in recalls}) == ({"awaiting_decision"}, {"expired"})


@pytest.fixture
async def hurried(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stage]:
    """An API that waits half a second for what falls due, before a Temporal where no worker polls."""
    monkeypatch.setattr(clock, "_CALM_SECONDS", 0.5)
    monkeypatch.setattr(SilentDelivery, "client", property(lambda _: temporal_client))
    async with on_stage(database, temporal_client, working=False) as stage:
        yield stage


async def advanced(stage: Stage, duration: str) -> httpx.Response:
    path = f"/units/{stage.people.unit}/clock/advance"
    return await stage.people.call("POST", path, by=ADMIN, body={"duration": duration})


async def test_what_is_not_done_in_time_is_said_beside_the_time_it_is_and_goes_on_by_itself(hurried: Stage) -> None:
    people = hurried.people
    ((recall, _),) = await hurried.started()
    await people.done("POST", f"/units/{people.unit}/clock", by=ADMIN, body={"today": "2100-01-01"})

    answer = await advanced(hurried, "30h")

    assert answer.status_code == 200, answer.text
    assert (answer.json()["now"], answer.json()["not_waited_for"]) == ("2100-01-02T18:00:00.000Z", 1)

    async def is_reminded() -> bool:
        return bool((await people.recall(recall))["reminders"])

    assert not await is_reminded()
    async with build_worker(hurried.client, hurried.database, hurried.task_queue):
        await until(is_reminded, what="what was due is done")


async def test_a_clock_that_moved_while_temporal_knew_nothing_of_it_is_no_success(hurried: Stage) -> None:
    people = hurried.people
    await people.asked(1)
    today = (await people.done("GET", f"/units/{people.unit}", by=ADMIN))["today"]

    answer = await advanced(hurried, "48h")

    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["facts"]) == (503, "unavailable", {"why": "test_clock"})
    assert "The clock of the unit was moved" in error["detail"]
    assert (await people.done("GET", f"/units/{people.unit}", by=ADMIN))["today"] > today


async def test_a_database_that_goes_away_while_workflows_are_moved_is_unavailable(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_statement: object, **_values: object) -> None:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    monkeypatch.setattr(clock, "fetch", gone)
    async with on_stage(database, temporal_client, working=False) as stage:
        await stage.service.delivery.start()
        path = f"/units/{stage.people.unit}/clock/advance"
        answer = await stage.people.call("POST", path, by=ADMIN, body={"duration": "1h"})
        await stage.service.delivery.stop()

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
