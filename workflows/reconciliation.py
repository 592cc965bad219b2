"""One comparison of Postgres and Temporal, started by a schedule; what it found stands in its result."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from workflows import texts
    from workflows.contracts import RECONCILE, RECONCILIATION_WORKFLOW, Reconciled

_TIMEOUT: Final = timedelta(minutes=5)
_RETRY: Final = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(seconds=30))


@workflow.defn(name=RECONCILIATION_WORKFLOW)
class Reconciliation:
    """Compare, and mend what is safe to mend."""

    @workflow.run
    async def run(self, language: str = "en") -> Reconciled:
        """Returns what was found. While a side is away it waits for it: nothing is concluded from silence."""
        found: Reconciled = await workflow.execute_activity(
            RECONCILE,
            result_type=Reconciled,
            start_to_close_timeout=_TIMEOUT,
            retry_policy=_RETRY,
            summary=texts.word(language, "reconcile"),
        )
        return found
