"""The Temporal cluster and its UI; `None` for its address means: use the embedded server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tilbake.settings.declaring import setting
from tilbake.settings.forms import address, flag, number, path, port, text, url

UI_PATH = "/ops/temporal"
"""Where the API passes the Temporal UI on, and so the path under which that UI has to serve (ADR 026)."""


def _embedded_ui(others: Any, _: object) -> str | None:
    return None if others.temporal_address else f"http://127.0.0.1:{others.temporal_ui_port}{UI_PATH}"


@dataclass(frozen=True)
class Temporal:
    """How a cluster is reached, and what of it is ours."""

    temporal_address: str | None = setting(
        address,
        default=None,
        meaning="`HOST:PORT` of any cluster; server 1.32 or later for the test clock",
        shown="embedded server",
    )
    temporal_namespace: str = setting(text, default="default", meaning="one company, one namespace")
    temporal_tls: bool = setting(flag, default=False, meaning="`1` encrypts the connection; implied by an API key")
    temporal_api_key: str | None = setting(text, default=None, meaning="key for Temporal Cloud", secret=True)
    payload_keys_file: Path | None = setting(
        path,
        default=None,
        meaning="file with the key ring that everything Temporal stores is encrypted with: lines of an id and 32 bytes in base64, the "
        "first encrypts. API, worker and command line need the same; without one it is plain ([encryption.md](encryption.md))",
    )
    temporal_ui_url: str | None = setting(
        url("http", "https"),
        default=None,
        meaning="the Temporal UI. One that serves under the path `/ops/temporal` (`http://temporal-ui:8080/ops/temporal`, its "
        "`publicPath`) is passed on by the API, for looking only; one that serves elsewhere is linked to "
        "([ADR 026](adr/026-one-origin-for-the-dashboard.md))",
        otherwise=_embedded_ui,
        shown="the embedded UI; none with an address",
    )
    temporal_port: int = setting(port, default=7233, meaning="port of the embedded server, on loopback")
    temporal_ui_port: int = setting(
        port, default=8233, meaning="port of its UI, on loopback; people look through the API"
    )
    task_queue: str = setting(text, default="recalls", meaning="the queue the worker polls")
    reconcile_seconds: int = setting(
        number(0, 86400), default=30, meaning="how often Postgres and Temporal are compared (ADR 025); `0`: never"
    )
