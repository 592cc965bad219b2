"""What a request's workflow is told: only stored decisions of its own request do anything, and each does it once."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.replay.paths import SOME_BLOCKED, at_rest
from tests.workflow.scripted import RECALLED, UNDER_WAY, Scripted, called, waiting
from workflows.contracts import SETTLE_DECISION, SETTLE_IN_CHUNKS, SIGNAL_CHANGED, SIGNAL_DECISION

pytestmark = pytest.mark.workflow

NOBODYS = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(database, temporal_client) as made:
        yield made


@pytest.mark.parametrize("unknown", [NOBODYS, "approve", "", "\x00", 7, {"decision": "approve"}, None])
async def test_a_signal_without_a_stored_decision_does_nothing_and_the_next_decision_is_settled(
    stage: Stage, unknown: object
) -> None:
    ((recall, workflow),) = await stage.started()
    await stage.decided(recall)

    await workflow.signal(SIGNAL_DECISION, unknown)
    await stage.tell_temporal()

    assert (await stage.people.ended(recall))["status"] == "recalled"
    assert (await workflow.result())["status"] == "recalled"


async def test_signals_with_too_little_or_too_much_in_them_do_nothing(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()
    await stage.decided(recall)

    await workflow.signal(SIGNAL_DECISION)
    await workflow.signal(SIGNAL_DECISION, args=["approve", recall["id"]])
    await workflow.signal(SIGNAL_CHANGED, args=["now", 7])
    await stage.tell_temporal()

    assert (await workflow.result())["status"] == "recalled"


async def test_the_decision_of_another_request_does_nothing_here(stage: Stage) -> None:
    (one, workflow), (other, its_own) = await stage.started(2)
    decision = await stage.decided(other)

    await workflow.signal(SIGNAL_DECISION, decision)
    await workflow.signal(SIGNAL_CHANGED)
    await stage.decided(one, verdict="reject")
    await stage.tell_temporal()

    assert (await workflow.result())["status"] == "rejected"
    assert (await its_own.result())["status"] == "recalled"


async def test_the_same_signal_twice_settles_once(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()
    decision = await stage.decided(recall)

    await workflow.signal(SIGNAL_DECISION, decision)
    await workflow.signal(SIGNAL_DECISION, decision)
    await stage.tell_temporal()

    ended = await stage.people.ended(recall)
    assert [one["outcome"] for one in ended["decisions"]] == ["applied"]
    assert len(await stage.people.reversals(recall["lines"][0]["subject"])) == 2


async def test_of_two_decisions_that_come_together_the_second_is_told_it_is_too_late(stage: Stage) -> None:
    ((recall, workflow),) = await stage.started()
    await stage.decided(recall)
    await stage.decided(recall, by=1, verdict="reject")

    await stage.tell_temporal()

    await workflow.result()
    ended = await stage.people.recall(recall)
    assert [one["outcome"] for one in ended["decisions"]] == ["applied", "refused"]
    assert ended["decisions"][1]["lines"][0]["code"] == "request_closed"


async def test_a_request_withdrawn_before_its_workflow_began_ends_it(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    path = f"/recalls/{recall['id']}/withdraw"
    await stage.people.done("POST", path, by=stage.people.owner, body={})

    await stage.tell_temporal()

    workflow = stage.client.get_workflow_handle(recall["workflow_id"])
    assert (await workflow.result())["status"] == "withdrawn"


async def test_a_long_decision_told_again_while_it_is_settled_is_settled_once(temporal_client: Client) -> None:
    acts = Scripted(settle_decision=[UNDER_WAY, RECALLED], settle_in_chunks=[None, SOME_BLOCKED])

    async with waiting(temporal_client, acts) as workflow:
        await workflow.signal(SIGNAL_DECISION, "first")
        await called(acts, SETTLE_IN_CHUNKS)
        await workflow.signal(SIGNAL_DECISION, args=["first", True])
        await at_rest(temporal_client, workflow)
        acts.released.set()
        await workflow.signal(SIGNAL_DECISION, "second")
        await workflow.result()

    settled = [told.decision_id for name, told in acts.calls if name == SETTLE_DECISION]
    assert settled == ["first", "second"]
