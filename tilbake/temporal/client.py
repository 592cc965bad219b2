"""The one way a process connects to Temporal: address, namespace and credentials from the settings."""

from __future__ import annotations

from typing import Final, Literal

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import GrpcCompression

from telemetry.temporal import Tracing
from tilbake.settings import Settings
from tilbake.temporal.credentials import Credentials, credentials
from tilbake.temporal.data_converter import data_converter

Renewed = Literal["key", "certificate"]
_LOOPBACK: Final = ("127.", "localhost:", "[::1]:")


async def connect(settings: Settings, *, converter: DataConverter | None = None, lazy: bool = False) -> Client:
    """Connect, or with `lazy` at first use. `converter`: that of these settings, where it was made before.

    Raises CannotStart where files of the credentials or the key ring cannot be used, and RuntimeError when the server does not
    answer or does not let us in; `tilbake.temporal.refusals` tells which.
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


class Access:
    """The client of a process, and what it shows to Temporal: key and certificates as they stand in their files now."""

    def __init__(self, client: Client, settings: Settings, shown: Credentials) -> None:
        """`shown` is what was read before the client was made."""
        self.client = client
        self._settings = settings
        self._shown = shown

    async def renew(self) -> Renewed | None:
        """Show what stands in the files now, and say what of it is new. With a new certificate there is another client.

        The one before stays until the other has connected. Raises CannotStart for a file that cannot be used, RuntimeError where
        Temporal is away or does not let the new certificate in.
        """
        now = credentials(self._settings)
        if now == self._shown:
            return None
        if now.tls == self._shown.tls:
            self.client.api_key = now.api_key
            renewed: Renewed = "key"
        else:
            self.client = await connect(self._settings, converter=self.client.data_converter)
            renewed = "certificate"
        self._shown = now
        return renewed
