"""What a Temporal server on Postgres and its web UI are told: plain values, which the caller writes into files.

16 history shards, which never change in the life of a database, and one partition of each task queue (ADR 032). All parts
speak TLS with each other and with clients, and each asks for the other's certificate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tilbake.embedded.mutual_tls import SERVER_NAME, Certificates
from tilbake.embedded.ports import LOOPBACK
from tilbake.embedded.temporal_databases import ROLE
from tilbake.settings import UI_PATH

SHARDS: Final = 16
ROLES: Final = ("frontend", "history", "matching", "worker")
INNER_PORTS: Final = 2 * len(ROLES) - 1
"""Each role speaks on one port and finds the others by a second; the frontend's first is the port of clients."""
_LIMITS: Final[Mapping[str, Any]] = {
    "matching.numTaskqueueReadPartitions": 1,
    "matching.numTaskqueueWritePartitions": 1,
    "frontend.namespaceRPS.visibility": 300,  # lists of the UI, of the comparison and of the doctor at once
    "system.enableRingpopTLS": True,  # what the parts tell each other of where they are, too
    "system.forceSearchAttributesCacheRefreshOnRead": True,  # a search attribute is usable once it is registered
}
_TIME_SKIPPING: Final = "frontend.WorkflowTimeSkippingEnabled"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens, where it keeps its rows, and how it is known."""

    port: int
    inner_ports: Sequence[int]
    postgres_port: int
    password: str
    certificates: Certificates


def of_server(place: Place, *, dynamic_file: str) -> dict[str, Any]:
    """The server's file; `dynamic_file` is the path of what `dynamic` says."""
    ports = iter([place.port, *place.inner_ports])
    return {
        "log": {"stdout": True, "level": "error"},
        "persistence": {
            "numHistoryShards": SHARDS,
            "defaultStore": "default",
            "visibilityStore": "visibility",
            "datastores": {
                "default": _store(place, "temporal", connections=20),
                "visibility": _store(place, "temporal_visibility", connections=10),
            },
        },
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK}, "tls": _tls(place)},
        "services": {role: {"rpc": _rpc(next(ports), next(ports))} for role in ROLES},
        "clusterMetadata": _cluster(place),
        "dcRedirectionPolicy": {"policy": "noop"},
        "dynamicConfigClient": {"filepath": dynamic_file, "pollInterval": "60s"},
    }


def dynamic(*, time_skipping: bool) -> dict[str, Any]:
    """What may be changed while the server runs; it looks once a minute."""
    values = {**_LIMITS, _TIME_SKIPPING: time_skipping}
    return {name: [{"value": value}] for name, value in values.items()}


def of_ui(place: Place, *, ui_port: int) -> dict[str, Any]:
    """The web UI's file: behind the API, for looking only (ADR 026)."""
    return {
        "temporalGrpcAddress": f"{LOOPBACK}:{place.port}",
        "host": LOOPBACK,
        "port": ui_port,
        "publicPath": UI_PATH,
        "enableUi": True,
        "defaultNamespace": "default",
        "disableNewsFetch": True,
        "disableWriteActions": True,
        "tls": {
            "caFile": str(place.certificates.authority),
            "certFile": str(place.certificates.certificate("client")),
            "keyFile": str(place.certificates.key("client")),
            "serverName": SERVER_NAME,
            "enableHostVerification": True,
        },
    }


def _store(place: Place, database: str, *, connections: int) -> dict[str, Any]:
    access = {
        "pluginName": "postgres12_pgx",
        "databaseName": database,
        "connectAddr": f"{LOOPBACK}:{place.postgres_port}",
        "connectProtocol": "tcp",
        "user": ROLE,
        "password": place.password,
    }
    return {"sql": {**access, "maxConns": connections, "maxIdleConns": connections, "maxConnLifetime": "1h"}}


def _rpc(port: int, membership_port: int) -> dict[str, Any]:
    return {"grpcPort": port, "membershipPort": membership_port, "bindOnIP": LOOPBACK}


def _tls(place: Place) -> dict[str, Any]:
    """The same for calls from outside and between the server's own roles; who has no certificate is not listened to."""
    certificates = place.certificates
    authority = str(certificates.authority)
    own = {"certFile": str(certificates.certificate("server")), "keyFile": str(certificates.key("server"))}
    client = {"serverName": SERVER_NAME, "rootCaFiles": [authority]}
    group = {"server": {**own, "requireClientAuth": True, "clientCaFiles": [authority]}, "client": client}
    return {"internode": group, "frontend": group, "systemWorker": {**own, "client": client}}


def _cluster(place: Place) -> dict[str, Any]:
    own = {
        "enabled": True,
        "initialFailoverVersion": 1,
        "rpcName": "frontend",
        "rpcAddress": f"{LOOPBACK}:{place.port}",
    }
    return {
        "enableGlobalNamespace": False,
        "failoverVersionIncrement": 10,
        "masterClusterName": "active",
        "currentClusterName": "active",
        "clusterInformation": {"active": own},
    }
