"""Every request is in a trace: that of its traceparent (W3C Trace Context), else one of its own; and every answer is counted.

Routes are told by their templates, so that no id and nothing that somebody wrote stands in a log, a span or a figure.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from telemetry.spans import Kind, Span, span
from telemetry.trace import Trace, trace_of

_log = structlog.get_logger()
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_NO_ROUTE: Final = "none"
_FIRST_SERVER_FAULT: Final = 500
_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Handled:
    """A request that was answered; `seconds` are None for a stream, which lasts as long as its reader wants."""

    method: str
    route: str
    status: int
    seconds: float | None


Count = Callable[[Handled], None]


def count_nothing(_handled: Handled) -> None:
    """Nobody counts."""


class Observed:
    """The outermost step of every request."""

    def __init__(self, app: ASGIApp, *, count: Count) -> None:
        self._app = app
        self._count = count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request as a span of its trace."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answer = _Answer(send)
        with span("http", Kind.SERVER, parent=_trace_of(scope)) as under_way:
            try:
                await self._app(scope, receive, answer.send)
            finally:
                seconds = None if answer.is_stream else time.perf_counter() - began
                self._tell(under_way, Handled(_method_of(scope), _route_of(scope), answer.status, seconds))

    def _tell(self, under_way: Span, handled: Handled) -> None:
        under_way.name = f"{handled.method} {handled.route}"
        under_way.note(
            {
                "http.request.method": handled.method,
                "http.route": handled.route,
                "http.response.status_code": handled.status,
            }
        )
        if handled.status >= _FIRST_SERVER_FAULT:
            under_way.failed = str(handled.status)
        self._count(handled)
        took = None if handled.seconds is None else round(handled.seconds * 1000, 1)
        _log.debug("http.handled", method=handled.method, route=handled.route, status=handled.status, duration_ms=took)


class _Answer:
    """Looks at an answer as it goes out. One that never began counts as broken off: 499, as proxies have it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 499
        self.is_stream = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self.is_stream = Headers(raw=message["headers"]).get("content-type", "").startswith(_STREAM)
        await self._send(message)


def _trace_of(scope: Scope) -> Trace | None:
    """The trace a caller names; one that is named twice is none."""
    named = Headers(scope=scope).getlist("traceparent")
    return trace_of(named[0]) if len(named) == 1 else None


def _method_of(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in _METHODS else "other"


def _route_of(scope: Scope) -> str:
    return str(getattr(scope.get("route"), "path", _NO_ROUTE))
