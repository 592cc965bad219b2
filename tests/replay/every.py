"""Every path of every workflow."""

from __future__ import annotations

from typing import Final

from temporalio.client import Client, WorkflowHistory

from tests.replay.deliveries import DELIVERY_PATHS, walked_delivery
from tests.replay.paths import PATHS, walked

EVERY_PATH: Final = (*PATHS, *DELIVERY_PATHS)


async def walked_now(client: Client, name: str) -> WorkflowHistory:
    """The history of one path, walked now."""
    return await (walked_delivery if name in DELIVERY_PATHS else walked)(client, name)
