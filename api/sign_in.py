"""Who is calling: bearer tokens of the issuer that the settings name, checked whole, and remembered until they expire.

An algorithm is never taken from the token, a key never from anywhere but the issuer, and no token is worth an exception.
Source: API contract, Sign-in.
"""

import time
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import jwt
from jwt.algorithms import AllowedPublicKeys

from api.edge import EdgeError, edge_error
from api.local_issuer import ALGORITHM, AUDIENCE, ISSUER, issuer_key, key_id
from api.tokens import Named, SignedIn, TokenRules, Valid, claims_of, named_key, read_claims
from domain.refusals import Code

LONGEST_TOKEN = 8192
MOST_REMEMBERED = 1000


class Keys(Protocol):
    """Where the keys of an issuer come from."""

    def version(self) -> int:
        """Another number whenever another set of keys is in use: what was checked with the old set is checked again."""

    async def find(self, named: Named) -> AllowedPublicKeys | None:
        """The key a token names; None if the issuer has no such key. Raises EdgeError unavailable if it cannot be asked."""


class TokenVerifier:
    """Tells whom a token stands for. One per process."""

    def __init__(self, keys: Keys, rules: TokenRules, *, clock: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._rules = rules
        self._clock = clock
        self._remembered: dict[str, tuple[Valid, int]] = {}
        """Tokens that were good, with the set of keys that said so."""

    async def verify(self, token: str) -> SignedIn | None:
        """Whom it stands for, or None for anything but a valid token. Raises as `valid` does."""
        valid = await self.valid(token)
        return None if valid is None else valid.who

    async def valid(self, token: str) -> Valid | None:
        """Whom it stands for and until when, or None for anything but a valid token.

        Raises EdgeError unavailable where it names a key that is not known while the issuer cannot be asked; nothing else.
        """
        valid, version = self._remembered.get(token, (None, None))
        if version is None or version != self._keys.version():
            valid = await self._checked(token)
            self._remember(token, valid)
        if valid is None or valid.expires_at <= self._clock() - self._rules.leeway_seconds:
            self._remembered.pop(token, None)
            return None
        return valid

    async def _checked(self, token: str) -> Valid | None:
        """Everything that needs no key comes first, so that nobody has the issuer asked by a token that is wrong anyway."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        try:
            named = named_key(token, self._rules)
            valid = None if named is None else read_claims(claims_of(token), self._rules, now=self._clock())
            if named is None or valid is None:
                return None
            key = await self._keys.find(named)
            if key is None:
                return None
            claims_of(token, key=key, algorithm=named.algorithm)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        return valid

    def _remember(self, token: str, valid: Valid | None) -> None:
        self._remembered.pop(token, None)
        if valid is None:
            return
        while len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)), None)
        self._remembered[token] = (valid, self._keys.version())


class _OneKey:
    """The key of the local issuer: read when a token first asks for it, and the same while the process runs."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def version(self) -> int:
        return 0

    async def find(self, named: Named) -> AllowedPublicKeys | None:
        return self._keys.get(named)

    @cached_property
    def _keys(self) -> dict[Named, AllowedPublicKeys]:
        public = issuer_key(self._path).public_key()
        return {Named(key_id(public), ALGORITHM): public}


def local_verifier(key_path: Path, *, clock: Callable[[], float] = time.time) -> TokenVerifier:
    """Of tokens of the local issuer. Its key is read when it is first needed, and made if there is none."""
    rules = TokenRules(issuer=ISSUER, audience=AUDIENCE, algorithms=frozenset({ALGORITHM}), leeway_seconds=0)
    return TokenVerifier(_OneKey(key_path), rules, clock=clock)


async def signed_in(authorizations: Sequence[str], *, verifier: TokenVerifier) -> SignedIn:
    """Whom the one Authorization header stands for; with two, nobody knows who was meant.

    Raises EdgeError unauthenticated, without saying what was wrong.
    """
    scheme, _, token = (authorizations[0] if len(authorizations) == 1 else "").partition(" ")
    who = await verifier.verify(token.strip()) if scheme.lower() == "bearer" else None
    if who is None:
        raise unauthenticated()
    return who


def unauthenticated() -> EdgeError:
    """The one answer to a missing, wrong or expired token."""
    return edge_error(Code.UNAUTHENTICATED)
