"""What Temporal has lost is started again, what it runs for nothing ends, and nothing is taken back twice by that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from application import deciding
from application.messages import number_of, workflow_id
from messaging.gateway import TemporalGateway, deliveries_queue
from messaging.reconciler import Reconciler
from store.database import execute, fetch
from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.receiving import delivering, receiver
from tests.replay.paths import at_rest
from tests.waiting import until
from tests.workflow.scripted import recall_input
from workflows.contracts import DELIVERY_WORKFLOW, SIGNAL_DECISION, WORKFLOW_NAME

pytestmark = pytest.mark.workflow

_HAPPENED = """insert into outgoing_event (id, type, request_id, facts) overriding system value
    values (4711, 'recall.blocked', $1::uuid, '{"lines": "1", "codes": ["on_draft_invoice"]}')"""
_FORGOTTEN = """do $$ begin
    set local session_replication_role = replica;
    delete from delivery_attempt; delete from delivery; delete from outgoing_event where id = 4711;
end $$"""
_LEFT_TO_TELL = """insert into outbox (request_id, kind, workflow_id, payload)
    values (cast(:request as uuid), 'changed', 'a workflow this server has never had', '{}')"""


def reconciler(stage: Stage, *, calm: timedelta = timedelta()) -> Reconciler:
    """As the worker has it; here what changed just now counts as calm already."""
    gateway = TemporalGateway(stage.client, task_queue=stage.task_queue, language="en")
    return Reconciler(stage.database, gateway, task_queue=stage.task_queue, calm=calm)


async def compared(stage: Stage) -> dict[str, int]:
    """What one comparison finds; what it puts into the outbox is delivered."""
    found = (await reconciler(stage).run()).found
    await stage.tell_temporal()
    return found


async def listed(stage: Stage, handle: WorkflowHandle[Any, Any], *, running: bool, kind: str = WORKFLOW_NAME) -> None:
    """Lists of Temporal are a moment behind: wait until they tell how a workflow stands."""
    gateway = TemporalGateway(stage.client, task_queue=stage.task_queue, language="en")
    queue = stage.task_queue if kind == WORKFLOW_NAME else deliveries_queue(stage.task_queue)

    async def is_so() -> bool:
        return (handle.id in await gateway.running(kind, queue=queue)) is running

    await until(is_so, what=f"{handle.id} is listed as {'running' if running else 'ended'}")


async def forget(client: Client, handle: WorkflowHandle[Any, Any]) -> None:
    """As if it had never been."""
    await client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=client.namespace, workflow_execution=WorkflowExecution(workflow_id=handle.id)
        )
    )


async def repairs(stage: Stage) -> list[tuple[str, int, bool]]:
    """Every disagreement that was ever noted: its kind, how often something was done about it, whether it is gone."""
    sql = "select kind, repairs, gone_at is not null as gone from difference order by id"
    async with stage.database.reading() as connection:
        return [(row.kind, row.repairs, row.gone) for row in await fetch(connection, sql)]


async def status(handle: WorkflowHandle[Any, Any]) -> WorkflowExecutionStatus | None:
    return (await handle.describe()).status


async def test_where_both_agree_there_is_nothing_to_do(database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(database, temporal_client) as stage:
        (waiting, handle), (ended, other) = await stage.started(2)
        await stage.decided(ended)
        await stage.tell_temporal()
        await other.result()
        await listed(stage, other, running=False)
        await listed(stage, handle, running=True)

        assert await compared(stage) == {}
        assert waiting["status"] == "awaiting_decision"
        assert await repairs(stage) == []


async def test_a_terminated_one_is_taken_over_and_its_request_is_decided_once(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        before = await stage.people.recall(recall)
        await handle.terminate("by mistake")
        await listed(stage, handle, running=False)

        assert await compared(stage) == {"lost": 1}
        await listed(stage, handle, running=True)
        assert await compared(stage) == {}
        after = await stage.people.recall(recall)
        await stage.decided(recall)
        await stage.tell_temporal()
        ended = await stage.people.ended(recall)

        assert (after["next_step"], after["next_step_at"]) == (before["next_step"], before["next_step_at"])
        assert ended["status"] == "recalled"
        assert await repairs(stage) == [("lost", 1, True)]


async def test_an_emptied_temporal_has_every_open_request_again(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        started = await stage.started(3)
        recall, _ = started[0]
        await stage.decided(recall)
        async with stage.database.begin() as connection:
            await execute(connection, "delete from outbox")
        for _, handle in started:
            await forget(temporal_client, handle)
        for _, handle in started:
            await listed(stage, handle, running=False)

        assert await compared(stage) == {"lost": 3}

        assert (await stage.people.ended(recall))["status"] == "recalled"
        for _, handle in started[1:]:
            assert await status(handle) is WorkflowExecutionStatus.RUNNING


async def test_one_that_was_never_started_is(database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(database, temporal_client) as stage:
        (recall,) = await stage.people.asked(1)
        async with stage.database.begin() as connection:
            await execute(connection, "delete from outbox")

        assert await compared(stage) == {"lost": 1}

        handle = temporal_client.get_workflow_handle(recall["workflow_id"])
        assert await status(handle) is WorkflowExecutionStatus.RUNNING


async def test_a_decision_that_was_not_told_is_settled(database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        await stage.decided(recall)
        async with stage.database.begin() as connection:
            await execute(connection, "delete from outbox")
        await listed(stage, handle, running=True)

        assert await compared(stage) == {"untold": 1}

        assert (await stage.people.ended(recall))["status"] == "recalled"


async def test_a_decision_that_an_older_database_has_not_settled_is_settled_although_its_workflow_did_it_before(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision = "0f0e0d0c-0b0a-4908-8706-050403020100"
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        await handle.signal(SIGNAL_DECISION, decision)
        await at_rest(temporal_client, handle)
        monkeypatch.setattr(deciding, "new_id", lambda: decision)
        assert await stage.decided(recall) == decision
        await stage.tell_temporal()
        await listed(stage, handle, running=True)

        assert await compared(stage) == {"untold": 1}

        assert (await stage.people.ended(recall))["status"] == "recalled"


async def test_a_workflow_whose_request_has_ended_ends(database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        await stage.people.done("POST", f"/recalls/{recall['id']}/withdraw", by=stage.people.owner, body={})
        async with stage.database.begin() as connection:
            await execute(connection, "delete from outbox")
        await listed(stage, handle, running=True)

        assert await compared(stage) == {"left_running": 1}

        assert (await handle.result())["status"] == "withdrawn"


async def test_after_an_older_database_workflows_of_requests_that_are_not_there_end(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((_, known),) = await stage.started(1)
        given = recall_input("0f0e0d0c-0b0a-4908-8706-050403020100", number=987654)
        id = workflow_id(given.number, given.request_id)
        handle = await temporal_client.start_workflow(WORKFLOW_NAME, given, id=id, task_queue=stage.task_queue)
        await listed(stage, handle, running=True)
        await listed(stage, known, running=True)

        assert (await reconciler(stage, calm=timedelta(hours=1)).run()).found == {}
        assert await compared(stage) == {"unknown": 1}

        assert await status(handle) is WorkflowExecutionStatus.TERMINATED
        assert await status(known) is WorkflowExecutionStatus.RUNNING


async def test_a_delivery_that_was_lost_is_tried_again_under_its_message_id(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with receiver() as hooks, delivering(database, temporal_client) as post_office:
        subscription = await post_office.subscribe(hooks.at("again", "500,204"), events=["recall.requested"])
        await post_office.stage.people.asked(1)
        await post_office.told()
        (delivery,) = await post_office.deliveries_of(subscription)
        await post_office.tried(delivery["id"], 1)
        handle = await post_office.workflow(delivery)
        await handle.terminate("by mistake")
        await listed(post_office.stage, handle, running=False, kind=DELIVERY_WORKFLOW)

        found = await compared(post_office.stage)
        await post_office.told()
        ended = await post_office.ended(delivery["id"])
        ids = {one["headers"]["webhook-id"] for one in await hooks.got("again")}

    assert found == {"delivery_lost": 1}
    assert (ended["status"], ended["round"]) == ("delivered", 1)
    assert [(one["number"], one["status_code"]) for one in ended["attempts"]] == [(1, 500), (2, 204)]
    assert ids == {ended["message_id"]}


async def test_an_event_with_the_number_of_one_that_an_older_database_has_forgotten_is_told_under_an_id_of_its_own(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with receiver() as hooks, delivering(database, temporal_client) as post_office:
        subscription = await post_office.subscribe(hooks.at("renumbered"), events=["recall.blocked"])
        (recall,) = await post_office.stage.people.asked(1)
        for found in ({}, {"delivery_lost": 1}):
            await ask_database(database.admin_url, _FORGOTTEN)
            await ask_database(database.owner_url, _HAPPENED, recall["id"])
            await post_office.told()
            (delivery,) = await post_office.deliveries_of(subscription)
            await listed(post_office.stage, await post_office.workflow(delivery), running=False, kind=DELIVERY_WORKFLOW)
            assert await compared(post_office.stage) == found
            await post_office.told()
            await post_office.ended(delivery["id"])

        told = [one["headers"]["webhook-id"] for one in await hooks.got("renumbered")]

    assert len(told) == len(set(told)) == 2


class Behind(TemporalGateway):
    """Its lists tell how it was before: what runs is not there yet, and what has ended still is."""

    ended: str = ""

    async def running(self, workflow: str, *, queue: str) -> dict[str, datetime]:
        return {self.ended: datetime.now(UTC) - timedelta(hours=1)}


async def test_a_list_that_is_a_moment_behind_makes_no_difference(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        (_, waits), (ended, other) = await stage.started(2)
        await stage.decided(ended)
        await stage.tell_temporal()
        await other.result()
        gateway = Behind(stage.client, task_queue=stage.task_queue, language="en")
        gateway.ended = other.id

        compared = await Reconciler(stage.database, gateway, task_queue=stage.task_queue, calm=timedelta()).run()

        assert compared.found == {}
        assert await status(waits) is WorkflowExecutionStatus.RUNNING


async def test_what_is_on_its_way_is_no_difference(database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(database, temporal_client) as stage:
        await stage.people.asked(1)

        assert (await reconciler(stage).run()).found == {}

        ((_, handle),) = await stage.started(1)
        await handle.terminate("a moment ago")
        assert (await reconciler(stage, calm=timedelta(hours=1)).run()).found == {}


async def test_what_does_not_help_is_tried_less_and_less_often(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        ((recall, handle),) = await stage.started(1)
        await stage.decided(recall)
        async with stage.database.begin() as connection:
            await execute(connection, "delete from outbox")
        await listed(stage, handle, running=True)

        for _ in range(5):
            assert await compared(stage) == {"untold": 1}

        assert await repairs(stage) == [("untold", 1, False)]


@pytest.mark.parametrize(
    "id", ["recall-1042", "recall-x-0f0e0d0c", "recall-" + "9" * 40 + "-0f0e0d0c", "delivery-7-mail-bob", ""]
)
def test_what_is_no_id_of_a_request_has_no_number(id: str) -> None:
    assert number_of(id) is None
    assert number_of(workflow_id(1042, "0f0e0d0c-0b0a-4908-8706-050403020100")) == 1042


async def test_what_a_lost_workflow_was_to_be_told_does_not_keep_it_lost(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        await forget(temporal_client, handle)
        await stage.decided(recall)
        await stage.tell_temporal(rounds=1)
        await listed(stage, handle, running=False)

        assert await compared(stage) == {"lost": 1}

        assert (await stage.people.ended(recall))["status"] == "recalled"
        async with stage.database.reading() as connection:
            assert await fetch(connection, "select id from outbox") == []


async def test_what_is_left_to_tell_the_lost_workflow_of_an_ended_request_is_forgotten(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started(1)
        await stage.decided(recall)
        await stage.tell_temporal()
        await handle.result()
        await listed(stage, handle, running=False)
        async with stage.database.begin() as connection:
            await execute(connection, _LEFT_TO_TELL, request=recall["id"])

        await stage.tell_temporal()
        assert await compared(stage) == {}

        async with stage.database.reading() as connection:
            assert await fetch(connection, "select kind from outbox") == []
