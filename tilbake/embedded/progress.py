"""Telling a person that something long is going on: one line that moves in a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

Say = Callable[[str], None]
PLAIN_EVERY_SECONDS = 15.0


def say_to_terminal(line: str) -> None:
    """The usual `Say`: standard output, at once even in a pipe."""
    print(line, flush=True)


def say_nothing(line: str) -> None:
    """A `Say` for tests."""


class Elapsed:
    """Call `tick` often while waiting; it shows `text` with the seconds so far without flooding anything."""

    def __init__(self, text: str, say: Say) -> None:
        self._text = text
        self._say = say
        self._started = self._told = time.monotonic()
        self._moving = say is say_to_terminal and sys.stdout.isatty()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def tick(self) -> None:
        now = time.monotonic()
        if self._moving:
            print(f"\r{self._text} {self.seconds:4.0f} s", end="", flush=True)
        elif now - self._told >= PLAIN_EVERY_SECONDS:
            self._told = now
            self._say(f"{self._text} {self.seconds:.0f} s")

    def finish(self) -> None:
        """Leave the moving line standing, so that what follows begins on a line of its own."""
        if self._moving:
            print(flush=True)
