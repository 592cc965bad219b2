"""Kills the processes of a stack at random, by SIGKILL and by their ids, as often as the stack promises to start them again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.soak.ledger import Ledger
from tilbake.watch import CALM_SECONDS

PAUSE_SECONDS: Final = (1.0, 7.0)
RESTED_SECONDS: Final = 1.1 * CALM_SECONDS
IN_A_ROW: Final = 3
"""A part that is started again more often than this, without having run for a minute, is near to what ends the stack."""
SEVERAL_SHARE: Final = 0.25
"""So often two or three are killed at the same moment."""


@dataclass(slots=True)
class _Part:
    """What was done to one part so far."""

    in_a_row: int = 0
    kills: int = 0

    def may_be_killed(self, ran_seconds: float) -> bool:
        """Whether the stack would start it again without being near its limit."""
        return self.in_a_row < IN_A_ROW or ran_seconds > RESTED_SECONDS

    def count(self, ran_seconds: float) -> None:
        """It ends now, after so long."""
        self.in_a_row = 1 if ran_seconds > RESTED_SECONDS else self.in_a_row + 1


@dataclass(slots=True)
class Killer:
    """Kills parts of the stack whose processes are written down in this directory; `spared` are left alone.

    leaning: parts that may end by themselves when another is killed, which counts as if they were killed, too.
    """

    processes: Path
    ledger: Ledger
    random: random.Random
    leaning: Mapping[str, Sequence[str]] = field(default_factory=dict)
    spared: frozenset[str] = frozenset({"temporal-ui"})
    _parts: dict[str, _Part] = field(default_factory=dict)

    async def go_on(self, until: float) -> None:
        """Kill now and then until that time of time.monotonic()."""
        while (left := until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, self.random.uniform(*PAUSE_SECONDS)))
            number = self.random.choice([2, 3]) if self.random.random() < SEVERAL_SHARE else 1
            for name in self._victims(number):
                self._kill(name)

    def told(self) -> str:
        """How often each was killed."""
        return ", ".join(f"{name} {part.kills}" for name, part in sorted(self._parts.items()))

    def _victims(self, number: int) -> list[str]:
        known = sorted(path.name for path in self.processes.iterdir() if path.name not in self.spared)
        fit = [name for name in known if self._part(name).may_be_killed(self._ran_seconds(name))]
        return self.random.sample(fit, min(number, len(fit)))

    def _kill(self, name: str) -> None:
        """The process that is written down now; one that is being started again is killed on its way up."""
        words = (self.processes / name).read_text().split()
        ran = {hit: self._ran_seconds(hit) for hit in (name, *self.leaning.get(name, ()))}
        if len(words) != 2 or not words[0].isdigit() or not _is_ours(int(words[0])):
            return
        with suppress(ProcessLookupError):
            os.kill(int(words[0]), signal.SIGKILL)
            self._part(name).kills += 1
            for hit, seconds in ran.items():
                self._part(hit).count(seconds)
            self.ledger.kills += 1

    def _part(self, name: str) -> _Part:
        return self._parts.setdefault(name, _Part())

    def _ran_seconds(self, name: str) -> float:
        """For how long the process has run that is written down now: as long as the stack itself would say, whatever its start took."""
        return time.time() - (self.processes / name).stat().st_mtime


def _is_ours(pid: int) -> bool:
    """Whether such a process runs; a zombie has been killed already."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
