"""Long work in turns: a request of thousands of lines must not keep those of others waiting.

A process does one thing at a time. What is short is done at once; what is long is read in parts, or thought about in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeVar

ResultT = TypeVar("ResultT")
_AT_ONCE: Final = 500


def parts(values: Sequence[str]) -> Iterator[list[str]]:
    """Values in parts that are read and turned into objects at once."""
    for start in range(0, len(values), _AT_ONCE):
        yield list(values[start : start + _AT_ONCE])


async def aside(lines: int, think: Callable[[], ResultT]) -> ResultT:
    """The result of work on so many lines that asks nobody and changes nothing: if they are many, in a thread."""
    return await asyncio.to_thread(think) if lines > _AT_ONCE else think()
