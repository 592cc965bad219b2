"""What a failure may say in logs and in Temporal: its kind and its places; its words only where they are known to hold no values."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

_PLACES: Final = 25
_TELLING_ROOMS: Final = ("asyncpg.", "temporalio.")
"""The words of these are names of constraints, states and addresses; values are taken out by store.faults before."""


def is_telling(error: BaseException) -> bool:
    """Whether the words of a failure may be shown."""
    return isinstance(error, OSError) or type(error).__module__.startswith(_TELLING_ROOMS)


def all_telling(error: BaseException) -> bool:
    """Whether the words of a failure and of all that led to it may be shown."""
    return all(is_telling(one) for one in _chain(error))


def places_of(error: BaseException) -> list[str]:
    """Where an exception passed, without the values it carries: those may be personal or secret."""
    frames = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def described(error: BaseException) -> list[dict[str, Any]]:
    """A failure and what led to it, the last first."""
    return [
        {"type": type(one).__name__, **({"text": str(one)} if is_telling(one) else {}), "at": places_of(one)}
        for one in _chain(error)
    ]


def described_info(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> list[dict[str, Any]]:
    """The same of what sys.exc_info() says: how structlog asks."""
    return described(exc_info[1])


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
