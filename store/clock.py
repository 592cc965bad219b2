"""The time of Postgres: what is due, which day it is, and which secret is live is judged by it, whichever machine serves a call.

The clocks of machines differ, and are set. So a process does not read its own for that: it asks Postgres now and then, and counts
on from there by the clock that only goes forward.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

_ASK_AFTER_SECONDS: Final = 5.0
_MOVED_SECONDS: Final = 0.5
"""A clock that went this much farther than the one that only goes forward was set, or the machine has slept."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What Postgres answered, and when by both clocks of this machine."""

    answer: datetime
    steady_seconds: float
    wall_seconds: float

    def passed_seconds(self) -> float:
        return time.monotonic() - self.steady_seconds

    def still_holds(self) -> bool:
        passed = self.passed_seconds()
        moved = time.time() - self.wall_seconds - passed
        return passed < _ASK_AFTER_SECONDS and abs(moved) < _MOVED_SECONDS


class DatabaseClock:
    """The time of one Postgres as one process knows it."""

    def __init__(self) -> None:
        """Nothing is known before it is asked for."""
        self._asked: _Asked | None = None

    async def now(self, driver: Any) -> datetime:
        """The time there, up to the time an answer takes to come behind, never ahead. `driver` is a connection to it."""
        if self._asked is None or not self._asked.still_holds():
            answer = await driver.fetchval("select clock_timestamp()")
            self._asked = _Asked(answer, time.monotonic(), time.time())
        return self._asked.answer + timedelta(seconds=self._asked.passed_seconds())
