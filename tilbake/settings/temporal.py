"""The Temporal cluster and its UI; `None` for its address means: use the embedded server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tilbake.language import said
from tilbake.settings import texts
from tilbake.settings.declaring import setting
from tilbake.settings.forms import address, flag, headers, number, path, port, text, url

UI_PATH = "/ops/temporal"
"""Where the API passes the Temporal UI on, and so the path under which that UI has to serve (ADR 026)."""

PLAIN: Mapping[str, Any] = {
    "temporal_tls": False,
    "temporal_tls_ca_file": None,
    "temporal_tls_cert_file": None,
    "temporal_tls_key_file": None,
    "temporal_tls_server_name": None,
    "temporal_api_key": None,
    "temporal_api_key_file": None,
    "temporal_headers": (),
}
"""Nothing is shown: what holds for another cluster is not for a server of our own."""


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
    temporal_tls: bool = setting(
        flag, default=False, meaning="`1` encrypts the connection; implied by an API key and by each of the files below"
    )
    temporal_tls_ca_file: Path | None = setting(
        path,
        default=None,
        meaning="certificates, in PEM, of the authority that signed the server's",
        shown="those the machine trusts",
    )
    temporal_tls_cert_file: Path | None = setting(
        path,
        default=None,
        meaning="the certificate this side shows, in PEM, where the server asks for one (mutual TLS)",
    )
    temporal_tls_key_file: Path | None = setting(
        path, default=None, meaning="its private key, in PEM without a password"
    )
    temporal_tls_server_name: str | None = setting(
        text, default=None, meaning="the name the server's certificate must have", shown="the host of the address"
    )
    temporal_api_key: str | None = setting(
        text,
        default=None,
        meaning="key for Temporal Cloud, or a signed token for a cluster that asks for one",
        secret=True,
    )
    temporal_api_key_file: Path | None = setting(
        path,
        default=None,
        meaning="a file with the key instead, read anew every ten seconds: what renews the key need not restart anything",
    )
    temporal_headers: tuple[str, ...] = setting(
        headers,
        default=(),
        meaning="further headers of each call, `NAME=VALUE` with commas between, as a proxy may ask for",
        secret=True,
        shown="none",
    )
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

    @property
    def uses_temporal_tls(self) -> bool:
        """Whether the connection is encrypted: said so, or needed by what is shown there."""
        key = self.temporal_api_key or self.temporal_api_key_file
        return self.temporal_tls or bool(key or self.temporal_tls_ca_file or self.temporal_tls_cert_file)

    def temporal_problems(self) -> Iterator[str]:
        """A sentence for each setting of the connection that does not go with the others."""
        if (self.temporal_tls_cert_file is None) != (self.temporal_tls_key_file is None):
            yield said(texts.BOTH, one="TILBAKE_TEMPORAL_TLS_CERT_FILE", other="TILBAKE_TEMPORAL_TLS_KEY_FILE")
        if self.temporal_api_key is not None and self.temporal_api_key_file is not None:
            yield said(texts.NOT_BOTH, one="TILBAKE_TEMPORAL_API_KEY", other="TILBAKE_TEMPORAL_API_KEY_FILE")
