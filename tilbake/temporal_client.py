"""The one way a process connects to Temporal: address, namespace and credentials from the settings."""

from __future__ import annotations

from typing import Final

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression

from telemetry.temporal import Tracing
from tilbake.data_converter import data_converter
from tilbake.settings import Settings

_LOOPBACK: Final = ("127.", "localhost:", "[::1]:")


async def connect(settings: Settings, *, converter: DataConverter | None = None, lazy: bool = False) -> Client:
    """Connect, or with `lazy` at first use. `converter`: that of these settings, where it was made before.

    Raises RuntimeError when the server does not answer, RingUnusable where the key ring of the settings cannot be used.
    """
    address = settings.temporal_address or f"127.0.0.1:{settings.temporal_port}"
    near = address.startswith(_LOOPBACK)
    return await Client.connect(
        address,
        namespace=settings.temporal_namespace,
        tls=settings.temporal_tls or settings.temporal_api_key is not None,
        api_key=settings.temporal_api_key,
        data_converter=converter or data_converter(settings),
        interceptors=[Tracing()],
        lazy=lazy,
        grpc_compression=GrpcCompression.NONE if near else GrpcCompression.GZIP,  # on one machine it only costs
    )
