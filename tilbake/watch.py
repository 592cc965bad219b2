"""Looks after the processes of a stack: one that ends is started again, one that does not answer is told (ADR 018).

Everything is told in one line a person can act on. When a process cannot be kept running, CannotStart ends the watch, and
with it the stack. A process that hangs is never killed: it may be at work, or somebody stopped it on purpose.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from tilbake import texts
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import Say
from tilbake.embedded.texts import ITS_LOG
from tilbake.errors import CannotStart
from tilbake.language import said

LOOK_EVERY_SECONDS = 0.25
ASK_EVERY_SECONDS = 1.5
ASK_AGAIN_AFTER_SECONDS = 0.5
SILENT_SECONDS = 4.0
"""Without an answer for so long, it is told; with the patience of health.py that is within seven seconds."""
PAUSES_SECONDS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Before each try to start a process again; there are no more tries than these."""
CALM_SECONDS = 60.0
"""A process that has run for so long gets all its tries anew."""

StartAgain = Callable[[], Awaitable[None]]
Answers = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class Watched:
    """One part of the stack.

    `child` is its process now, None for a server that is not ours. `start_again` returns when it serves, or raises
    CannotStart; None where nothing may be started again. `needs` are started before it.
    """

    name: str
    child: Callable[[], Child | None]
    start_again: StartAgain | None = None
    answers: Answers | None = None
    needs: Sequence[Watched] = ()
    well: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    tries: int = 0


class Watch:
    """Looks after some parts until one of them cannot be kept running."""

    def __init__(self, parts: Sequence[Watched], *, say: Say) -> None:
        self._parts = parts
        self._say = say

    async def run(self) -> NoReturn:
        """Never returns. Raises CannotStart when a part ended and could not be started again."""
        for part in self._parts:
            part.well.set()
        try:
            async with asyncio.TaskGroup() as group:
                for part in self._parts:
                    group.create_task(self._keep_running(part))
                    if part.answers is not None:
                        group.create_task(self._listen_to(part, part.answers))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        raise AssertionError("every part is watched for ever")

    async def _keep_running(self, part: Watched) -> None:
        while True:
            child = part.child()
            if child is not None and not child.is_running():
                part.ended = True
                part.well.clear()
                await self._bring_back(part, child)
                part.ended = False
                part.well.set()
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def _bring_back(self, part: Watched, ended: Child) -> None:
        if part.start_again is None:
            raise CannotStart(ITS_LOG, name=part.name, ended=ended.how_it_ended(), log=ended.log_path)
        self._say(said(texts.STARTING_AGAIN, name=part.name, ended=ended.how_it_ended()))
        began = time.monotonic()
        if ended.age_seconds > CALM_SECONDS:
            part.tries = 0
        running = False
        while not running:
            if part.tries == len(PAUSES_SECONDS):
                raise CannotStart(texts.GIVEN_UP, name=part.name, count=part.tries, log=ended.log_path)
            running = await self._tried(part, part.start_again)
        self._say(said(texts.RUNS_AGAIN, name=part.name, seconds=f"{time.monotonic() - began:.1f}"))

    async def _tried(self, part: Watched, start_again: StartAgain) -> bool:
        """One try, after its pause; what a part needs has to be well, so that an outage of that costs no try."""
        await asyncio.sleep(PAUSES_SECONDS[part.tries])
        for need in part.needs:
            await need.well.wait()
        part.tries += 1
        try:
            await start_again()
        except CannotStart as problem:
            facts = {"count": part.tries, "most": len(PAUSES_SECONDS), "why": problem}
            self._say(said(texts.NOT_STARTED_AGAIN, name=part.name, **facts))
            return False
        return True

    async def _listen_to(self, part: Watched, answers: Answers) -> None:
        while True:
            await asyncio.sleep(ASK_EVERY_SECONDS)
            asked = time.monotonic()
            if not part.ended and not await answers():
                await self._wait_out(part, answers, asked=asked)

    async def _wait_out(self, part: Watched, answers: Answers, *, asked: float) -> None:
        """A question had no answer: return with the next answer, or when the part has ended, which is told elsewhere."""
        told = False
        while not _has_ended(part):
            if not told and time.monotonic() - asked > SILENT_SECONDS:
                self._say(_silent(part))
                told = True
                part.well.clear()
            await asyncio.sleep(ASK_AGAIN_AFTER_SECONDS)
            if await answers():
                break
        if told and not _has_ended(part):
            part.well.set()
            self._say(said(texts.ANSWERS_AGAIN, name=part.name, seconds=f"{time.monotonic() - asked:.0f}"))


def _has_ended(part: Watched) -> bool:
    child = part.child()
    return part.ended or (child is not None and not child.is_running())


def _silent(part: Watched) -> str:
    child = part.child()
    if child is None:
        return said(texts.SILENT, name=part.name)
    return said(texts.SILENT_PROCESS, name=part.name, pid=child.pid)
