"""What somebody sends who reaches Temporal itself, by a console or the address of its UI: it decides nothing."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest
from temporalio.client import Client, WorkflowExecution, WorkflowHandle
from temporalio.common import SearchAttributeKey
from temporalio.service import RPCError, RPCStatusCode

from tests.acting import actors
from tests.dashboard.conftest import Dashboard
from tests.harness import Service
from tests.servers import PRODUCTION_LIKE, Addresses
from tests.waiting import until
from workflows.contracts import SIGNAL_DECISION

pytestmark = pytest.mark.api
NOBODYS = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
SECRET = "0123456789abcdef0123456789abcdef"


def as_input(value: str) -> dict[str, object]:
    """An argument as the UI sends it."""
    encoding, data = (base64.b64encode(one.encode()).decode() for one in ("json/plain", json.dumps(value)))
    return {"input": {"payloads": [{"metadata": {"encoding": encoding}, "data": data}]}}


async def send(servers: Addresses, workflow: str, verb: str, body: object) -> httpx.Response:
    """A call of the UI's own API, past the dashboard, with the secret that its pages know."""
    url = f"{servers.temporal_ui_url}/api/v1/namespaces/default/workflows/{workflow}/{verb}"
    headers = {"cookie": f"_csrf={SECRET}", "x-csrf-token": SECRET}
    async with httpx.AsyncClient(timeout=20) as http:
        return await http.post(url, json=body, headers=headers)


async def signal_past_the_dashboard(servers: Addresses, workflow: WorkflowHandle[Any, Any], decision: str) -> None:
    """By the UI where it can write; as in production it refuses that, and whoever has a certificate goes to Temporal itself."""
    answer = await send(servers, workflow.id, f"signal/{SIGNAL_DECISION}", as_input(decision))
    assert answer.status_code == (405 if PRODUCTION_LIKE else 200), answer.text
    if PRODUCTION_LIKE:
        await workflow.signal(SIGNAL_DECISION, decision)


async def is_there(workflow: WorkflowHandle[Any, Any]) -> bool:
    """Whether a workflow was started: the API answers before."""
    try:
        await workflow.describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return True


async def test_a_signal_past_the_dashboard_decides_nothing_whatever_decision_it_names(
    service: Service, servers: Addresses, temporal_client: Client
) -> None:
    async with actors(service.url, service.settings) as people:
        asked, other = await people.asked(2)
        (entry,) = (line["subject"] for line in asked["lines"])
        decided = await people.decide(other, by=people.approvers[0])
        ended = await people.ended(other)
        workflow = temporal_client.get_workflow_handle(asked["workflow_id"])

        await until(lambda: is_there(workflow), what="the workflow is there")
        for decision in (NOBODYS, decided.json()["decision"]):
            await signal_past_the_dashboard(servers, workflow, decision)

        async def both_were_looked_at() -> bool:
            events = [one async for one in workflow.fetch_history_events()]
            return sum(one.HasField("marker_recorded_event_attributes") for one in events) >= 2

        await until(both_were_looked_at, what="the workflow has acted on both signals")
        now = await people.recall(asked)
        assert ended["status"] == "recalled"
        assert (now["status"], now["decisions"]) == ("awaiting_decision", [])
        assert await people.reversals(entry) == []

        await people.decide(asked, by=people.approvers[0])
        assert (await people.ended(asked))["status"] == "recalled"
        assert len(await people.reversals(entry)) == 2


@pytest.mark.parametrize("verb", [f"signal/{SIGNAL_DECISION}", "terminate", "cancel", "reset"])
async def test_the_dashboard_refuses_what_the_ui_would_do(
    dashboard: Dashboard, service: Service, temporal_client: Client, verb: str
) -> None:
    async with actors(service.url, service.settings) as people:
        (asked,) = await people.asked(1)
        workflow = temporal_client.get_workflow_handle(asked["workflow_id"])
        await until(lambda: is_there(workflow), what="the workflow is there")

        path = f"/ops/temporal/api/v1/namespaces/default/workflows/{asked['workflow_id']}/{verb}"
        answer = dashboard.ask(path, method="POST", token=dashboard.token("admin"), json=as_input(NOBODYS))

        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        events = [one async for one in workflow.fetch_history_events()]
        assert not any(one.HasField("workflow_execution_signaled_event_attributes") for one in events)
        assert (await people.recall(asked))["status"] == "awaiting_decision"


async def test_the_lists_say_by_when_a_decision_is_expected(service: Service, temporal_client: Client) -> None:
    policy = {"remind_after": "24h", "expire_after": "3d"}
    async with actors(service.url, service.settings, policy=policy) as people:
        (asked,) = await people.asked(1)
        workflow = temporal_client.get_workflow_handle(asked["workflow_id"])

        async def started() -> list[WorkflowExecution]:
            return [one async for one in temporal_client.list_workflows(f"WorkflowId = '{workflow.id}'")]

        (found,) = await until(started, what="it is listed")
        due = found.typed_search_attributes[SearchAttributeKey.for_datetime("DecisionDue")]
        assert abs((due - found.start_time).total_seconds() - 86400) < 60
