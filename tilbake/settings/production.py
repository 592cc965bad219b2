"""What production refuses: what is only good enough on one machine, for trying out (docs/security.md)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from api.secure_urls import is_secure, is_this_machine

if TYPE_CHECKING:
    from tilbake.settings.all import Settings

LOCAL_ISSUER: Final = (
    "TILBAKE_MODE is production, and the local token issuer is not for production: "
    "set TILBAKE_OIDC_ISSUER and TILBAKE_OIDC_AUDIENCE to sign people in with your identity provider."
)
MADE_BY_ITSELF: Final = (
    "TILBAKE_SECRETS_KEY_FILE must name the file with the key for secrets of channels when TILBAKE_MODE is production: "
    "a key that is made by itself is lost with the machine, and other processes do not have it."
)
_ENCRYPTED: Final = frozenset({"require", "verify-ca", "verify-full"})


def production_problems(settings: Settings) -> Iterator[str]:
    """A sentence, with what to do, for each setting that production refuses; none in development."""
    if settings.mode != "production":
        return
    if settings.test_clock:
        yield "TILBAKE_TEST_CLOCK must be 0 when TILBAKE_MODE is production, not '1'."
    yield from _sign_in(settings)
    yield from _addresses(settings)
    yield from _servers(settings)


def _sign_in(settings: Settings) -> Iterator[str]:
    if settings.oidc_issuer is None:
        yield LOCAL_ISSUER
    elif not is_secure(settings.oidc_issuer, loopback=False):
        yield f"TILBAKE_OIDC_ISSUER must be a URL that begins with https://, not {settings.oidc_issuer!r}."


def _addresses(settings: Settings) -> Iterator[str]:
    """Whoever terminates TLS stands in front; that somebody does is said by the public address."""
    is_public = not is_this_machine(settings.api_host)
    public = urlsplit(settings.public_url)
    if public.scheme != "https" and (is_public or not is_this_machine(public.hostname or "")):
        yield (
            "TILBAKE_PUBLIC_URL must begin with https:// when TILBAKE_MODE is production and the API is reached from other "
            "machines: put a proxy that speaks TLS in front of it, and name its address."
        )
    front_end = urlsplit(settings.front_end_url or "")
    if front_end.scheme == "http" and not is_this_machine(front_end.hostname or ""):
        yield "TILBAKE_FRONT_END_URL must begin with https:// when TILBAKE_MODE is production."
    if settings.webhook_http:
        yield "TILBAKE_WEBHOOK_HTTP must be 0 when TILBAKE_MODE is production: receivers are reached by https."


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
            yield (
                f"{name} must ask for an encrypted connection when TILBAKE_MODE is production: add "
                "?sslmode=verify-full&sslrootcert=FILE, or name its host in TILBAKE_PLAIN_HOSTS where nobody else is on the "
                "network to it."
            )
    host = (settings.temporal_address or "127.0.0.1:0").rpartition(":")[0].strip("[]")
    if not settings.uses_temporal_tls and not _is_near(settings, host):
        yield (
            "TILBAKE_TEMPORAL_TLS must be 1 when TILBAKE_MODE is production and Temporal is on another machine; "
            "or name its host in TILBAKE_PLAIN_HOSTS where nobody else is on the network to it."
        )
    ui = urlsplit(settings.temporal_ui_url or "")
    if ui.scheme == "http" and not _is_near(settings, ui.hostname or ""):
        yield (
            "TILBAKE_TEMPORAL_UI_URL must begin with https:// when TILBAKE_MODE is production; "
            "or name its host in TILBAKE_PLAIN_HOSTS where nobody else is on the network to it."
        )
    if settings.smtp_host is not None and settings.smtp_tls == "none" and not _is_near(settings, settings.smtp_host):
        yield (
            "TILBAKE_SMTP_TLS must be starttls or tls when TILBAKE_MODE is production; "
            "or name its host in TILBAKE_PLAIN_HOSTS where nobody else is on the network to it."
        )


def _is_covered(settings: Settings, url: str) -> bool:
    parts = urlsplit(url)
    said = parse_qs(parts.query)
    if said.get("sslmode", [""])[-1] in _ENCRYPTED:
        return True
    hosts = said.get("host") or [parts.hostname or ""]
    return all(host.startswith("/") or _is_near(settings, host) for one in hosts for host in one.split(","))


def _is_near(settings: Settings, host: str) -> bool:
    return is_this_machine(host) or host in settings.plain_hosts
