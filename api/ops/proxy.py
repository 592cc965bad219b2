"""Passes requests on to the Temporal UI and its answers back, as a stream. It asks that one address and no other.

Only headers that are named here go on, in either direction: no cookie, no token, nothing that is about one connection.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
from fastapi import Response
from fastapi.responses import JSONResponse, StreamingResponse

from api.edge import EdgeError, edge_error
from api.ops.addresses import no_page
from domain.refusals import Code

_ASKED_WITH: Final = (
    "accept", "accept-encoding", "accept-language", "content-type", "if-modified-since", "if-none-match", "range",
)  # fmt: skip
_ANSWERED_WITH: Final = (
    "accept-ranges", "cache-control", "content-encoding", "content-language", "content-length", "content-range",
    "content-security-policy", "content-type", "etag", "expires", "last-modified", "vary",
)  # fmt: skip
_POLICY: Final = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
"""The UI starts by a script in its page, and sets no policy below a path: what it can be kept from is to reach anybody else."""
_NEVER_CHANGES: Final = "/_app/immutable/"
"""Files of the UI whose names change with what is in them."""
_FOR_EVER: Final = "private, max-age=31536000, immutable"
_SETTINGS: Final = "/api/v1/settings"
CODEC: Final = "/ops/codec"
"""Where the pages of the UI have payloads decrypted: on their own origin, so that the cookie goes with it."""
_LONGEST_ANSWER_SECONDS: Final = 300
_LIMITS: Final = httpx.Limits(max_connections=64, max_keepalive_connections=16)


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds the UI may say nothing, before its answer or in the middle of it.

    It waits for news of a history for up to a minute; of all else nobody should, who wants to know what is wrong.
    """

    histories: float = 70.0
    all_else: float = 15.0

    def with_path(self, path: str) -> httpx.Timeout:
        """What a request for this path may take."""
        silent = self.histories if "history" in path or "events" in path else self.all_else
        return httpx.Timeout(5.0, connect=2.0, read=silent)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for the UI that was found good; path and query as they were sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


class TemporalUi:
    """The UI at one address. One per process; it connects when somebody looks."""

    def __init__(self, url: str, *, decoded_by: str = "", patience: Patience = Patience()) -> None:
        """url: scheme, host and path under which the UI serves, without a slash at the end; decoded_by: where it has payloads decrypted."""
        self._patience = patience
        self._own: dict[str, Any] = {
            "DisableWriteActions": True,
            **({"Codec": {"Endpoint": decoded_by}} if decoded_by else {}),
        }
        self._url = httpx.URL(url)
        self._http: httpx.AsyncClient | None = None
        # The UI wants a secret that its own pages know, against other sites; those are kept off by our cookie.
        self._secret = secrets.token_hex(16)

    async def answer(self, asked: Asked) -> Response:
        """What the UI answers. Raises EdgeError unavailable where it does not."""
        client = self._client()
        try:
            found = await client.send(self._request(client, asked), stream=True)
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise ui_away() from None
        if found.is_redirect:
            await found.aclose()
            raise no_page()
        if asked.path == _SETTINGS and found.status_code == httpx.codes.OK and asked.method == "GET":
            return await _with_settings(found, self._own)
        kept = _FOR_EVER if asked.path.startswith(_NEVER_CHANGES) and found.is_success else "private, no-cache"
        headers = {"cache-control": kept}
        headers |= {name: found.headers[name] for name in _ANSWERED_WITH if name in found.headers}
        return _Streamed(found, headers)

    def _request(self, client: httpx.AsyncClient, asked: Asked) -> httpx.Request:
        target = (
            self._url.raw_path
            + asked.path.encode("ascii")
            + (f"?{asked.query}".encode("ascii") if asked.query else b"")
        )
        headers = {name: asked.headers[name] for name in _ASKED_WITH if name in asked.headers}
        headers.setdefault("accept-encoding", "identity")
        if asked.method == "POST":
            headers |= {"cookie": f"_csrf={self._secret}", "x-csrf-token": self._secret}
        return client.build_request(
            asked.method,
            self._url.copy_with(raw_path=target),
            headers=headers,
            content=asked.body,
            timeout=self._patience.with_path(asked.path),
        )

    def _client(self) -> httpx.AsyncClient:
        if self._http is None:
            # Certificates are read only where they are needed: they are megabytes.
            verify = self._url.scheme == "https"
            self._http = httpx.AsyncClient(limits=_LIMITS, trust_env=False, verify=verify)
        return self._http

    async def stop(self) -> None:
        """Ask no more; what streams is broken off."""
        if self._http is not None:
            await self._http.aclose()


async def _with_settings(found: httpx.Response, own: dict[str, Any]) -> Response:
    """The settings of the UI, with which it offers nothing that would be refused here, and knows who decrypts."""
    try:
        settings = dict(json.loads(await found.aread()))
    except (httpx.HTTPError, ValueError, TypeError, OSError):
        raise ui_away() from None
    finally:
        await found.aclose()
    return JSONResponse(settings | own, headers={"Cache-Control": "no-store"})


class _Streamed(StreamingResponse):
    """An answer of the UI on its way, piece by piece and as it was packed."""

    def __init__(self, found: httpx.Response, headers: Mapping[str, str]) -> None:
        super().__init__(_pieces(found), status_code=found.status_code, headers=dict(headers))
        self.headers.append("Content-Security-Policy", _POLICY)
        self.headers["X-Content-Type-Options"] = "nosniff"
        self.headers["Referrer-Policy"] = "same-origin"


async def _pieces(found: httpx.Response) -> AsyncIterator[bytes]:
    """The body. An answer that never ends is ended: the UI asks again."""
    until = asyncio.get_running_loop().time() + _LONGEST_ANSWER_SECONDS
    try:
        async for piece in found.aiter_raw():
            yield piece
            if asyncio.get_running_loop().time() > until:
                return
    finally:
        await found.aclose()


def ui_away() -> EdgeError:
    """The UI does not answer."""
    return edge_error(Code.UNAVAILABLE, why="dashboard")
