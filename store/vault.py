"""Secrets that are kept to be used, not to be read: sealed by AES-256-GCM under a key that is not in the database.

Who has a copy of the database alone can neither read them nor move one to another owner.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.key_file import key_file

PREFIX: Final = "whsec_"
_SEALED: Final = "sealed"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12


class Unreadable(Exception):
    """A secret that was sealed under another key, or for another owner, or is no secret at all."""


def new_secret() -> str:
    """A secret to sign with, as both sides write it: 32 random bytes."""
    return PREFIX + base64.b64encode(os.urandom(_KEY_BYTES)).decode("ascii")


class Vault:
    """Seals and opens. Its key is read when it is first needed, and made there if there is none."""

    def __init__(self, path: Path) -> None:
        """`path` is the file of the key: 32 bytes in base64; all processes of a service need the same."""
        self._path = path
        self._ready: tuple[str, AESGCM] | None = None

    def seal(self, secret: str, *, owner: str) -> str:
        """A secret as it may be stored. `owner` says whose it is, as "channel:mail": nobody else's can be made of it."""
        name, cipher = self._cipher()
        nonce = os.urandom(_NONCE_BYTES)
        closed = cipher.encrypt(nonce, secret.encode(), owner.encode())
        return f"{_SEALED}:{name}:{base64.b64encode(nonce + closed).decode('ascii')}"

    def open(self, kept: str, *, owner: str) -> str:
        """The secret that was sealed; one stored before there was a vault is as it is. Raises Unreadable."""
        if kept.startswith(PREFIX):
            return kept
        name, cipher = self._cipher()
        kind, _, rest = kept.partition(":")
        sealed_by, _, text = rest.partition(":")
        if kind != _SEALED or sealed_by != name:
            raise Unreadable(f"sealed by the key {sealed_by[:16]!r}, but {self._path} holds the key {name!r}")
        return _opened(cipher, text, owner=owner)

    def require(self) -> None:
        """Read the key now, and make it if there is none. Raises Unreadable, or OSError."""
        self._cipher()

    def _cipher(self) -> tuple[str, AESGCM]:
        if self._ready is None:
            key = _key(self._path)
            self._ready = (hashlib.sha256(key).hexdigest()[:8], AESGCM(key))
        return self._ready


def _opened(cipher: AESGCM, text: str, *, owner: str) -> str:
    try:
        closed = base64.b64decode(text, validate=True)
        return cipher.decrypt(closed[:_NONCE_BYTES], closed[_NONCE_BYTES:], owner.encode()).decode()
    except (InvalidTag, binascii.Error, ValueError):
        raise Unreadable(f"no secret of {owner}") from None


def _key(path: Path) -> bytes:
    text = key_file(path, make=lambda: base64.b64encode(os.urandom(_KEY_BYTES)) + b"\n")
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != _KEY_BYTES:
        raise Unreadable(f"{path} is no key of 32 bytes in base64")
    return key
