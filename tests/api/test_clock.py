"""The test clock of a unit and the clocks of its workflows: nothing is due in one before it is in the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import asyncpg
import pytest
from temporalio.client import Client

from api.routes import clock
from tests.acting import ADMIN
from tests.api.world import Json, World
from tests.counts import count
from tests.databases import FreshDatabase
from tests.in_process import on_stage

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
