"""A Temporal server that also asks for a signed token, as a cluster with Temporal's own authorizer does."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from files.writing import write_whole
from tilbake.embedded.ports import LOOPBACK, free_ports
from tilbake.embedded.processes import Launch
from tilbake.embedded.temporal_configuration import ROLES
from tilbake.embedded.temporal_on_postgres import TemporalOnPostgres
from tilbake.settings import Settings

KEY: Final = ec.generate_private_key(ec.SECP256R1())
_ADMINISTRATOR: Final = ("temporal-system:admin", "default:admin")


def token(
    *, seconds: float = 3600, key: ec.EllipticCurvePrivateKey = KEY, permissions: Sequence[str] = ("default:write",)
) -> str:
    """A token that ends after so many seconds, and what its holder may do where."""
    claims = {"sub": "tilbake", "permissions": list(permissions), "exp": int(time.time() + seconds)}
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": "first"})


class TemporalWithTokens(TemporalOnPostgres):
    """Its own parts call each other past the authorizer, by a frontend of their own."""

    def reached_by(self, settings: Settings) -> Settings:
        """As who sets it up: namespace and search attributes need more rights than the service has."""
        return replace(super().reached_by(settings), temporal_api_key=token(permissions=_ADMINISTRATOR))

    def _write(self, name: str, values: dict[str, Any]) -> None:
        if name == "server.yaml":
            values["global"]["authorization"] = self._authorization()
            port, membership_port = free_ports(2)
            rpc = {"grpcPort": port, "membershipPort": membership_port, "bindOnIP": LOOPBACK}
            values["services"]["internal-frontend"] = {"rpc": rpc}
        super()._write(name, values)

    def _authorization(self) -> dict[str, Any]:
        public = json.loads(ECAlgorithm.to_jwk(KEY.public_key())) | {"kid": "first", "alg": "ES256", "use": "sig"}
        file = self.directory / "keys.json"
        write_whole(file, json.dumps({"keys": [public]}))
        keys = {"keySourceURIs": [f"file://{file}"], "refreshInterval": "1m"}
        return {
            "jwtKeyProvider": keys,
            "permissionsClaimName": "permissions",
            "authorizer": "default",
            "claimMapper": "default",
        }

    def _launch(self, program: Path) -> Launch:
        launch = super()._launch(program)
        roles = [word for role in (*ROLES, "internal-frontend") for word in ("--service", role)]
        return replace(launch, argv=[*launch.argv, *roles])
