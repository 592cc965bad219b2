"""An activity that fails with words of people: its log and the history of its workflow tell kind, place and trace, no words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import NoReturn

import pytest
import structlog
from temporalio import activity, workflow
from temporalio.client import WorkflowFailureError
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from telemetry.temporal import Tracing
from telemetry.trace import Trace, new_trace, within
from tests.harness import new_task_queue
from tests.servers import Addresses
from tests.temporal_access import client_of
from tilbake.process.logs import configure_logs

pytestmark = pytest.mark.workflow

WORDS = "Jorunn was ill"


@workflow.defn(name="Failing")
class Failing:
    @workflow.run
    async def run(self, how: str) -> None:
        await workflow.execute_activity(
            how, start_to_close_timeout=timedelta(seconds=10), retry_policy=RetryPolicy(maximum_attempts=1)
        )


@activity.defn
async def fail_by_a_bug() -> NoReturn:
    try:
        dict[str, str]()[WORDS]
    except KeyError as error:
        raise LookupError(WORDS) from error
    raise AssertionError


@activity.defn
async def fail_on_purpose() -> NoReturn:
    raise ApplicationError("answered 500", type="NotDelivered")


@pytest.fixture
def _logs_as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


async def failed(servers: Addresses, how: str, *, trace: Trace) -> str:
    """The history of a workflow whose activity fails so."""
    client = await client_of(servers.temporal_address, interceptors=[Tracing()])
    queue = new_task_queue()
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Failing],
        activities=[fail_by_a_bug, fail_on_purpose],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        with within(trace):
            handle = await client.start_workflow("Failing", how, id=queue, task_queue=queue)
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        return (await handle.fetch_history()).to_json()


@pytest.mark.usefixtures("_logs_as_before")
async def test_a_bug_tells_its_kind_and_place_and_no_words(
    servers: Addresses, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = new_trace()
    configure_logs("info")  # here, as pytest takes the handlers of libraries away after each phase

    history = await failed(servers, "fail_by_a_bug", trace=trace)

    logged = capsys.readouterr().out
    events = [json.loads(line) for line in logged.splitlines()]
    told = {one.get("text", one["event"]): one for one in events if one["level"] in {"warning", "error"}}
    assert {one["trace_id"] for one in told.values()} == {trace.trace_id}
    assert [one["type"] for one in told["activity.failed"]["failure"]] == ["LookupError", "KeyError"]
    assert "fail_by_a_bug" in json.dumps(told["activity.failed"])
    assert "Completing activity as failed" in told
    assert "LookupError" in history
    assert WORDS not in history + logged


async def test_what_fails_on_purpose_says_so(servers: Addresses) -> None:
    history = await failed(servers, "fail_on_purpose", trace=new_trace())

    assert "answered 500" in history
    assert "NotDelivered" in history
