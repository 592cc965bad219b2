"""What happens to requests under way when the workflow is changed: a changed command is caught, a patched one is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.common import VersioningBehavior
from temporalio.testing import TimeSkipper
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker
from temporalio.workflow import NondeterminismError, _Definition

from tests.harness import new_task_queue
from tests.replay.every import WORKFLOWS
from tests.replay.paths import at_rest
from tests.replay.recorded import read
from tests.waiting import until
from tests.workflow.scripted import RECALLED, Scripted, recall_input
from workflows.contracts import SETTLE_DECISION, SIGNAL_DECISION, WORKFLOW_NAME, RecallInput, Standing
from workflows.recall_request import RecallRequest

pytestmark = pytest.mark.workflow


class Copy(RecallRequest):
    """The workflow, with one thing changed."""

    @workflow.init
    def __init__(self, given: RecallInput) -> None:
        super().__init__(given)


@workflow.defn(name=WORKFLOW_NAME)
class Unchanged(Copy):
    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class OneCommandMore(Copy):
    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        await workflow.sleep(timedelta(seconds=1))
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class OneCommandLess(Copy):
    def _take(self, standing: Standing) -> None:
        self._standing = standing

    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class AnotherOrder(Copy):
    async def _wait(self) -> None:
        if not self._pending():
            await workflow.wait_condition(self._pending)

    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class AnotherActivity(Copy):
    async def _run(self, name: str, argument: Any, summary: str) -> Standing:
        return await super()._run("settle_it" if name == SETTLE_DECISION else name, argument, summary)

    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class OneCommandMoreBehindAPatch(Copy):
    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        if workflow.patched("think-first"):
            await workflow.sleep(timedelta(seconds=1))
        return await super().run(_given)


@workflow.defn(name=WORKFLOW_NAME)
class OtherWords(Copy):
    def _text(self, key: str, **values: object) -> str:
        return f"{super()._text(key, **values)}!"

    @workflow.run
    async def run(self, _given: RecallInput) -> Standing:
        return await super().run(_given)


async def replayed(changed: type, history: WorkflowHistory) -> None:
    await Replayer(workflows=[changed], workflow_runner=UnsandboxedWorkflowRunner()).replay_workflow(history)


@pytest.mark.parametrize("changed", [OneCommandMore, OneCommandLess, AnotherOrder, AnotherActivity])
async def test_a_changed_command_is_caught(changed: type) -> None:
    with pytest.raises(NondeterminismError):
        await replayed(changed, read("approved"))


@pytest.mark.parametrize("changed", [Unchanged, OneCommandMoreBehindAPatch, OtherWords])
async def test_what_changes_no_command_of_requests_under_way_is_not(changed: type) -> None:
    await replayed(changed, read("approved"))


def test_no_workflow_stays_with_the_code_that_began_it() -> None:
    found = {one: _Definition.must_from_class(one).versioning_behavior for one in WORKFLOWS}

    assert set(found.values()) == {VersioningBehavior.UNSPECIFIED}


def working(client: Client, queue: str, code: type, acts: Scripted) -> Worker:
    """A worker with this code."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[code],
        activities=acts.all,
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=0,
    )


async def test_old_code_that_meets_a_patch_stops_that_task_alone_until_new_code_is_there_again(
    temporal_client: Client,
) -> None:
    acts, queue, request = Scripted(settle_decision=[RECALLED]), new_task_queue(), str(uuid4())
    async with working(temporal_client, queue, OneCommandMoreBehindAPatch, acts):
        handle: WorkflowHandle[Any, Any] = await temporal_client.start_workflow(
            WORKFLOW_NAME, recall_input(request), id=f"recall-1042-{request[:8]}", task_queue=queue
        )
        await at_rest(temporal_client, handle)
        await TimeSkipper(temporal_client).fast_forward(handle, timedelta(seconds=2))
        await at_rest(temporal_client, handle)
    await handle.signal(SIGNAL_DECISION, "first")

    async def failed() -> bool:
        return (await handle.describe()).raw_description.pending_workflow_task.attempt > 1

    async with working(temporal_client, queue, Unchanged, acts):
        await until(failed, what="the old code stops")
    assert acts.called(SETTLE_DECISION) == 0
    async with working(temporal_client, queue, OneCommandMoreBehindAPatch, acts):
        assert (await handle.result())["status"] == "recalled"
    assert acts.called(SETTLE_DECISION) == 1
