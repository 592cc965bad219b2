"""Reminders and expiry come when they are due, once, and never early; what was decided before goes first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from store.database import execute
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until
from worker import build_worker

pytestmark = pytest.mark.workflow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    policy = {"remind_after": "24h", "expire_after": "60h"}
    async with on_stage(database, temporal_client, policy=policy) as made:
        yield made


async def move(stage: Stage, workflow: WorkflowHandle[Any, Any], duration: timedelta) -> None:
    await TimeSkipper(stage.client).fast_forward(workflow, duration)


async def events(stage: Stage, recall: dict[str, Any]) -> list[str]:
    items = (await stage.people.done("GET", f"/recalls/{recall['id']}/history", by=stage.people.owner))["items"]
    return [one["event"] for one in items]


async def told(stage: Stage, recall: dict[str, Any], expected: list[str]) -> None:
    """The history becomes exactly this."""

    async def look() -> bool:
        return await events(stage, recall) == expected

    await until(look, what=f"the history is {expected}", seconds=10)


async def test_nothing_happens_before_it_is_due(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()

    await move(stage, workflow, DAY - HOUR)
    await workflow.describe()

    assert await events(stage, recall) == ["requested"]


async def test_each_reminder_comes_once_and_then_the_request_expires(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()

    await move(stage, workflow, DAY + HOUR)
    await told(stage, recall, ["requested", "reminded"])
    await move(stage, workflow, DAY)
    await told(stage, recall, ["requested", "reminded", "reminded"])
    await move(stage, workflow, DAY)
    await told(stage, recall, ["requested", "reminded", "reminded", "expired"])

    assert (await workflow.result())["status"] == "expired"


async def test_a_jump_over_everything_brings_each_step_once(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()

    await move(stage, workflow, 30 * DAY)

    assert (await workflow.result())["status"] == "expired"
    await told(stage, recall, ["requested", "reminded", "reminded", "expired"])


async def test_a_decision_taken_in_before_the_expiry_is_settled_by_it(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()
    await stage.decided(recall)

    await move(stage, workflow, 30 * DAY)

    assert (await workflow.result())["status"] == "recalled"
    ended = await stage.people.recall(recall)
    assert [one["outcome"] for one in ended["decisions"]] == ["applied"]


async def test_after_the_end_nothing_comes_any_more(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()
    await stage.decided(recall, verdict="reject")
    await stage.tell_temporal()
    await workflow.result()

    assert await events(stage, recall) == ["requested", "rejected"]


async def test_what_was_missed_while_temporal_was_away_is_one_reminder(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    async with stage.database.begin() as connection:
        await execute(connection, "update outbox set created_at = created_at - interval '50 hours'")

    await stage.tell_temporal()

    await told(stage, recall, ["requested", "reminded"])
    assert (await stage.people.recall(recall))["reminders"] == 2


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_request_that_no_worker_took_up_at_once_is_reminded_by_its_birth(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, policy={"remind_after": "1m"}, working=False) as stage:
        ((recall, _),) = await stage.started()
        await asyncio.sleep(70)

        async with build_worker(stage.client, stage.database, stage.task_queue):
            await told(stage, recall, ["requested", "reminded"])
