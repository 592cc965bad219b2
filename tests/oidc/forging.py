"""Tokens that no issuer would sign: written by hand, or signed by the wrong key."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.oidc.issuer import Issuer, new_key

_WRITTEN_BY_HAND: Final = frozenset({"kid", "typ", "crit", "b64"})


def made(issuer: Issuer, changes: Mapping[str, Any]) -> str:
    """A token with changes; what its maker would refuse to write is written by hand. `raw` are claims as they are."""
    wanted: dict[str, Any] = json.loads(json.dumps(changes).replace("{issuer}", issuer.url))
    raw, headers = wanted.pop("raw", {}), wanted.pop("headers", {})
    if not raw and not _WRITTEN_BY_HAND & headers.keys() and isinstance(wanted.get("iss", ""), str | None):
        return issuer.token(headers=headers, **wanted)
    head = {"alg": "RS256", "typ": "JWT", "kid": "first"} | headers
    claims = issuer.claims(**wanted) | raw
    return by_hand(issuer, {name: value for name, value in head.items() if value is not None}, claims)


def by_hand(issuer: Issuer, head: Mapping[str, Any], claims: object) -> str:
    """A token of any head and claims, signed by the first key."""
    signed = f"{as_part(head)}.{as_part(claims)}"
    signature = jwt.get_algorithm_by_name("RS256").sign(signed.encode(), issuer.keys["first"])
    return f"{signed}.{encoded(signature)}"


def as_part(value: object) -> str:
    """A part of a token that says this."""
    return encoded(json.dumps(value).encode())


def encoded(value: bytes) -> str:
    """Bytes as a part of a token."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _with_part(token: str, place: int, part: str) -> str:
    parts = token.split(".")
    parts[place] = part
    return ".".join(parts)


def _by_a_stranger(issuer: Issuer, **head: object) -> str:
    return jwt.encode(issuer.claims(), new_key("RS256"), "RS256", headers={"kid": "first", **head})


def _by_the_public_key(issuer: Issuer) -> str:
    """Signed with what everybody can read, in the hope that it is taken for a shared secret."""
    public = issuer.keys["first"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{as_part({'alg': 'HS256', 'kid': 'first'})}.{as_part(issuer.claims())}".encode()
    hmac = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    return f"{signed.decode()}.{encoded(hmac.sign(signed, public))}"


def _unsigned(issuer: Issuer, algorithm: str) -> str:
    return f"{as_part({'alg': algorithm, 'kid': 'first'})}.{as_part(issuer.claims())}."


def _encrypted(_issuer: Issuer) -> str:
    return f"{as_part({'alg': 'RSA-OAEP', 'enc': 'A256GCM', 'kid': 'first'})}.a.b.c.d"


OWN_KEY: Final = {"kty": "RSA", "n": "AQAB", "e": "AQAB"}
FORGED: Final[Mapping[str, Callable[[Issuer], str]]] = {
    "unsigned": lambda issuer: _unsigned(issuer, "none"),
    "unsigned, spelled otherwise": lambda issuer: _unsigned(issuer, "nOnE"),
    "unsigned, but of a good algorithm": lambda issuer: _unsigned(issuer, "RS256"),
    "the public key as a secret": _by_the_public_key,
    "signed by a stranger": _by_a_stranger,
    "a key of its own": lambda issuer: _by_a_stranger(issuer, jwk=OWN_KEY),
    "another payload": lambda issuer: _with_part(issuer.token(), 1, as_part(issuer.claims("mia"))),
    "a cut signature": lambda issuer: issuer.token()[:-8],
    "a head that is no JSON": lambda issuer: _with_part(issuer.token(), 0, encoded(b"{")),
    "a head that is a list": lambda issuer: _with_part(issuer.token(), 0, as_part([])),
    "a payload that is a list": lambda issuer: by_hand(issuer, {"alg": "RS256", "kid": "first"}, []),
    "a payload nested without end": lambda issuer: _with_part(issuer.token(), 1, encoded(b"[" * 4000)),
    "encrypted": _encrypted,
    "the local issuer": lambda issuer: issuer.token(iss="tilbake-local", aud="tilbake"),
    "very long": lambda issuer: issuer.token(padding="x" * 20_000),
    "no ASCII": lambda _issuer: "\xe5.\xe5.\xe5",
    "dots": lambda _issuer: "...",
}
