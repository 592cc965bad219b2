"""The keys of an OpenID Connect issuer: fetched by its discovery document, kept, and fetched again when they may have changed.

No request waits for the issuer but the one whose token names a key that is not known, and that one not long. While the issuer
is away its keys stay in use, for a day at most. Own code, because the key client of PyJWT blocks the loop it runs in.
Sources: OpenID Connect Discovery 1.0; RFC 7517 (keys), RFC 8725.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import structlog
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import AllowedPublicKeys

from api.edge import edge_error
from api.oidc_jwk import keys_of
from api.secure_urls import is_secure
from api.tokens import Named
from domain.refusals import Code

_log = structlog.get_logger()
FRESH_SECONDS: Final = 300.0
"""Keys older than this are fetched again, beside the requests that use them."""
PAUSE_SECONDS: Final = 5.0
"""The issuer is asked no more often than this, whatever keys tokens name."""
LONGEST_STALE_SECONDS: Final = 86_400.0
"""While the issuer is away its keys count that long: who holds it away does not keep a stolen key alive for ever."""
ASKING_SECONDS: Final = 5.0
MOST_BYTES: Final = 512 * 1024
WELL_KNOWN: Final = "/.well-known/openid-configuration"


class IssuerAway(Exception):
    """The issuer did not answer, or not as an issuer does; the message is a word for the log."""


class IssuerKeys:
    """The keys of one issuer, for one process."""

    def __init__(
        self,
        issuer: str,
        *,
        algorithms: frozenset[str],
        loopback: bool,
        http: httpx.AsyncClient | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """loopback: whether http is good enough for addresses of this machine, as it is outside production."""
        self._issuer = issuer
        self._algorithms = algorithms
        self._loopback = loopback
        self._http = http or httpx.AsyncClient(timeout=httpx.Timeout(3.0, connect=2.0), follow_redirects=False)
        self._clock = clock
        self._keys: Mapping[Named, AllowedPublicKeys] = {}
        self._version = 0
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._asking: asyncio.Task[None] | None = None

    def version(self) -> int:
        """The number of the set of keys in use. What has grown old is fetched again, without waiting for it."""
        if self._is_older_than(FRESH_SECONDS):
            self.ask_soon()
        return -1 if self._is_older_than(LONGEST_STALE_SECONDS) else self._version

    async def find(self, named: Named) -> AllowedPublicKeys | None:
        """The key a token names; None if the issuer has none like it. Raises EdgeError unavailable if it cannot be asked."""
        self.version()
        if named not in self._usable:
            asking = self.ask_soon()
            if asking is not None:
                await asyncio.shield(asking)
        key = self._usable.get(named)
        if key is None and not self.is_known:
            raise edge_error(Code.UNAVAILABLE)
        return key

    @property
    def is_known(self) -> bool:
        """Whether the issuer answered when it was last asked, and not too long ago."""
        answered = self._fetched_at is not None and self._asked_at is not None and self._fetched_at >= self._asked_at
        return answered and not self._is_older_than(LONGEST_STALE_SECONDS)

    @property
    def _usable(self) -> Mapping[Named, AllowedPublicKeys]:
        return {} if self._is_older_than(LONGEST_STALE_SECONDS) else self._keys

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at > seconds

    def ask_soon(self) -> asyncio.Task[None] | None:
        """Ask the issuer, once for all who want to know; None where it was asked a moment ago."""
        if self._asking is not None and not self._asking.done():
            return self._asking
        if self._asked_at is not None and self._clock() - self._asked_at < PAUSE_SECONDS:
            return None
        self._asked_at = self._clock()
        self._asking = asyncio.create_task(self._ask())
        return self._asking

    async def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
        await self._http.aclose()

    async def _ask(self) -> None:
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                keys = await self._fetch()
        except (IssuerAway, OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as away:
            # What others say of a failure may name addresses; only words of our own go into the log.
            why = str(away) if isinstance(away, IssuerAway) else None
            _log.warning("sign_in.issuer_away", error=type(away).__name__, why=why)
            return
        if _fingerprints(keys) != _fingerprints(self._keys):
            self._version += 1
        self._keys, self._fetched_at = keys, self._clock()

    async def _fetch(self) -> Mapping[Named, AllowedPublicKeys]:
        document = await self._get(self._issuer.rstrip("/") + WELL_KNOWN)
        if document.get("issuer") != self._issuer:
            raise IssuerAway("other_issuer")
        address = document.get("jwks_uri")
        if not isinstance(address, str) or not is_secure(address, loopback=self._loopback):
            raise IssuerAway("insecure_keys")
        keys = keys_of(await self._get(address), algorithms=self._algorithms)
        if not keys:
            raise IssuerAway("no_keys")
        return keys

    async def _get(self, address: str) -> dict[str, Any]:
        """A JSON object from an address: small, from there and nowhere else."""
        content = bytearray()
        headers = {"accept": "application/json", "accept-encoding": "identity"}
        async with self._http.stream("GET", address, headers=headers) as answer:
            if answer.status_code != httpx.codes.OK:
                raise IssuerAway(f"status_{answer.status_code}")
            async for chunk in answer.aiter_raw():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise IssuerAway("too_large")
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            raise IssuerAway("no_json") from None
        if not isinstance(found, dict):
            raise IssuerAway("no_object")
        return found


def _fingerprints(keys: Mapping[Named, AllowedPublicKeys]) -> dict[Named, bytes]:
    return {named: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for named, key in keys.items()}
