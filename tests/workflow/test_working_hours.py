"""Deadlines in working hours: over the weekend, the change of the clock and Easter they come when they are due, once, never early.

The workflow is told seconds; API and Temporal UI show the same step and deadline before it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until

pytestmark = pytest.mark.workflow

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
POLICY = {"remind_after": "8wh", "escalate_after": "10wh", "expire_after": "16wh"}


@asynccontextmanager
async def asked(
    database: FreshDatabase, client: Client, day: str, **policy: Any
) -> AsyncIterator[tuple[Stage, dict[str, Any], WorkflowHandle[Any, Any]]]:
    """A request of noon UTC on a day, and its workflow."""
    async with on_stage(database, client) as stage:
        people = stage.people
        await people.set_policy(**POLICY | {"escalate_to": people.approvers[1]} | policy)
        entries = await people.approved_entries(1)
        await people.done("POST", f"/units/{people.unit}/clock", by="admin", body={"today": day})
        recall = await people.ask(*entries)
        await stage.tell_temporal()
        yield stage, recall, client.get_workflow_handle(recall["workflow_id"])


async def events(stage: Stage, recall: dict[str, Any]) -> list[str]:
    items = (await stage.people.done("GET", f"/recalls/{recall['id']}/history", by=stage.people.owner))["items"]
    return [one["event"] for one in items]


async def told(stage: Stage, recall: dict[str, Any], *expected: str) -> dict[str, Any]:
    """The history becomes exactly this; the request as it is then."""

    async def look() -> bool:
        return await events(stage, recall) == ["requested", *expected]

    await until(look, what=f"the history is {expected}", seconds=10)
    return await stage.people.recall(recall)


async def details(workflow: WorkflowHandle[Any, Any]) -> str:
    """What the Temporal UI shows of it."""
    metadata = await workflow.query("__temporal_workflow_metadata", result_type=WorkflowMetadata)
    return str(metadata.current_details)


def of_birth(recall: dict[str, Any], name: str) -> timedelta:
    """How long after noon UTC of its day something is said to be."""
    noon = datetime.fromisoformat("2026-03-27T12:00:00+00:00")
    return datetime.fromisoformat(recall[name]) - noon


async def test_over_a_weekend_with_the_change_of_the_clock(database: FreshDatabase, temporal_client: Client) -> None:
    async with asked(database, temporal_client, "2026-03-27") as (stage, recall, workflow):
        skipper = TimeSkipper(temporal_client)
        # Friday 13:00 in Oslo; the clocks are put forward on Sunday, so that Monday 13:00 is an hour nearer.
        assert of_birth(recall, "next_step_at") == 3 * DAY - HOUR
        assert of_birth(recall, "expires_at") == 4 * DAY - HOUR

        await skipper.fast_forward(workflow, 3 * DAY - HOUR - MINUTE)
        await workflow.describe()
        assert await events(stage, recall) == ["requested"]

        await skipper.fast_forward(workflow, 2 * MINUTE)
        reminded = await told(stage, recall, "reminded")
        assert of_birth(reminded, "next_step_at") == 3 * DAY + HOUR
        assert (reminded["reminders"], reminded["next_step"]) == (1, "The escalation person may decide, too")

        await skipper.fast_forward(workflow, 2 * HOUR)
        escalated = await told(stage, recall, "reminded", "escalated")
        assert of_birth(escalated, "next_step_at") == of_birth(escalated, "expires_at") == 4 * DAY - HOUR

        await skipper.fast_forward(workflow, 22 * HOUR)
        await told(stage, recall, "reminded", "escalated", "expired")
        assert (await workflow.result())["status"] == "expired"


async def test_a_jump_over_easter_brings_each_step_once(database: FreshDatabase, temporal_client: Client) -> None:
    async with asked(database, temporal_client, "2026-04-01") as (stage, recall, workflow):
        # Wednesday 14:00; the second working hour of Wednesday is followed by Tuesday after Easter.
        assert recall["next_step_at"] == "2026-04-07T12:00:00.000Z"
        assert recall["expires_at"] == "2026-04-08T12:00:00.000Z"
        skipper = TimeSkipper(temporal_client)

        await skipper.fast_forward(workflow, 6 * DAY - MINUTE)
        await workflow.describe()
        assert await events(stage, recall) == ["requested"]
        await skipper.fast_forward(workflow, 30 * DAY)

        await told(stage, recall, "reminded", "escalated", "expired")


async def test_reminders_repeat_in_working_hours(database: FreshDatabase, temporal_client: Client) -> None:
    async with asked(database, temporal_client, "2026-12-23", escalate_to=None, expire_after="200wh") as told_of:
        stage, recall, workflow = told_of
        due = ["2026-12-24T12:00:00.000Z", "2026-12-28T12:00:00.000Z", "2026-12-29T12:00:00.000Z"]
        skipper = TimeSkipper(temporal_client)
        assert recall["next_step_at"] == due[0]

        await skipper.fast_forward(workflow, DAY + MINUTE)
        second = await told(stage, recall, "reminded")
        await skipper.fast_forward(workflow, 4 * DAY)
        third = await told(stage, recall, "reminded", "reminded")

        assert [second["next_step_at"], third["next_step_at"]] == due[1:]


async def test_the_temporal_ui_shows_the_next_step_and_the_deadline(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with asked(database, temporal_client, "2026-03-27") as (stage, recall, workflow):
        started = (await workflow.describe()).start_time

        first = await details(workflow)
        await TimeSkipper(temporal_client).fast_forward(workflow, 3 * DAY)
        await told(stage, recall, "reminded")
        second = await details(workflow)

        expiry = (started + 4 * DAY - HOUR).strftime("%Y-%m-%d %H:%M UTC")
        reminder = (started + 3 * DAY - HOUR).strftime("%Y-%m-%d %H:%M UTC")
        assert f"Next if nobody decides: reminder 1 on {reminder}." in first
        assert f"Deadline: {expiry}; if nobody decides by then, the request expires." in first
        assert "the escalation person may decide, too" in second
        assert "Reminders sent: 1." in second


async def test_without_an_expiry_the_ui_says_so(database: FreshDatabase, temporal_client: Client) -> None:
    async with asked(database, temporal_client, "2026-03-27", expire_after=None) as (_, recall, workflow):
        assert recall["expires_at"] is None
        assert "No deadline: the request waits until somebody decides." in await details(workflow)


async def test_a_request_keeps_the_policy_it_was_born_under(database: FreshDatabase, temporal_client: Client) -> None:
    async with asked(database, temporal_client, "2026-03-27") as (stage, recall, workflow):
        await stage.people.set_policy(remind_after="1h", expire_after="2h")

        await TimeSkipper(temporal_client).fast_forward(workflow, 3 * DAY)

        reminded = await told(stage, recall, "reminded")
        assert (reminded["policy_version"], reminded["expires_at"]) == (2, recall["expires_at"])
