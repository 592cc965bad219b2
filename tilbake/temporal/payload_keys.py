"""The keys that what Temporal stores is encrypted with: a file that people keep, read once at the start (docs/encryption.md).

A line is an id and 32 bytes in base64. The first key encrypts, every key decrypts. Nothing that stands in the file is ever
said in a message: a line that cannot be read may well hold a key.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from files.reading import NoText, TooLong, read_text
from tilbake.errors import CannotStart

SETTING: Final = "TILBAKE_PAYLOAD_KEYS_FILE"
KEY_BYTES: Final = 32
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_OF_OTHERS: Final = 0o077
_READ_BY_GROUP: Final = 0o040


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Keys by their ids; `first` is the id of the one that encrypts."""

    first: str
    keys: Mapping[str, bytes] = field(repr=False)


class RingUnusable(CannotStart):
    """What is wrong with a ring, in one sentence; it names the file and the line, never what stands in it."""


def read_ring(path: Path) -> KeyRing:
    """The ring in a file. Raises RingUnusable."""
    return ring_of(text_of_ring(path), source=path)


def text_of_ring(path: Path) -> str:
    """What stands in a file, which need be no ring. Raises RingUnusable where it is no text."""
    try:
        return read_text(path)
    except TooLong:
        raise _unusable(path, "it is longer than 64 kB") from None
    except NoText:
        raise _unusable(path, "it is no text in UTF-8") from None
    except OSError as error:
        raise _unusable(path, f"it cannot be read ({error.strerror})") from None


def ring_of(text: str, *, source: Path) -> KeyRing:
    """The ring a text is; source: how messages name it. Raises RingUnusable."""
    keys: dict[str, bytes] = {}
    for number, id, key in _lines(text, source):
        if id in keys:
            raise _unusable(source, f"line {number} has the id of a line above it")
        if key in keys.values():
            raise _unusable(source, f"line {number} has the key of a line above it")
        keys[id] = key
    if not keys:
        raise _unusable(source, "there is no key in it; scripts/tilbake keys new makes one")
    return KeyRing(next(iter(keys)), keys)


def fingerprint(key: bytes) -> str:
    """By which a key is known again by who has it; it tells nothing of the key, which is random."""
    return hmac.new(key, b"tilbake: which key this is", hashlib.sha256).hexdigest()[:32]


def open_to_others(path: Path) -> bool:
    """Whether more people than its owner may read or change a file. Raises OSError.

    Who does not own it reads it by the group, as containers do what is mounted for them: that one is no other.
    """
    found = path.stat()
    allowed = 0 if found.st_uid == os.geteuid() else _READ_BY_GROUP
    return bool(found.st_mode & _OF_OTHERS & ~allowed)


def _lines(text: str, source: Path) -> Iterator[tuple[int, str, bytes]]:
    """Number, id and key of each line; empty lines and those that begin with # are for people."""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2:
            raise _unusable(source, f"line {number} must be an id and a key in base64, with a space between them")
        if not _ID.fullmatch(words[0]):
            raise _unusable(
                source, f"line {number} must begin with an id of letters, digits, '.', '_' and '-', at most 64"
            )
        yield number, words[0], _key(words[1], source, number)


def _key(text: str, source: Path, number: int) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _unusable(source, f"the key of line {number} is not base64") from None
    if len(key) != KEY_BYTES:
        raise _unusable(source, f"the key of line {number} has {len(key)} bytes and must have {KEY_BYTES}")
    if len(set(key)) == 1:
        raise _unusable(source, f"the key of line {number} is one byte repeated, which is no secret")
    return key


def _unusable(source: Path, problem: str) -> RingUnusable:
    return RingUnusable(f"The key ring {source} cannot be used: {problem}; see {SETTING}.")
