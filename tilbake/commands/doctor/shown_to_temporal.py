"""How long that is good which we show to Temporal ourselves: a certificate in a file, a signed token as key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography import x509
from temporalio.service import TLSConfig

from tilbake.commands.doctor import texts
from tilbake.commands.doctor.certificates import judged
from tilbake.commands.doctor.findings import Finding
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.temporal.credentials import API_KEY_FILE, CERT_FILE, credentials


def shown_to_temporal(settings: Settings) -> list[Finding]:
    """A line for what stands in the way at the next start, else one for each thing that ends some day."""
    now = datetime.now(UTC)
    try:
        shown = credentials(settings)
    except CannotStart as problem:
        return [Finding(said(texts.CREDENTIALS), good=False, text=str(problem))]
    found = []
    if isinstance(shown.tls, TLSConfig) and shown.tls.client_cert is not None:
        until = x509.load_pem_x509_certificate(shown.tls.client_cert).not_valid_after_utc
        found.append(judged(said(texts.OURS, setting=CERT_FILE), until=until, now=now))
    ends = None if shown.api_key is None else _end_of(shown.api_key)
    if ends is not None and settings.temporal_api_key_file is None:
        found.append(judged(said(texts.KEY_TO_TEMPORAL, setting="TILBAKE_TEMPORAL_API_KEY"), until=ends, now=now))
    elif ends is not None and ends <= now:
        text = said(texts.KEY_EXPIRED, setting=API_KEY_FILE, day=ends.date())
        found.append(Finding(said(texts.CERTIFICATE), good=False, text=text))
    return found


def _end_of(key: str) -> datetime | None:
    """When a signed token ends; None for a key that is none, or has no end. Whether it is genuine is for Temporal to say."""
    try:
        claims: dict[str, Any] = jwt.decode(key, options={"verify_signature": False})
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
        return None
