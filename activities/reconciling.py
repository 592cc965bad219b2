"""The act of the comparison's workflow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from temporalio import activity

from workflows.contracts import RECONCILE, Reconciled


class ReconcilingActivities:
    """Activities of one worker process that compares."""

    def __init__(self, compare: Callable[[], Awaitable[Reconciled]]) -> None:
        """`compare` compares once, and mends."""
        self._compare = compare

    @property
    def all(self) -> Sequence[Callable[..., Awaitable[Any]]]:
        """What the worker registers."""
        return (self.reconcile,)

    @activity.defn(name=RECONCILE)
    async def reconcile(self) -> Reconciled:
        """Compare Postgres and Temporal; a second run finds what the first one left."""
        return await self._compare()
