"""What production refuses: what is only good enough on one machine, for trying out (docs/security.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from api.secure_urls import is_secure, is_this_machine
from tilbake.language import said
from tilbake.settings import texts

if TYPE_CHECKING:
    from tilbake.settings.all import Settings

_ENCRYPTED: Final = frozenset({"require", "verify-ca", "verify-full"})


def production_problems(settings: Settings) -> Iterator[str]:
    """A sentence, with what to do, for each setting that production refuses; none in development."""
    if settings.mode != "production":
        return
    if settings.test_clock:
        yield said(texts.TEST_CLOCK)
    yield from _sign_in(settings)
    yield from _addresses(settings)
    yield from _servers(settings)


def _sign_in(settings: Settings) -> Iterator[str]:
    if settings.oidc_issuer is None:
        yield said(texts.LOCAL_ISSUER)
    elif not is_secure(settings.oidc_issuer, loopback=False):
        yield said(texts.ISSUER_BY_HTTPS, given=settings.oidc_issuer)


def _addresses(settings: Settings) -> Iterator[str]:
    """Whoever terminates TLS stands in front; that somebody does is said by the public address."""
    is_public = not is_this_machine(settings.api_host)
    public = urlsplit(settings.public_url)
    if public.scheme != "https" and (is_public or not is_this_machine(public.hostname or "")):
        yield said(texts.PUBLIC_BY_HTTPS)
    front_end = urlsplit(settings.front_end_url or "")
    if front_end.scheme == "http" and not is_this_machine(front_end.hostname or ""):
        yield said(texts.FRONT_END_BY_HTTPS)
    if settings.webhook_http:
        yield said(texts.WEBHOOKS_BY_HTTPS)


def _servers(settings: Settings) -> Iterator[str]:
    """Servers on other machines are reached by TLS, or the network to them is said to be closed."""
    databases = {
        "TILBAKE_DATABASE_URL": settings.database_url,
        "TILBAKE_OWNER_DATABASE_URL": settings.owner_database_url,
        "TILBAKE_AUDITOR_DATABASE_URL": settings.auditor_database_url,
    }
    same = settings.owner_database_url == settings.database_url
    for name, url in databases.items():
        if url is not None and not (same and name.startswith("TILBAKE_OWNER")) and not _is_covered(settings, url):
            yield said(texts.DATABASE_BY_TLS, name=name)
    host = (settings.temporal_address or "127.0.0.1:0").rpartition(":")[0].strip("[]")
    if not settings.uses_temporal_tls and not _is_near(settings, host):
        yield said(texts.TEMPORAL_BY_TLS)
    ui = urlsplit(settings.temporal_ui_url or "")
    if ui.scheme == "http" and not _is_near(settings, ui.hostname or ""):
        yield said(texts.UI_BY_HTTPS)
    if settings.smtp_host is not None and settings.smtp_tls == "none" and not _is_near(settings, settings.smtp_host):
        yield said(texts.MAIL_BY_TLS)


def _is_covered(settings: Settings, url: str) -> bool:
    parts = urlsplit(url)
    words = parse_qs(parts.query)
    if words.get("sslmode", [""])[-1] in _ENCRYPTED:
        return True
    hosts = words.get("host") or [parts.hostname or ""]
    return all(host.startswith("/") or _is_near(settings, host) for one in hosts for host in one.split(","))


def _is_near(settings: Settings, host: str) -> bool:
    return is_this_machine(host) or host in settings.plain_hosts
