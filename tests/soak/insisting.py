"""How callers behave in a soak: whoever hears nothing, or is told to come again, comes again with the same key or message.

So every request is settled in the end, done or refused, and what was done twice can be told from what was done once.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from typing import Final

import httpx

from tests.soak.ledger import Ledger

PATIENCE_SECONDS: Final = 120.0
AGAIN_AFTER_SECONDS: Final = 0.2
REPEATED_SHARE: Final = 0.1
"""So many of the answered requests are sent once more, as by somebody whose answer was lost."""
_KEY: Final = "idempotency-key"
_CHANGING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_UNKEYED: Final = frozenset({"/v1/channels"})
"""What is answered once only, as the answer holds a secret: a second time it is refused."""
_COME_AGAIN: Final = frozenset({"idempotency_in_progress", "unavailable"})


class Insisting(httpx.AsyncBaseTransport):
    """Sends each request until it has an answer that settles it, and writes that down in the ledger."""

    def __init__(self, ledger: Ledger, seed: random.Random, way: httpx.AsyncBaseTransport | None = None) -> None:
        self._ledger = ledger
        self._random = seed
        limits = httpx.Limits(max_connections=200, max_keepalive_connections=20)
        self._way = way or httpx.AsyncHTTPTransport(limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer that settles it; raises TimeoutError where there is none for two minutes."""
        await request.aread()
        keyed = request.method in _CHANGING and "webhook-id" not in request.headers
        if keyed:
            request.headers[_KEY] = str(uuid.UUID(int=self._random.getrandbits(128), version=4))
        answer = await self._settled(request)
        self._ledger.note(request, answer)
        if keyed and request.url.path not in _UNKEYED and answer.is_success and self._random.random() < REPEATED_SHARE:
            again = await self._settled(request)
            self._ledger.same(answer, again, what=f"{request.method} {request.url.path}")
        return answer

    async def _settled(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            answer = await self._sent(request)
            if answer is not None and answer.status_code >= 500 and answer.status_code != 503:
                self._ledger.wrong.append(f"{what} was answered {answer.status_code}: {answer.text[:300]}")
            if answer is not None and not _come_again(answer):
                return answer
            await asyncio.sleep(AGAIN_AFTER_SECONDS * self._random.uniform(0.5, 1.5))
        self._ledger.wrong.append(f"{what} was not settled within {PATIENCE_SECONDS:.0f} s")
        raise TimeoutError(what)

    async def _sent(self, request: httpx.Request) -> httpx.Response | None:
        """One answer; None where there was none, and nobody knows what was done."""
        self._ledger.requests += 1
        try:
            answer = await self._way.handle_async_request(request)
            await answer.aread()
        except httpx.TransportError:
            return None
        return answer

    async def aclose(self) -> None:
        """Close all connections."""
        await self._way.aclose()


def _come_again(answer: httpx.Response) -> bool:
    if answer.status_code >= 500:
        return True
    return answer.status_code == 409 and answer.json().get("code") in _COME_AGAIN
