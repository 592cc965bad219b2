"""The issuer as a test directs it: it holds the private keys, signs tokens, and tells the process what to publish."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from tests.folders import new_folder
from tests.waiting import eventually
from tilbake.embedded.ports import free_ports
from tilbake.embedded.processes import Child, Launch, spawn

AUDIENCE = "tilbake-api"
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
ROOT = Path(__file__).resolve().parents[2]


def new_key(algorithm: str, *, bits: int = 2048) -> Any:
    """A private key for an algorithm."""
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def published(private: Any, id: str, **members: object) -> dict[str, Any]:
    """The public half of a key as a key set has it; None leaves a member out."""
    public = private.public_key()
    if isinstance(public, rsa.RSAPublicKey):
        text = RSAAlgorithm.to_jwk(public)
    elif isinstance(public, ec.EllipticCurvePublicKey):
        text = ECAlgorithm.to_jwk(public)
    else:
        text = OKPAlgorithm.to_jwk(public)
    jwk: dict[str, Any] = json.loads(text)
    jwk.pop("key_ops", None)
    return {name: value for name, value in (jwk | {"kid": id, "use": "sig"} | members).items() if value is not None}


class Issuer:
    """An issuer process with its keys by id; `first` signs unless another is named."""

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self._first = new_key("RS256")
        self.keys: dict[str, Any] = {"first": self._first}
        self._log = new_folder("issuer") / "issuer.log"
        self._child: Child | None = None

    def start(self) -> None:
        """Start the process, with the keys as they are."""
        argv = [sys.executable, "-m", "tests.oidc.server", str(self.port)]
        launch = Launch(
            "Issuer", argv, self._log, environment=dict(os.environ), death_signal=signal.SIGKILL, directory=ROOT
        )
        self._child = spawn(launch)
        eventually(self._answers)
        self.publish()

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/asked", timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def afresh(self) -> None:
        """As it was at first: running, good, with its first key, and asked by nobody."""
        if self._child is None:
            self.start()
        self.keys = {"first": self._first}
        self.tell(mode="good", forget=True)
        self.publish()

    def stop(self) -> None:
        """Kill the process: from now on nobody answers there."""
        if self._child is not None:
            os.kill(self._child.pid, signal.SIGKILL)
            child, self._child = self._child, None
            eventually(lambda: not child.is_running())

    def tell(self, **order: object) -> None:
        """An order to the process."""
        assert httpx.put(f"{self.url}/control", json=order, timeout=5).status_code == 200

    def publish(self, *others: Mapping[str, Any], **members: object) -> None:
        """The public halves of all keys there are now, and other keys; `members` change the discovery document."""
        found = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"} | members
        keys = [published(key, id) for id, key in self.keys.items()]
        self.tell(documents={"/.well-known/openid-configuration": found, "/keys": {"keys": [*keys, *others]}})

    def asked(self) -> int:
        """How often the process was asked for its keys."""
        return int(httpx.get(f"{self.url}/asked", timeout=5).json()["/keys"])

    def claims(self, person: str = "bob", **changes: object) -> dict[str, Any]:
        """The claims of a good token, some changed; None leaves one out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": AUDIENCE, "sub": person, "iat": now, "exp": now + 300}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self,
        person: str = "bob",
        *,
        key: str = "first",
        algorithm: str = "RS256",
        headers: Mapping[str, Any] | None = None,
        **changes: object,
    ) -> str:
        """A token signed by one of the keys."""
        head = {"kid": key} | dict(headers or {})
        return jwt.encode(self.claims(person, **changes), self.keys[key], algorithm, headers=head)
