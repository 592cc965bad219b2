"""The one way a process connects to Temporal: address, namespace and credentials from the settings."""

from __future__ import annotations

from typing import Final

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression

from telemetry.temporal import Tracing
from tilbake.data_converter import data_converter
from tilbake.settings import Settings
from tilbake.temporal_credentials import api_key, credentials

_LOOPBACK: Final = ("127.", "localhost:", "[::1]:")


async def connect(settings: Settings, *, converter: DataConverter | None = None, lazy: bool = False) -> Client:
    """Connect, or with `lazy` at first use. `converter`: that of these settings, where it was made before.

    Raises CannotStart where files of the credentials or the key ring cannot be used, and RuntimeError when the server does not
    answer or does not let us in; `tilbake.temporal_refusals` tells which.
    """
    address = settings.temporal_address or f"127.0.0.1:{settings.temporal_port}"
    near = address.startswith(_LOOPBACK)
    shown = credentials(settings)
    return await Client.connect(
        address,
        namespace=settings.temporal_namespace,
        tls=shown.tls,
        api_key=shown.api_key,
        rpc_metadata=shown.headers,
        data_converter=converter or data_converter(settings),
        interceptors=[Tracing()],
        lazy=lazy,
        grpc_compression=GrpcCompression.NONE if near else GrpcCompression.GZIP,  # on one machine it only costs
    )


def renew_key(client: Client, settings: Settings) -> bool:
    """Show the key that stands in the file now; whether it is another one. Raises CannotStart where there is none."""
    key = api_key(settings)
    renewed = key != client.api_key
    if renewed:
        client.api_key = key
    return renewed
