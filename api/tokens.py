"""What a token must say to stand for a person, whoever issued it. Pure: no key is looked for and no clock read here.

Sources: API contract, Sign-in; RFC 7519 (claims), RFC 8693 (`act`, the client that acts), RFC 8725 (what to beware of).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt
from jwt.algorithms import AllowedPublicKeys

from api.models.fields import PERSON_ID

_PERSON: Final = re.compile(PERSON_ID)
# Other types mean something else by the same claims: a logout or a security event is no sign-in.
_TYPES: Final = frozenset({"jwt", "at+jwt"})
# A header that changes how the rest is to be read is refused, not ignored.
_CHANGES_READING: Final = frozenset({"crit", "b64", "zip", "cty", "enc"})
_NEVER: Final = 10**11
_UNCHECKED: Final[Any] = {"verify_signature": False}
_SIGNATURE_ONLY: Final[Any] = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
    "enforce_minimum_key_length": True,
}


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What a service accepts.

    administrator: the value that stands for the person `admin`; None where `admin` stands for itself.
    clients: service accounts that may act for people. acted_for_claim names the person in a token of their own.
    """

    issuer: str
    audience: str
    algorithms: frozenset[str]
    leeway_seconds: int
    person_claim: str = "sub"
    administrator: str | None = None
    clients: frozenset[str] = frozenset()
    acted_for_claim: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in: the person, and the client that acts for them if it does not speak with their own token."""

    person: str
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """The key a token names: its id, and the algorithm it is to be used with."""

    id: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Valid:
    """What a token says that breaks no rule, and until when (seconds since 1970)."""

    who: SignedIn
    expires_at: int


def named_key(token: str, rules: TokenRules) -> Named | None:
    """The key a token names; None where no key could make it good. Raises what jwt raises for what is no token."""
    header = jwt.get_unverified_header(token)
    id, algorithm, type = header.get("kid"), header.get("alg"), header.get("typ", "JWT")
    if not isinstance(id, str) or not id or algorithm not in rules.algorithms or _CHANGES_READING & header.keys():
        return None
    if not isinstance(type, str) or type.lower().removeprefix("application/") not in _TYPES:
        return None
    return Named(id, algorithm)


def claims_of(token: str, *, key: AllowedPublicKeys | None = None, algorithm: str = "") -> dict[str, Any]:
    """The claims, and with a key that they are signed by it. Raises what jwt raises where they are not."""
    if key is None:
        return jwt.decode(token, options=_UNCHECKED)
    return jwt.decode(token, key, algorithms=[algorithm], options=_SIGNATURE_ONLY)


def read_claims(claims: Mapping[str, Any], rules: TokenRules, *, now: float) -> Valid | None:
    """Whom claims stand for, if they are of this issuer, for this service, and of this time."""
    if claims.get("iss") != rules.issuer or rules.audience not in _texts(claims.get("aud")):
        return None
    expires_at, issued_at = _moment(claims.get("exp")), _moment(claims.get("iat"))
    begins_at = _moment(claims["nbf"]) if "nbf" in claims else issued_at
    if expires_at is None or issued_at is None or begins_at is None:
        return None
    if expires_at + rules.leeway_seconds <= now or max(issued_at, begins_at) > now + max(rules.leeway_seconds, 1):
        return None
    who = _who(claims, rules)
    return None if who is None else Valid(who, expires_at)


def _texts(value: object) -> frozenset[str]:
    """One text or a list of them; nothing where there is anything else."""
    values = value if isinstance(value, list) else [value]
    texts = frozenset(one for one in values if isinstance(one, str))
    return texts if len(texts) == len(values) else frozenset()


def _moment(value: object) -> int | None:
    """Seconds since 1970; issuers give them whole or with a fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < _NEVER else None


def _who(claims: Mapping[str, Any], rules: TokenRules) -> SignedIn | None:
    """The person, and the service account that acts for them: by `act`, or by a claim of its own token."""
    subject, actor = claims.get("sub"), claims.get("act")
    if not isinstance(subject, str):
        return None
    if subject in rules.clients:
        named = rules.acted_for_claim and claims.get(rules.acted_for_claim)
        return _signed_in(named, rules, client=subject) if actor is None else None
    if actor is None:
        return _signed_in(claims.get(rules.person_claim), rules, client=None)
    client = actor.get("sub") if isinstance(actor, dict) else None
    return _signed_in(claims.get(rules.person_claim), rules, client=client) if client in rules.clients else None


def _signed_in(name: object, rules: TokenRules, *, client: str | None) -> SignedIn | None:
    if not isinstance(name, str):
        return None
    if rules.administrator is not None and name in {rules.administrator, "admin"}:
        return SignedIn("admin", client) if name == rules.administrator else None
    return SignedIn(name, client) if _PERSON.fullmatch(name) else None
