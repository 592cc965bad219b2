"""The path a comparison's workflow takes, walked on a real server with an activity that answers what is written here."""

from __future__ import annotations

from typing import Final

from temporalio import activity
from temporalio.client import Client, WorkflowHistory

from tests.harness import new_task_queue
from worker import tuned_worker
from workflows.contracts import RECONCILE, RECONCILIATION_WORKFLOW, Reconciled
from workflows.reconciliation import Reconciliation

RECONCILIATION_PATHS: Final = ("compared",)


@activity.defn(name=RECONCILE)
async def compare() -> Reconciled:
    """Two that were lost, and something was done about both."""
    return Reconciled({"lost": 2}, 2)


async def walked_reconciliation(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    assert name in RECONCILIATION_PATHS
    queue = new_task_queue()
    own = ("workflows", "domain")
    async with tuned_worker(client, queue, workflows=[Reconciliation], activities=[compare], own=own):
        handle = await client.start_workflow(RECONCILIATION_WORKFLOW, "en", id=f"reconcile-{queue}", task_queue=queue)
        await handle.result()
        return await handle.fetch_history()
