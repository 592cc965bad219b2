"""The workflow of a long decision: chunk after chunk, with what comes in meanwhile kept for after it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle

from tests.chunking import chunks_of
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage

pytestmark = pytest.mark.workflow

LINES = 26


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    with chunks_of(1):
        async with on_stage(database, temporal_client) as made:
            yield made


async def long_request(stage: Stage) -> tuple[dict[str, Any], WorkflowHandle[Any, Any]]:
    recall = await stage.people.ask(*await stage.people.approved_entries(LINES))
    await stage.tell_temporal()
    return recall, stage.client.get_workflow_handle(recall["workflow_id"])


async def chunk_activities(workflow: WorkflowHandle[Any, Any]) -> int:
    found = [event.event_type async for event in workflow.fetch_history_events()]
    return found.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)


async def test_a_long_decision_goes_on_three_chunks_at_a_time(stage: Stage) -> None:
    recall, workflow = await long_request(stage)
    await stage.decided(recall)
    await stage.tell_temporal()

    ended = await workflow.result()

    assert (ended["status"], ended["recalled"]) == ("recalled", LINES)
    assert await chunk_activities(workflow) == 9
    for line in recall["lines"]:
        assert len(await stage.people.reversals(line["subject"])) == 2


async def test_a_second_decision_waits_for_the_first_and_is_told_it_is_too_late(stage: Stage) -> None:
    recall, workflow = await long_request(stage)
    await stage.decided(recall)
    await stage.decided(recall, by=1, verdict="reject")
    await stage.tell_temporal()

    assert (await workflow.result())["status"] == "recalled"
    decisions = (await stage.people.recall(recall))["decisions"]
    assert [one["outcome"] for one in decisions] == ["applied", "refused"]
    assert {line["code"] for line in decisions[1]["lines"]} == {"request_closed"}


async def test_an_operator_who_cancels_ends_a_request_with_all_that_was_decided(stage: Stage) -> None:
    recall, workflow = await long_request(stage)
    await stage.decided(recall)
    await stage.tell_temporal()

    await workflow.cancel()

    ended = await stage.people.ended(recall)
    assert (ended["status"], ended["progress"]["recalled"]) == ("recalled", LINES)
