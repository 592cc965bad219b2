"""When a workflow was signalled, by Temporal's own history: the same moment for ours, after all HTTP, and for the bare one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client

from tests.bench.recalling import Moments

_AT_ONCE = 8


async def since_signals(client: Client, found: Sequence[Moments]) -> list[float]:
    """Seconds from the signal of each workflow to the commit that answered it."""
    ahead = time.time() - time.perf_counter()
    turns = asyncio.Semaphore(_AT_ONCE)

    async def since(one: Moments) -> float:
        async with turns:
            return one.committed + ahead - await _signalled_at(client, one.workflow)

    return await asyncio.gather(*map(since, found))


async def _signalled_at(client: Client, workflow: str) -> float:
    async for event in client.get_workflow_handle(workflow).fetch_history_events():
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
            return event.event_time.ToNanoseconds() / 1e9
    raise RuntimeError(f"{workflow} was never signalled")
