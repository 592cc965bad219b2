"""Activities that fail, and operators who cancel: the waiting goes on, or ends in order."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle

from tests.acting import fast_forward
from tests.databases import FreshDatabase
from tests.in_process import on_stage
from tests.replay.paths import at_rest
from tests.workflow.scripted import OPEN, RECALLED, REJECTED, WITHDRAWN, Scripted, called, waiting
from workflows.contracts import CLOSE_REQUEST, SETTLE_DECISION, SIGNAL_DECISION

pytestmark = pytest.mark.workflow
_TASK_COMPLETED: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED


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


async def test_an_operator_who_resets_a_workflow_to_its_beginning_doubles_nothing(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, workflow),) = await stage.started()
        await fast_forward(temporal_client, recall, timedelta(days=2.5))
        drafted = {"project": stage.people.project, "entries": [recall["lines"][0]["subject"]]}
        await stage.people.done("POST", "/invoices", by=stage.people.finance, body=drafted)
        await stage.decided(recall)
        await stage.tell_temporal()
        await at_rest(temporal_client, workflow)
        before = await stage.people.recall(recall)

        await reset_to_its_beginning(temporal_client, workflow)
        await at_rest(temporal_client, workflow)
        after = await stage.people.recall(recall)
        await workflow.cancel()
        await stage.people.ended(recall)

        path = f"/recalls/{recall['id']}/history"
        history = (await stage.people.done("GET", path, by=stage.people.owner))["items"]
        assert [one["event"] for one in history] == ["requested", "reminded", "reminded", "blocked", "withdrawn"]
        assert (after["next_step"], after["next_step_at"]) == (before["next_step"], before["next_step_at"])
        assert after["decisions"] == before["decisions"]


async def reset_to_its_beginning(client: Client, workflow: WorkflowHandle[Any, Any]) -> None:
    """As the Temporal UI offers it: another run, from the first task on, that is told all signals again."""
    tasks = [one.event_id async for one in workflow.fetch_history_events() if one.event_type == _TASK_COMPLETED]
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow.id),
            workflow_task_finish_event_id=tasks[0],
            request_id=str(uuid4()),
        )
    )
