"""How tests are let in by the Temporal of this run: one on Postgres asks for a certificate, the small one does not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from temporalio.client import Client, Interceptor
from temporalio.service import TLSConfig

from tests.servers import VARIABLES
from tilbake.embedded.mutual_tls import SERVER_NAME, Certificates


def shown_at(address: str) -> dict[str, Any]:
    """The settings beside the address, by their names; none for the server of another test."""
    certificates = _certificates_for(address)
    if certificates is None:
        return {}
    return {
        "temporal_tls": True,
        "temporal_tls_ca_file": certificates.authority,
        "temporal_tls_cert_file": certificates.certificate("client"),
        "temporal_tls_key_file": certificates.key("client"),
        "temporal_tls_server_name": SERVER_NAME,
    }


async def client_of(address: str, *, interceptors: Sequence[Interceptor] = ()) -> Client:
    """A client of a server of this run."""
    certificates = _certificates_for(address)
    tls: TLSConfig | bool = False
    if certificates is not None:
        tls = TLSConfig(
            server_root_ca_cert=certificates.authority.read_bytes(),
            domain=SERVER_NAME,
            client_cert=certificates.certificate("client").read_bytes(),
            client_private_key=certificates.key("client").read_bytes(),
        )
    return await Client.connect(address, tls=tls, interceptors=list(interceptors))


def _certificates_for(address: str) -> Certificates | None:
    directory = os.environ.get(VARIABLES["temporal_tls"], "")
    is_of_the_run = address == os.environ.get(VARIABLES["temporal_address"])
    return Certificates(Path(directory)) if directory and is_of_the_run else None
