"""How long the certificates of the servers the service speaks to by TLS are good; nothing is sent to them but a greeting."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from cryptography import x509

from domain.terms import counted
from tilbake.commands.doctor import texts
from tilbake.commands.doctor.findings import Finding
from tilbake.language import said, spoken
from tilbake.settings import Settings

SOON: Final = timedelta(days=14)
PATIENCE_SECONDS: Final = 5.0
_WITH_TLS: Final = frozenset({"require", "verify-ca", "verify-full"})
_PLEASE_TLS: Final = bytes.fromhex("0000000804d2162f")
"""SSLRequest: what a client of Postgres says before TLS begins; the answer is S."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server, and how its certificate is asked for."""

    name: str
    host: str
    port: int
    ask: Callable[[str, int], bytes]


async def certificates(settings: Settings) -> list[Finding]:
    """One line for each server; a server that does not answer is judged elsewhere, and only told here."""
    found = places(settings)
    if not found:
        return [Finding(said(texts.CERTIFICATES), good=True, text=said(texts.NO_CERTIFICATES))]
    return list(await asyncio.gather(*(asyncio.to_thread(_examined, place) for place in found)))


def places(settings: Settings) -> list[Place]:
    """The servers whose certificates somebody has to renew."""
    found = []
    if settings.temporal_address and settings.uses_temporal_tls:
        host, _, port = settings.temporal_address.rpartition(":")
        found.append(Place("Temporal", host.strip("[]"), int(port), by_tls))
    if settings.database_url and _asks_for_tls(settings.database_url):
        parts = urlsplit(settings.database_url)
        found.append(Place("Postgres", parts.hostname or "", parts.port or 5432, by_postgres))
    for name, url in ((texts.THE_ISSUER, settings.oidc_issuer), (texts.THE_PUBLIC_ADDRESS, settings.public_url)):
        parts = urlsplit(url or "")
        if parts.scheme == "https":
            found.append(Place(said(name), parts.hostname or "", parts.port or 443, by_tls))
    if settings.smtp_host and settings.smtp_tls != "none":
        ask = by_tls if settings.smtp_tls == "tls" else by_mail
        found.append(Place(said(texts.THE_MAIL_SERVER), settings.smtp_host, settings.smtp_port, ask))
    return found


def _asks_for_tls(url: str) -> bool:
    words = parse_qs(urlsplit(url).query)
    return bool(_WITH_TLS & {*words.get("sslmode", ()), *words.get("ssl", ())})


def by_tls(host: str, port: int) -> bytes:
    """The certificate of who speaks TLS from the first byte, in DER. Raises OSError."""
    with socket.create_connection((host, port), timeout=PATIENCE_SECONDS) as plain:
        return _shown(plain, host)


def by_postgres(host: str, port: int) -> bytes:
    """The certificate of a Postgres, in DER. Raises OSError."""
    with socket.create_connection((host, port), timeout=PATIENCE_SECONDS) as plain:
        plain.sendall(_PLEASE_TLS)
        if plain.recv(1) != b"S":
            raise OSError(said(texts.NO_TLS))
        return _shown(plain, host)


def by_mail(host: str, port: int) -> bytes:
    """The certificate of a mail server that changes to TLS when asked (STARTTLS), in DER. Raises OSError."""
    with closing(smtplib.SMTP(host, port, timeout=PATIENCE_SECONDS)) as mail:
        mail.starttls(context=_any_certificate())
        assert isinstance(mail.sock, ssl.SSLSocket)
        return mail.sock.getpeercert(binary_form=True) or b""


def _shown(plain: socket.socket, host: str) -> bytes:
    with _any_certificate().wrap_socket(plain, server_hostname=host) as encrypted:
        return encrypted.getpeercert(binary_form=True) or b""


def _any_certificate() -> ssl.SSLContext:
    """Nothing is entrusted to whoever answers: one that has expired is to be read, too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _examined(place: Place) -> Finding:
    where = f"{place.name} ({place.host}:{place.port})"
    try:
        certificate = x509.load_der_x509_certificate(place.ask(place.host, place.port))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return Finding(
            said(texts.CERTIFICATE), good=None, warns=True, text=said(texts.UNREADABLE, where=where, why=error)
        )
    return judged(where, until=certificate.not_valid_after_utc, now=datetime.now(UTC))


def judged(where: str, *, until: datetime, now: datetime) -> Finding:
    """Whether there is time: a certificate that has expired lets nobody in, one that soon will has to be renewed."""
    left = until - now
    if left <= timedelta():
        text = said(texts.EXPIRED, where=where, day=until.date())
        return Finding(said(texts.CERTIFICATE), good=False, text=text)
    text = said(texts.LEFT, where=where, days=counted(left.days, "day", spoken()), day=until.date())
    if left < SOON:
        return Finding(said(texts.CERTIFICATE), good=True, warns=True, text=said(texts.RENEW_NOW, text=text))
    return Finding(said(texts.CERTIFICATE), good=True, text=text)
