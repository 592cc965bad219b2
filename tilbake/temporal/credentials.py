"""What a process shows to Temporal: certificates from files, a key, headers. Read at the start, and refused in one line there.

Nothing of a key or a header is ever in a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from temporalio.service import TLSConfig

from files.reading import read_small
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.settings import Settings
from tilbake.temporal import texts

CA_FILE: Final = "TILBAKE_TEMPORAL_TLS_CA_FILE"
CERT_FILE: Final = "TILBAKE_TEMPORAL_TLS_CERT_FILE"
KEY_FILE: Final = "TILBAKE_TEMPORAL_TLS_KEY_FILE"
API_KEY_FILE: Final = "TILBAKE_TEMPORAL_API_KEY_FILE"
_MOST_BYTES: Final = 1024 * 1024
"""Some trust all authorities of a system, in one file."""


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """As the SDK takes them. `tls` is False where the connection is in the clear."""

    tls: TLSConfig | bool
    api_key: str | None
    headers: Mapping[str, str]


def credentials(settings: Settings) -> Credentials:
    """Read the files. Raises CannotStart, with the setting to look at, for one that cannot be used."""
    return Credentials(
        tls=_tls(settings) if settings.uses_temporal_tls else False,
        api_key=api_key(settings),
        headers=dict(_header(one) for one in settings.temporal_headers),
    )


def api_key(settings: Settings) -> str | None:
    """The key as it is now. Raises CannotStart where its file cannot be used."""
    file = settings.temporal_api_key_file
    if file is None:
        return settings.temporal_api_key
    try:
        text = _content(API_KEY_FILE, file).decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        raise CannotStart(texts.NO_API_KEY, setting=API_KEY_FILE, file=file)
    return text


def _header(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()


def _tls(settings: Settings) -> TLSConfig:
    authority = settings.temporal_tls_ca_file
    certificate, key = settings.temporal_tls_cert_file, settings.temporal_tls_key_file
    trusted = None if authority is None else _certificate(CA_FILE, authority)[0]
    shown = None if certificate is None or key is None else _shown(certificate, key)
    return TLSConfig(
        server_root_ca_cert=trusted,
        domain=settings.temporal_tls_server_name,
        client_cert=None if shown is None else shown[0],
        client_private_key=None if shown is None else shown[1],
    )


def _shown(certificate: Path, key: Path) -> tuple[bytes, bytes]:
    """A client's certificate and its key, which must belong together.

    One that is not good yet is for the other side to judge: the clock of this machine may be slow.
    """
    shown, found = _certificate(CERT_FILE, certificate)
    if found.not_valid_after_utc <= datetime.now(UTC):
        raise CannotStart(texts.EXPIRED, setting=CERT_FILE, file=certificate, day=found.not_valid_after_utc.date())
    content = _content(KEY_FILE, key)
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError):  # a key with a password is a TypeError
        raise CannotStart(texts.NO_PRIVATE_KEY, setting=KEY_FILE, file=key) from None
    form = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    if private.public_key().public_bytes(*form) != found.public_key().public_bytes(*form):
        raise CannotStart(texts.OTHER_KEY, setting=KEY_FILE, file=key, certificate=certificate)
    return shown, content


def _certificate(setting: str, path: Path) -> tuple[bytes, x509.Certificate]:
    """What stands in a file, and the first certificate of it."""
    content = _content(setting, path)
    try:
        return content, x509.load_pem_x509_certificates(content)[0]
    except ValueError:
        raise CannotStart(texts.NO_CERTIFICATE, setting=setting, file=path) from None


def _content(setting: str, path: Path) -> bytes:
    try:
        return read_small(path, most_bytes=_MOST_BYTES)
    except OSError as error:
        raise CannotStart(texts.UNREADABLE, setting=setting, file=path, why=why(error)) from None
