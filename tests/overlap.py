"""Rounds of acts at the same moment, and in how many of them they really were: a race proves something only then."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import httpx

from tests.acting import UNAVAILABLE

Act = Callable[[], Awaitable[httpx.Response]]
_PATIENCE_SECONDS = 60.0


@dataclass(slots=True)
class Rounds:
    """Rounds so far, and those in which at least so many acts were under way at one moment."""

    together: int = 2
    rounds: int = 0
    overlapped: int = 0
    peaks: list[int] = field(default_factory=list)

    async def run(self, acts: Sequence[Act]) -> list[httpx.Response]:
        """One round: all acts begin together; what is answered "come again" comes again, as a sender would."""
        times: list[tuple[float, float]] = []

        async def timed(act: Act) -> httpx.Response:
            began = time.monotonic()
            answer = await insisting(act)
            times.append((began, time.monotonic()))
            return answer

        answers = await asyncio.gather(*(timed(act) for act in acts))
        self.count(_peak(times))
        return list(answers)

    def count(self, peak: int) -> None:
        """Note a round in which so many acts were under way at one moment."""
        self.rounds += 1
        self.peaks.append(peak)
        self.overlapped += peak >= self.together

    def prove(self) -> None:
        """Fail unless the acts overlapped in at least half of the rounds."""
        assert self.rounds
        assert self.overlapped * 2 >= self.rounds, f"only {self.overlapped} of {self.rounds} overlapped: {self.peaks}"


async def insisting(act: Act) -> httpx.Response:
    """An act whose answer is not "come again": it is done until then, as a sender would."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    answer = await act()
    while answer.status_code == UNAVAILABLE and time.monotonic() < deadline:
        answer = await act()
    return answer


def _peak(times: Sequence[tuple[float, float]]) -> int:
    """The most acts that were under way at one moment: the moment the last of them began."""
    return max(sum(began <= moment < ended for began, ended in times) for moment, _ in times)
