"""Who is calling: bearer tokens of the local issuer, checked whole, and remembered until they expire.

An algorithm is never taken from the token, a key never from anywhere but the issuer, and no token is worth an exception.
Source: API contract, Sign-in.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.edge import EdgeError, edge_error
from api.local_issuer import ALGORITHM, AUDIENCE, ISSUER, issuer_key, key_id
from api.models.fields import PERSON_ID
from domain.refusals import Code

LONGEST_TOKEN = 4096
MOST_REMEMBERED = 1000
_REQUIRED = ["iss", "aud", "sub", "iat", "exp"]
_PERSON = re.compile(PERSON_ID)


class TokenVerifier:
    """Tells the person a token stands for. One per process; its key is read when it is made."""

    def __init__(self, key_path: Path, *, clock: Callable[[], float] = time.time) -> None:
        public = issuer_key(key_path).public_key()
        self._keys: Mapping[str, Ed25519PublicKey] = {key_id(public): public}
        self._clock = clock
        self._remembered: dict[str, tuple[str, int]] = {}

    def verify(self, token: str) -> str | None:
        """The id of the person, or None for anything but a valid token. Never raises."""
        known = self._remembered.get(token)
        if known is None:
            known = self._checked(token)
            if known is None:
                return None
            self._remember(token, known=known)
        person, expires_at = known
        if self._clock() < expires_at:
            return person
        self._remembered.pop(token, None)
        return None

    def _checked(self, token: str) -> tuple[str, int] | None:
        if len(token) > LONGEST_TOKEN or not token.isascii():
            return None
        try:
            claims = self._claims(token)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        person, expires_at, issued_at = (claims.get(name) for name in ("sub", "exp", "iat"))
        if type(expires_at) is not int or type(issued_at) is not int or issued_at > self._clock() + 1:
            return None
        return (person, expires_at) if isinstance(person, str) and _PERSON.fullmatch(person) else None

    def _claims(self, token: str) -> dict[str, Any]:
        key = self._keys.get(str(jwt.get_unverified_header(token).get("kid")))
        if key is None:
            raise jwt.InvalidKeyError
        return jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            # both times are compared with our own clock above
            options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "strict_aud": True},
        )

    def _remember(self, token: str, *, known: tuple[str, int]) -> None:
        while len(self._remembered) >= MOST_REMEMBERED:
            self._remembered.pop(next(iter(self._remembered)), None)
        self._remembered[token] = known


def signed_in(authorization: str | None, *, verifier: TokenVerifier) -> str:
    """The person of an Authorization header. Raises EdgeError unauthenticated, without saying what was wrong."""
    scheme, _, token = (authorization or "").partition(" ")
    person = verifier.verify(token.strip()) if scheme.lower() == "bearer" else None
    if person is None:
        raise unauthenticated()
    return person


def unauthenticated() -> EdgeError:
    """The one answer to a missing, wrong or expired token."""
    return edge_error(Code.UNAUTHENTICATED)
