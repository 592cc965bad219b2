"""The one way a process connects to Temporal: address, namespace and credentials from the settings."""

from __future__ import annotations

from typing import Final

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression

from telemetry.temporal import Tracing
from tilbake.settings import Settings

_LOOPBACK: Final = ("127.", "localhost:", "[::1]:")


async def connect(
    settings: Settings, *, data_converter: DataConverter = DataConverter.default, lazy: bool = False
) -> Client:
    """Connect, or with `lazy` at first use. Raises RuntimeError when the server does not answer."""
    address = settings.temporal_address or f"127.0.0.1:{settings.temporal_port}"
    near = address.startswith(_LOOPBACK)
    return await Client.connect(
        address,
        namespace=settings.temporal_namespace,
        tls=settings.temporal_tls or settings.temporal_api_key is not None,
        api_key=settings.temporal_api_key,
        data_converter=data_converter,
        interceptors=[Tracing()],
        lazy=lazy,
        grpc_compression=GrpcCompression.NONE if near else GrpcCompression.GZIP,  # on one machine it only costs
    )
