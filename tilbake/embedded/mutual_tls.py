"""Certificates by which the parts of a stack on this machine know each other: made at the start, good for a year.

One authority signs a server's and a client's certificate and is forgotten: its key is never written down, so nobody can
sign another one. When they near their end all are made anew, by the next start.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

GOOD_FOR: Final = timedelta(days=365)
RENEWED_BELOW: Final = timedelta(days=60)
SERVER_NAME: Final = "temporal.tilbake.internal"
_SLACK: Final = timedelta(hours=1)
"""Clocks of one machine do not differ, but they are set."""


@dataclass(frozen=True, slots=True)
class Certificates:
    """The files in one directory; keys may be read by their owner alone."""

    directory: Path

    @property
    def authority(self) -> Path:
        """Whom both sides trust."""
        return self.directory / "authority.pem"

    def certificate(self, side: str) -> Path:
        """That of a side, "server" or "client"."""
        return self.directory / f"{side}.pem"

    def key(self, side: str) -> Path:
        """The private key of a side."""
        return self.directory / f"{side}.key"


def certificates_in(directory: Path, *, now: datetime | None = None) -> Certificates:
    """Those of a directory; made where there are none, and anew where they end within two months of `now`."""
    moment = now or datetime.now(UTC)
    found = Certificates(directory)
    if not _last_beyond(found, moment + RENEWED_BELOW):
        _make(found, moment)
    return found


def _last_beyond(found: Certificates, moment: datetime) -> bool:
    try:
        read = [x509.load_pem_x509_certificate(found.certificate(side).read_bytes()) for side in ("server", "client")]
    except (OSError, ValueError):
        return False
    return all(one.not_valid_after_utc > moment for one in read)


def _make(wanted: Certificates, now: datetime) -> None:
    """Written beside their place, which they take together: a start that is killed leaves nothing half made."""
    draft = Certificates(wanted.directory.with_name(f"{wanted.directory.name}.draft"))
    shutil.rmtree(draft.directory, ignore_errors=True)
    draft.directory.mkdir(parents=True, mode=0o700)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key, now)
    _write(draft.authority, authority.public_bytes(serialization.Encoding.PEM))
    for side in ("server", "client"):
        key = ec.generate_private_key(ec.SECP256R1())
        signed = _signed(side, key.public_key(), by=(authority, authority_key), now=now)
        _write(draft.certificate(side), signed.public_bytes(serialization.Encoding.PEM))
        _write(draft.key(side), _pem_of(key))
    shutil.rmtree(wanted.directory, ignore_errors=True)
    draft.directory.rename(wanted.directory)


def _authority(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = _name("Tilbake on this machine")
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _begun(name, key.public_key(), issuer=name, now=now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def _signed(
    side: str, key: ec.EllipticCurvePublicKey, *, by: tuple[x509.Certificate, ec.EllipticCurvePrivateKey], now: datetime
) -> x509.Certificate:
    """The server's is a client's, too: its own parts call each other."""
    authority, authority_key = by
    purposes = [ExtendedKeyUsageOID.CLIENT_AUTH]
    if side == "server":
        purposes.append(ExtendedKeyUsageOID.SERVER_AUTH)
    names = x509.SubjectAlternativeName([x509.DNSName(SERVER_NAME), x509.IPAddress(ip_address("127.0.0.1"))])
    return (
        _begun(_name(f"Tilbake {side}"), key, issuer=authority.subject, now=now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(names, critical=False)
        .sign(authority_key, hashes.SHA256())
    )


def _begun(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, *, issuer: x509.Name, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SLACK)
        .not_valid_after(now + GOOD_FOR)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
