"""Encrypts what Temporal stores and decrypts what it gives back: AES-256-GCM, a random nonce for each payload (ADR 036).

An encrypted payload has the form that Temporal documents for codecs: `encoding: binary/encrypted`, the id of the key in its
metadata, and as data the nonce followed by the whole payload as it was. The id is authenticated with it. A payload without that
encoding passes as it is: it was written before encryption was switched on.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from tilbake.temporal.payload_keys import KeyRing

_log = structlog.get_logger()
ENCODING: Final = b"binary/encrypted"
KEY_ID: Final = "encryption-key-id"
_NONCE_BYTES: Final = 12


class UnknownKey(Exception):
    """A payload that was encrypted with a key the ring does not have; `key_id` is its id, as it was said."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"The key ring has no key {key_id!r}: put it back into the file of TILBAKE_PAYLOAD_KEYS_FILE.")
        self.key_id = key_id


class NotOurs(Exception):
    """A payload that says it is encrypted and cannot be: damaged, or made by somebody without the key."""


def opens(key: bytes, sealed: bytes, *, key_id: str) -> bool:
    """Whether a key opens the data of a payload that says it was encrypted with it: nonce and ciphertext."""
    try:
        AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], key_id.encode())
    except (InvalidTag, ValueError):
        return False
    return True


class EncryptionCodec(PayloadCodec):
    """The codec of one ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._first = ring.first
        self._ciphers = {id: AESGCM(key) for id, key in ring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Encrypt each with the first key of the ring; one that is encrypted is encrypted again, and so comes back as it was."""
        return [self._encrypted(one) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """What was encoded. Raises UnknownKey and NotOurs."""
        return [self._decrypted(one) for one in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        nonce, said = os.urandom(_NONCE_BYTES), self._first.encode()
        closed = self._ciphers[self._first].encrypt(nonce, payload.SerializeToString(), said)
        return Payload(metadata={"encoding": ENCODING, KEY_ID: said}, data=nonce + closed)

    def _decrypted(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        said = payload.metadata.get(KEY_ID, b"")
        cipher = self._ciphers.get(said.decode("ascii", "replace"))
        if cipher is None:
            missing = UnknownKey(said[:64].decode("ascii", "replace"))
            _log.error("payloads.unknown_key", key=missing.key_id)
            raise missing
        try:
            whole = cipher.decrypt(payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:], said)
            return Payload.FromString(whole)
        except (InvalidTag, ValueError, DecodeError):
            raise NotOurs(
                "A payload was changed after it was encrypted, or was not encrypted by this service."
            ) from None
