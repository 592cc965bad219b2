"""A statement that fails in a running service: its values are personal, and stand neither in a log nor in Temporal."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import MessageToJson
from temporalio.client import Client, WorkflowHandle

from tests.acting import actors, ask_database
from tests.databases import FreshDatabase
from tests.harness import Service
from tests.waiting import until

pytestmark = pytest.mark.faults

REASON = "Jorunn was ill"
REFUSING = "alter table recall_request add constraint {0} check ({1}) not valid"
ALLOWING = "alter table recall_request drop constraint {0}"


async def test_a_write_that_the_database_refuses_tells_no_reason(
    own_service: Service, database: FreshDatabase, temporal_client: Client
) -> None:
    async with actors(own_service.url, own_service.settings) as people:
        first, second = await people.approved_entries(2)
        body = {"entries": [first], "reason": REASON}
        (recall,) = (await people.done("POST", "/recalls", by=people.owner, body=body))["recalls"]
        handle = temporal_client.get_workflow_handle(recall["workflow_id"])

        await ask_database(database.owner_url, REFUSING.format("never_begins", "title is null"))
        asked = await people.call("POST", "/recalls", by=people.owner, body=body | {"entries": [second]})
        await ask_database(database.owner_url, ALLOWING.format("never_begins"))
        await ask_database(database.owner_url, REFUSING.format("never_ends", "status = 'awaiting_decision'"))
        await people.decide(recall, by=people.approvers[0])
        pending = await failing_activity(handle)

        assert asked.status_code == 500
        logs = {name: (own_service.settings.log_dir / f"{name}.log").read_text() for name in ("api", "worker")}
        history = (await handle.fetch_history()).to_json()
        assert "api.failed" in logs["api"]
        assert "Traceback" not in logs["api"]
        assert "never_ends" in logs["worker"]
        assert "never_ends" in pending
        for said in (asked.text, *logs.values(), history, pending):
            assert REASON not in said

        await ask_database(database.owner_url, ALLOWING.format("never_ends"))
        assert (await people.ended(recall, seconds=60))["status"] == "recalled"


async def failing_activity(handle: WorkflowHandle[Any, Any]) -> str:
    """What Temporal shows of an activity that has failed and is tried again."""

    async def look() -> str | None:
        described = (await handle.describe()).raw_description
        if any(activity.HasField("last_failure") for activity in described.pending_activities):
            return MessageToJson(described)
        return None

    return await until(look, what="an activity has failed", seconds=60) or ""
