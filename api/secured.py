"""Headers of every answer that tell browsers, and whoever passes answers on, to do nothing with them that nobody asked for.

What a route says itself stands. An answer is data: nothing in it is run, shown in a frame, guessed to be something else, or kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = tuple[tuple[bytes, bytes], ...]
_DATA: Final[Headers] = (
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# The page of the documentation runs a script of its own that stands in it; it shows what anybody may read.
_DOCUMENTATION: Final = (
    b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGES: Final[Mapping[str, bytes]] = {"/docs": _DOCUMENTATION}
_ONLY_BY_TLS: Final = (b"strict-transport-security", b"max-age=31536000")


class Secured:
    """Adds what an answer does not say. `by_tls`: whether people reach the service by https, and so never by http."""

    def __init__(self, app: ASGIApp, *, by_tls: bool) -> None:
        self._app = app
        self._headers = (*_DATA, _ONLY_BY_TLS) if by_tls else _DATA

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._completed(message.get("headers", ()), path=scope["path"])
            await send(message)

        await self._app(scope, receive, send_secured)

    def _completed(self, given: list[tuple[bytes, bytes]], *, path: str) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in given}
        page = _PAGES.get(path)
        if page is not None and b"content-security-policy" not in said:
            return self._completed([*given, (b"content-security-policy", page)], path="")
        return [*given, *(one for one in self._headers if one[0] not in said)]
