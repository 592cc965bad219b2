"""The keys of a key set (RFC 7517) that tokens may be checked with; all others are passed over, one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import AllowedPublicKeys

from api.tokens import Named

MOST_KEYS: Final = 100
SHORTEST_RSA_BITS: Final = 2048
RSA_ALGORITHMS: Final = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})
BY_CURVE: Final[Mapping[str, str]] = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"}
ALGORITHMS: Final = tuple(sorted(RSA_ALGORITHMS | set(BY_CURVE.values())))
"""Those a service may be told to accept: signatures by a private key. Shared secrets are none of them, nor is `none`."""
_OF_OTHERS: Final = frozenset({"d", "k"})


def keys_of(document: Mapping[str, Any], *, algorithms: frozenset[str]) -> dict[Named, AllowedPublicKeys]:
    """The usable keys of a key set, by id and by each algorithm they may be used with."""
    listed = document.get("keys")
    found: dict[Named, AllowedPublicKeys] = {}
    for jwk in (listed if isinstance(listed, list) else [])[:MOST_KEYS]:
        if isinstance(jwk, dict) and _is_for_signatures(jwk):
            found |= dict(_usable(jwk, algorithms & _possible(jwk)))
    return found


def _is_for_signatures(jwk: Mapping[str, Any]) -> bool:
    """Published to check signatures with: not for encryption, and no secret that somebody published by mistake."""
    operations = jwk.get("key_ops", ["verify"])
    is_checking = isinstance(operations, list) and "verify" in operations
    return jwk.get("use", "sig") == "sig" and is_checking and not _OF_OTHERS & jwk.keys()


def _possible(jwk: Mapping[str, Any]) -> frozenset[str]:
    """The algorithms a key of this type can serve; the one it names, if it names one."""
    curve = BY_CURVE.get(str(jwk.get("crv")))
    possible = RSA_ALGORITHMS if jwk.get("kty") == "RSA" else frozenset({curve} if curve else ())
    return possible & {jwk["alg"]} if isinstance(jwk.get("alg"), str) else possible


def _usable(jwk: dict[str, Any], algorithms: frozenset[str]) -> Iterator[tuple[Named, AllowedPublicKeys]]:
    id = jwk.get("kid")
    if not isinstance(id, str) or not id:
        return
    for algorithm in sorted(algorithms):
        try:
            key = jwt.PyJWK(jwk, algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue
        if not isinstance(key, RSAPublicKey) or key.key_size >= SHORTEST_RSA_BITS:
            yield Named(id, algorithm), key
