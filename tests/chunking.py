"""Long requests of few lines: what counts as long, and how many lines a chunk has, made small for a test; chunks that die."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from activities.recalls import RecallActivities
from application import asking, bulk, deciding, settling
from workflows.contracts import ToSettle


@contextmanager
def chunks_of(lines: int) -> Iterator[None]:
    """Inside, a request of more lines than this is a long one, and a chunk has so many, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (asking, deciding, settling):
            patch.setattr(module, "LONG_LINES", lines)
        patch.setattr(bulk, "CHUNK_LINES", lines)
        yield


class Killed(Exception):
    """A process ended."""


async def settle_and_die(activities: RecallActivities, told: ToSettle) -> None:
    """Settle a decision, or its next chunk, in a process that ends right before its commit."""

    async def end(point: str) -> None:
        raise Killed(point)

    with pytest.MonkeyPatch.context() as patch, suppress(Killed):
        patch.setattr("activities.recalls.reach", end)
        await activities.settle_decision(told)
