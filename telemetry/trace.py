"""Which trace what happens now belongs to, as W3C Trace Context names it, and the ids that log events carry with it.

Standard library only: every process has this, whether anybody collects traces or not.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

_VERSION_0: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_LATER: Final = re.compile(r"(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_NO_TRACE: Final = "0" * 32
_NO_SPAN: Final = "0" * 16


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: the trace, the span that is under way, and whether its spans are collected."""

    trace_id: str
    span_id: str
    sampled: bool = True

    @property
    def traceparent(self) -> str:
        """As it is handed on."""
        return f"00-{self.trace_id}-{self.span_id}-0{int(self.sampled)}"

    def child(self) -> Trace:
        """A new span of the same trace."""
        return replace(self, span_id=secrets.token_hex(8))


def new_trace() -> Trace:
    """The beginning of a trace of its own."""
    return Trace(secrets.token_hex(16), secrets.token_hex(8))


def trace_of(traceparent: str | None) -> Trace | None:
    """The trace that a traceparent names; None where it is none, or not a valid one.

    Source: W3C Trace Context, 3.2.2: a later version may have more after what version 00 has, ids of zeros are none.
    """
    found = _VERSION_0.fullmatch(traceparent or "") or _LATER.fullmatch(traceparent or "")
    if found is None or found[1] == _NO_TRACE or found[2] == _NO_SPAN:
        return None
    return Trace(found[1], found[2], sampled=bool(int(found[3], 16) & 1))


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
_ids: ContextVar[Mapping[str, str]] = ContextVar("ids", default=MappingProxyType({}))


def current() -> Trace | None:
    """The trace of what happens now."""
    return _current.get()


def carried() -> str | None:
    """The traceparent of what happens now, to be kept with what is told later."""
    now = _current.get()
    return None if now is None else now.traceparent


def enter(trace: Trace | None, **ids: str | None) -> None:
    """From here to the end of this task everything belongs to a trace and is about these things."""
    _current.set(trace)
    about(**ids)


def about(**ids: str | None) -> None:
    """From here to the end of this task, log events name these ids, too."""
    _ids.set({**_ids.get(), **{name: id for name, id in ids.items() if id is not None}})


@contextmanager
def within(trace: Trace | None, **ids: str | None) -> Iterator[None]:
    """What happens inside belongs to a trace and is about these things."""
    before, before_ids = _current.set(trace), _ids.set(_ids.get())
    about(**ids)
    try:
        yield
    finally:
        _current.reset(before)
        _ids.reset(before_ids)


def add_ids(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A step of the logs: every event says which trace it belongs to and what it is about, unless it says so itself."""
    trace = _current.get()
    if trace is not None:
        event.setdefault("trace_id", trace.trace_id)
        event.setdefault("span_id", trace.span_id)
    for name, id in _ids.get().items():
        event.setdefault(name, id)
    return event
