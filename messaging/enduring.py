"""Work that goes on for as long as its process runs, whatever is away or goes wrong meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from temporalio.service import RPCError

_log = structlog.get_logger()


async def again_and_again(step: Callable[[], Awaitable[object]], *, every_seconds: float, failed: str) -> None:
    """Take a step until cancelled, each so many seconds after the one before it.

    Arguments:
        step: what is done each time.
        every_seconds: the pause between two.
        failed: the event that is logged when a step fails; the next one tries again.
    """
    while True:
        try:
            await step()
        except Exception as error:  # noqa: BLE001 - whatever a step meets, an outage or a fault of ours, must never end the loop
            _log.warning(failed, error=type(error).__name__)
        await asyncio.sleep(every_seconds)


async def succeeds(step: Awaitable[object], *, failed: str, **about: object) -> bool:
    """Whether a step was taken. One that cannot be, whatever the reason, must not hold up those it came with.

    Arguments:
        step: what is awaited.
        failed: the event that is logged when it fails.
        about: what the event tells beside the error: ids and counts.
    """
    try:
        await step
    except Exception as error:  # noqa: BLE001 - a newer release may have written what this one does not know
        name = error.status.name if isinstance(error, RPCError) else type(error).__name__
        _log.warning(failed, error=name, **about)
        return False
    return True
