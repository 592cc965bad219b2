"""Waiting in tests: for a condition, with a deadline, never for a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tests.counts import PATIENCE

FoundT = TypeVar("FoundT")
_ASK_EVERY_SECONDS = 0.05


async def until(condition: Callable[[], Awaitable[FoundT]], *, what: str, seconds: float = 30.0) -> FoundT:
    """The first answer of `condition` that is true; fails with `what` when there is none in time.

    The time only tells what hangs from what is slow, so it is longer at full counts; what must be quick is measured where it is.
    """
    seconds *= PATIENCE
    deadline = asyncio.get_running_loop().time() + seconds
    found = await condition()
    while not found:
        assert asyncio.get_running_loop().time() < deadline, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(_ASK_EVERY_SECONDS)
        found = await condition()
    return found


def eventually(condition: Callable[[], object], *, seconds: float = 30.0) -> None:
    """Wait until `condition` is true, in a test without a loop of its own."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s"
        time.sleep(_ASK_EVERY_SECONDS)
