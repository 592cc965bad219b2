"""Looks every ten seconds whether Temporal still has what the service keeps there, and makes it anew where it has not.

A Temporal that was emptied under a running worker has neither the schedule of the comparison nor the search attributes,
and without those no workflow starts: nobody would begin to mend anything (ADR 025).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import structlog

_log = structlog.get_logger()
_EVERY_SECONDS: Final = 10.0

Step = Callable[[], Awaitable[bool]]
"""Makes what is missing, and says whether anything was."""

Explain = Callable[[], Awaitable[str | None]]
"""Why Temporal does not let us in, in a sentence; None where it does, or is away."""


class Keeping:
    """The loop over what has to be there, in the order in which it is made."""

    def __init__(self, steps: Sequence[Step], *, explain: Explain) -> None:
        self._steps = steps
        self._explain = explain

    async def run(self) -> None:
        """Look until cancelled. A Temporal that is away is waited for."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            try:
                made = [await step() for step in self._steps]
            except Exception as error:  # noqa: BLE001 - an outage of Temporal must never end the loop
                await self._tell(error)
                continue
            if any(made):
                _log.warning("keeping.made_anew")

    async def _tell(self, error: Exception) -> None:
        """An outage passes, and a refusal does not: only somebody who reads what to do about it ends that."""
        advice = await self._explain()
        if advice is None:
            _log.warning("keeping.waiting", error=type(error).__name__)
        else:
            _log.error("temporal.refused", advice=advice)
