"""The key of the local token issuer, for one-machine use: made on first use, readable by its owner only.

API and command line share the file; whoever comes first makes it, and both then hold the same key.
"""

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ISSUER = "tilbake-local"
AUDIENCE = "tilbake"
ALGORITHM = "EdDSA"
_OWNER_ONLY = 0o600


class IssuerKeyError(Exception):
    """The key file cannot be used; the message says why and what to do."""


def issuer_key(path: Path) -> Ed25519PrivateKey:
    """The key at a path; made there first if there is none.

    Safe to call from several processes at once: the file appears whole or not at all, and the first one stays.
    Raises IssuerKeyError where the file is no Ed25519 key, and OSError where it cannot be read or written.
    """
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        _make(path)
        text = path.read_bytes()
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise IssuerKeyError(
            f"{path} is not a key of the local issuer. Move it away; a new one is made at the next start."
        )
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a key, from the key itself: two keys never share one."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()[:12]).decode("ascii")


def _make(path: Path) -> None:
    """Write a new key beside its place and link it there, which fails if another process was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
