"""The key of the local token issuer, for one-machine use: made on first use, readable by its owner only.

API and command line share the file; whoever comes first makes it, and both then hold the same key.
"""

import base64
import hashlib
from pathlib import Path
from typing import ClassVar

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.language import Text
from store.key_file import key_file

ISSUER = "tilbake-local"
AUDIENCE = "tilbake"
ALGORITHM = "EdDSA"


class IssuerKeyError(Exception):
    """The key file cannot be used; the message says why and what to do."""

    text: ClassVar[Text] = Text(
        "{path} er ikke en nøkkel for den lokale utstederen. Flytt den unna; en ny lages ved neste start.",
        "{path} is not a key of the local issuer. Move it away; a new one is made at the next start.",
    )

    def __init__(self, path: Path) -> None:
        super().__init__(self.text.en.format(path=path))


def issuer_key(path: Path) -> Ed25519PrivateKey:
    """The key at a path; made there first if there is none.

    Raises IssuerKeyError where the file is no Ed25519 key, and OSError where it cannot be read or written.
    """
    text = key_file(path, make=_new_key)
    try:
        key = serialization.load_pem_private_key(text, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise IssuerKeyError(path)
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """The name of a key, from the key itself: two keys never share one."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()[:12]).decode("ascii")


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
