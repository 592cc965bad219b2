"""The schedule compares by itself: a workflow that an operator ended by mistake waits again soon, and is decided once."""

from __future__ import annotations

import asyncpg
import pytest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError

from tests.acting import actors
from tests.databases import FreshDatabase
from tests.harness import start_service
from tests.servers import Addresses
from tests.waiting import until

pytestmark = pytest.mark.faults


async def test_a_workflow_ended_by_mistake_waits_again_soon(
    servers: Addresses, database: FreshDatabase, temporal_client: Client
) -> None:
    service = await start_service(
        database, temporal_address=servers.temporal_address, worker_extra={"TILBAKE_RECONCILE_SECONDS": "1"}
    )
    try:
        async with actors(service.url, service.settings) as people:
            (recall,) = await people.asked(1)
            handle = temporal_client.get_workflow_handle(recall["workflow_id"])

            async def runs() -> bool:
                try:
                    return (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
                except RPCError:
                    return False

            await until(runs, what="the workflow waits")
            await handle.terminate("by mistake")
            await _long_ago(database)
            await until(runs, what="the workflow waits again")
            await people.decide(recall, by=people.approvers[0])
            ended = await people.ended(recall)
            rows = await people.actuals(ended["lines"][0]["subject"])

        assert ended["status"] == "recalled"
        assert len([row for row in rows if row["reverses"] is not None]) == 2
    finally:
        await service.stop()


async def _long_ago(database: FreshDatabase) -> None:
    """Nothing changed a moment ago."""
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("update recall_request set created_at = created_at - interval '1 minute'")
    await connection.close()
