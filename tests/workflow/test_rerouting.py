"""Handing requests over, as the Temporal UI shows it: who is waited for, the turn that comes next, and the lists by approver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper

from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until
from tests.workflow.test_working_hours import details
from workflows.recall_request import APPROVER

pytestmark = pytest.mark.workflow
Handle = WorkflowHandle[Any, Any]
DAY = timedelta(days=1)


@asynccontextmanager
async def waiting(database: FreshDatabase, client: Client) -> AsyncIterator[tuple[Stage, dict[str, Any], Handle]]:
    """A request that mia is asked about, with reminders far away, and its workflow; it ends with the test."""
    async with on_stage(database, client, policy={"remind_after": "30d"}) as stage:
        ((recall, workflow),) = await stage.started()
        yield stage, recall, workflow
        await stage.people.done("POST", f"/recalls/{recall['id']}/withdraw", by=stage.people.owner, body={})
        await stage.tell_temporal()
        assert (await workflow.result())["status"] == "withdrawn"


async def hand_over(stage: Stage, *, first: int, last: int) -> str:
    """mia lets noor decide, so many days from now."""
    mia, noor = stage.people.approvers
    today = datetime.now(UTC)
    days = {"since": (today + first * DAY).date().isoformat(), "until": (today + last * DAY).date().isoformat()}
    body = {"giver": mia, "taker": noor, "purpose": "decisions", **days}
    made = await stage.people.done("POST", "/delegations", by=mia, body=body)
    await stage.tell_temporal()
    return str(made["id"])


async def listed(workflow: Handle, person: str) -> str:
    """What the UI shows, once its lists find the request under this person."""

    async def look() -> bool:
        return (await workflow.describe()).typed_search_attributes.get(APPROVER) == person

    await until(look, what=f"the lists show it under {person}")
    return await details(workflow)


async def test_a_sleeping_workflow_shows_at_once_who_is_asked_and_then_the_approver_again(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with waiting(database, temporal_client) as (stage, _, workflow):
        mia, noor = stage.people.approvers
        before = await listed(workflow, mia)

        id = await hand_over(stage, first=-3, last=3)
        during = await listed(workflow, noor)
        await stage.people.done("DELETE", f"/delegations/{id}", by=noor)
        await stage.tell_temporal()
        after = await listed(workflow, mia)

        assert f"**Waiting for {mia}**, or any other approver of Alfa" in before
        assert f"**Waiting for {noor}**, in the place of {mia}, or any other approver of Alfa" in during
        assert "Next if nobody decides: from " in during
        assert "somebody else is asked." in during
        assert f"**Waiting for {mia}**, or any other approver of Alfa" in after


async def test_the_workflow_wakes_on_the_first_day_and_on_the_day_after_the_last(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with waiting(database, temporal_client) as (stage, recall, workflow):
        mia, noor = stage.people.approvers
        await hand_over(stage, first=3, last=5)
        skipper = TimeSkipper(temporal_client)

        await skipper.fast_forward(workflow, 4 * DAY)
        during = await stage.people.asking(recall, noor)
        assert f"**Waiting for {noor}**" in await listed(workflow, noor)
        await skipper.fast_forward(workflow, 3 * DAY)
        after = await stage.people.asking(recall, mia)

        assert (during["next_step"], after["next_step"]) == ("Somebody else is asked", "The approver is reminded")
        assert f"**Waiting for {mia}**" in await listed(workflow, mia)


async def test_a_request_made_meanwhile_is_listed_under_who_is_asked(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with waiting(database, temporal_client) as (stage, _, _):
        _, noor = stage.people.approvers
        await hand_over(stage, first=-3, last=300)

        ((recall, workflow),) = await stage.started()

        assert recall["asked"] == noor
        assert f"**Waiting for {noor}**, in the place of" in await listed(workflow, noor)
