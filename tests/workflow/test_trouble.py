"""Activities that fail, and operators who cancel: the waiting goes on, or ends in order."""

from __future__ import annotations

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from tests.databases import FreshDatabase
from tests.in_process import on_stage
from tests.workflow.scripted import OPEN, RECALLED, REJECTED, WITHDRAWN, Scripted, called, waiting
from workflows.contracts import CLOSE_REQUEST, SETTLE_DECISION, SIGNAL_DECISION

pytestmark = pytest.mark.workflow


async def test_a_local_activity_that_fails_thrice_goes_on_as_one_that_can_be_seen(temporal_client: Client) -> None:
    away = OSError("the database is away")
    acts = Scripted(settle_decision=[away, away, away, away, RECALLED])

    async with waiting(temporal_client, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "first")
        ended = await workflow.result()

    assert ended["status"] == "recalled"
    types = [event.event_type async for event in workflow.fetch_history_events()]
    assert types.count(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED) == 1
    assert acts.called(SETTLE_DECISION) == 5


async def test_a_local_activity_that_fails_twice_leaves_nothing_to_see(temporal_client: Client) -> None:
    acts = Scripted(settle_decision=[OSError(), OSError(), REJECTED])

    async with waiting(temporal_client, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "first")
        await workflow.result()

    types = [event.event_type async for event in workflow.fetch_history_events()]
    assert EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED not in types


async def test_cancelled_while_it_waits_it_closes_the_request_and_says_so(temporal_client: Client) -> None:
    acts = Scripted(settle_decision=[OPEN], close_request=[WITHDRAWN])

    async with waiting(temporal_client, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "first")
        await called(acts, SETTLE_DECISION)
        await workflow.cancel()
        with pytest.raises(WorkflowFailureError):
            await workflow.result()

    found = await workflow.describe()
    assert found.status is WorkflowExecutionStatus.CANCELED
    assert found.search_attributes["RecallStatus"] == ["withdrawn"]
    assert acts.called(CLOSE_REQUEST) == 1


async def test_cancelled_while_it_settles_it_still_closes_the_request(temporal_client: Client) -> None:
    acts = Scripted(settle_decision=[None], close_request=[RECALLED])

    async with waiting(temporal_client, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "first")
        await called(acts, SETTLE_DECISION)
        await workflow.cancel()
        with pytest.raises(WorkflowFailureError):
            await workflow.result()
        acts.released.set()

    assert acts.called(CLOSE_REQUEST) == 1
    assert acts.called(SETTLE_DECISION) == 1


async def test_a_cancelled_request_is_withdrawn_by_the_operator_and_its_entry_approved_again(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, workflow),) = await stage.started()

        await workflow.cancel()
        ended = await stage.people.ended(recall)

        assert ended["status"] == "withdrawn"
        path = f"/recalls/{recall['id']}/history"
        history = (await stage.people.done("GET", path, by=stage.people.owner))["items"]
        assert [(one["event"], one["by"]) for one in history] == [
            ("requested", stage.people.owner),
            ("withdrawn", "operator"),
        ]
        await stage.people.ask(recall["lines"][0]["subject"])


async def test_what_was_decided_before_the_operator_cancelled_is_settled(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, workflow),) = await stage.started()
        await stage.decided(recall)

        await workflow.cancel()

        assert (await stage.people.ended(recall))["status"] == "recalled"
