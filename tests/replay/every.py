"""Every path of every workflow."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from temporalio.client import Client, WorkflowHistory

from tests.replay.deliveries import DELIVERY_PATHS, walked_delivery
from tests.replay.paths import PATHS, walked
from tests.replay.reconciliations import RECONCILIATION_PATHS, walked_reconciliation
from workflows.delivery import Delivery
from workflows.recall_request import RecallRequest
from workflows.reconciliation import Reconciliation

Walk = Callable[[Client, str], Awaitable[WorkflowHistory]]
WORKFLOWS: Final = (RecallRequest, Delivery, Reconciliation)
_WALKS: Final[Mapping[str, Walk]] = {
    **dict.fromkeys(PATHS, walked),
    **dict.fromkeys(DELIVERY_PATHS, walked_delivery),
    **dict.fromkeys(RECONCILIATION_PATHS, walked_reconciliation),
}
EVERY_PATH: Final = tuple(_WALKS)


async def walked_now(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    return await _WALKS[name](client, name)
