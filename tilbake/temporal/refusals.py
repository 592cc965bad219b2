"""Why Temporal does not let us in, in one sentence that names the setting to look at.

What the SDK says of it is long, differs by the moment at which it is noticed, and comes again for ever; a running client is
even told less than a new one. So the reason is asked for on a connection of its own.
"""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Final

from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.temporal import texts
from tilbake.temporal.client import connect
from tilbake.temporal.credentials import API_KEY_FILE, CA_FILE, CERT_FILE, KEY_FILE

API_KEY: Final = "TILBAKE_TEMPORAL_API_KEY"
SERVER_NAME: Final = "TILBAKE_TEMPORAL_TLS_SERVER_NAME"
_DENIED: Final = (RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNAUTHENTICATED)
_PATIENCE_SECONDS: Final = 3.0
_TRIES: Final = 5
_NOT_LIKED: Final = frozenset({
    "AccessDenied", "BadCertificate", "CertificateRevoked", "CertificateUnknown", "DecryptError", "UnknownCA", "UnsupportedCertificate",
})  # fmt: skip
"""What else may be said of a certificate before the other side hangs up (RFC 8446, 6.2)."""


async def connect_telling(settings: Settings) -> Client:
    """Connect as `connect` does, and find out what is said against us: the SDK may hear of the end before the reason for it.

    Raises what `connect` raises.
    """
    for _ in range(_TRIES):
        try:
            return await connect(settings)
        except RuntimeError as error:
            if not (settings.uses_temporal_tls and "connection closed" in str(error)):
                raise
    return await connect(settings)


async def ask_for_namespace(client: Client, *, timeout_seconds: float) -> None:
    """A call that only succeeds for who may use the namespace. Raises RPCError, or RuntimeError before a first connection."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    await client.workflow_service.describe_namespace(request, timeout=timedelta(seconds=timeout_seconds))


async def why_refused(settings: Settings) -> str | None:
    """Why Temporal does not let us in now; None where it does, and where it does not answer at all."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await ask_for_namespace(await connect_telling(settings), timeout_seconds=_PATIENCE_SECONDS)
    except CannotStart as problem:
        return str(problem)
    except (RPCError, RuntimeError, TimeoutError) as error:
        return refusal(error, settings)
    return None


def refusal(error: BaseException, settings: Settings) -> str | None:
    """The sentence for what the SDK raised; None for anything else than a refusal."""
    where = said(texts.WHERE, address=settings.temporal_address)
    if isinstance(error, RPCError):
        return _of_key(where, settings) if error.status in _DENIED else None
    words = str(error)
    if re.search(r"code: (PermissionDenied|Unauthenticated)", words):
        return _of_key(where, settings)
    if alert := re.search(r"received fatal alert: (\w+)", words):
        return _of_our_certificate(where, alert[1], settings)
    if reason := re.search(r"InvalidCertificate\((\w+)", words):
        return _of_its_certificate(where, reason[1], settings)
    return None


def _of_key(where: str, settings: Settings) -> str:
    namespace = settings.temporal_namespace
    if settings.temporal_api_key is None and settings.temporal_api_key_file is None:
        facts = {"namespace": namespace, "key": API_KEY, "file": API_KEY_FILE}
        return said(texts.ASKS_FOR_KEY, where=where, **facts)
    setting = API_KEY if settings.temporal_api_key_file is None else API_KEY_FILE
    return said(texts.REFUSES_KEY, where=where, namespace=namespace, setting=setting)


def _of_our_certificate(where: str, alert: str, settings: Settings) -> str | None:
    """What the other side says of ours; None for what concerns no certificate. TLS 1.2 has no word for one that is not shown."""
    without = settings.temporal_tls_cert_file is None
    if alert == "CertificateRequired" or (without and alert in {"HandshakeFailure", "BadCertificate"}):
        return said(texts.ASKS_FOR_CERTIFICATE, where=where, certificate=CERT_FILE, key=KEY_FILE)
    if alert == "CertificateExpired":
        return said(texts.OURS_EXPIRED, where=where, setting=CERT_FILE)
    return said(texts.OURS_REFUSED, where=where, alert=alert, setting=CERT_FILE) if alert in _NOT_LIKED else None


def _of_its_certificate(where: str, reason: str, settings: Settings) -> str:
    """What is wrong with that of the server, in the words of rustls."""
    if reason.startswith("Expired"):
        return said(texts.ITS_EXPIRED, where=where)
    if reason.startswith("NotValidYet"):
        return said(texts.ITS_TOO_EARLY, where=where)
    if reason.startswith("NotValidForName"):
        name = settings.temporal_tls_server_name or (settings.temporal_address or "").rpartition(":")[0]
        return said(texts.ITS_OTHER_NAME, where=where, name=name, setting=SERVER_NAME)
    return said(texts.ITS_NOT_TRUSTED, where=where, why=reason, setting=CA_FILE)
