"""Spans: what was done in a trace, when, and how long it took. Collected where somebody records them, else only counted on.

Names and attributes say operations, routes and ids of ours: never a value that a person wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from enum import Enum
from typing import Final, Protocol

from telemetry.trace import Trace, current, new_trace, within

Attributes = Mapping[str, str | int]


class Kind(Enum):
    """On which side of a call a span is."""

    SERVER = "server"
    CLIENT = "client"
    PRODUCER = "producer"
    CONSUMER = "consumer"


class Recorded(Protocol):
    """A span that is being recorded."""

    @property
    def trace(self) -> Trace:
        """Its place in the trace."""

    def end(self, name: str, attributes: Attributes, *, failed: str | None) -> None:
        """It is over, under the name it has by now; `failed` is the kind of what went wrong."""


Recorder = Callable[[str, Kind, Trace | None], Recorded]
"""Begins to record a span of a name and kind, below a place in a trace, or as a trace of its own."""


class _Recording:
    """Who records in this process, if anybody does."""

    by: Recorder | None = None
    stop: Callable[[], None] | None = None


def record(by: Recorder | None, *, stop: Callable[[], None] | None = None) -> None:
    """From now on spans are recorded so; None: not at all. `stop` sends what is left, and waits for it."""
    _Recording.by, _Recording.stop = by, stop


def stop_recording() -> None:
    """Send what is left. Waits for the receiver, as long as the recorder does."""
    if _Recording.stop is not None:
        _Recording.stop()
    record(None)


class Span:
    """A span while it is under way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.failed: str | None = None
        self._attributes: dict[str, str | int] = {}

    @property
    def attributes(self) -> Attributes:
        """What is said of it."""
        return self._attributes

    def note(self, attributes: Attributes) -> None:
        """Say more of it, under the names that OpenTelemetry gives such things where it has one."""
        self._attributes.update(attributes)


_NO_PARENT: Final = "none given"


@contextmanager
def span(name: str, kind: Kind, *, parent: Trace | str | None = _NO_PARENT, **ids: str | None) -> Iterator[Span]:
    """Something that is done now, below `parent`, by default what is under way; `ids` are for the log events inside.

    With None as its parent it begins a trace of its own.
    """
    above = current() if isinstance(parent, str) else parent
    under_way = Span(name)
    recorded = None if _Recording.by is None else _Recording.by(name, kind, above)
    trace = recorded.trace if recorded else (above.child() if above else new_trace())
    try:
        with within(trace, **ids):
            yield under_way
    except BaseException as error:
        under_way.failed = under_way.failed or type(error).__name__
        raise
    finally:
        if recorded is not None:
            recorded.end(under_way.name, under_way.attributes, failed=under_way.failed)


def watching() -> Callable[[str], AbstractContextManager[None]] | None:
    """What watches the statements of a database in this process; None where nobody records."""
    return statement if is_recording() else None


def is_recording() -> bool:
    """Whether somebody records: who makes spans of very many small things asks first."""
    return _Recording.by is not None


@contextmanager
def statement(operation: str) -> Iterator[None]:
    """A statement of SQL that runs now, by its verb and table. One of no trace, as those that look for work, is none of a span."""
    if current() is None:
        yield
        return
    with span(operation, Kind.CLIENT) as under_way:
        under_way.note({"db.system.name": "postgresql"})
        yield
