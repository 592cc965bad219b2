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

from domain.language import Text
from files.reading import NoText, TooLong, read_text
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.temporal import texts

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
        raise _unusable(path, texts.RING_TOO_LONG) from None
    except NoText:
        raise _unusable(path, texts.RING_NO_TEXT) from None
    except OSError as error:
        raise _unusable(path, texts.RING_UNREADABLE, why=why(error)) from None


def ring_of(text: str, *, source: Path) -> KeyRing:
    """The ring a text is; source: how messages name it. Raises RingUnusable."""
    keys: dict[str, bytes] = {}
    for number, id, key in _lines(text, source):
        if id in keys:
            raise _unusable(source, texts.RING_SAME_ID, number=number)
        if key in keys.values():
            raise _unusable(source, texts.RING_SAME_KEY, number=number)
        keys[id] = key
    if not keys:
        raise _unusable(source, texts.RING_EMPTY)
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
            raise _unusable(source, texts.RING_LINE, number=number)
        if not _ID.fullmatch(words[0]):
            raise _unusable(source, texts.RING_ID, number=number)
        yield number, words[0], _key(words[1], source, number)


def _key(text: str, source: Path, number: int) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise _unusable(source, texts.RING_NO_BASE64, number=number) from None
    if len(key) != KEY_BYTES:
        raise _unusable(source, texts.RING_BYTES, number=number, found=len(key), wanted=KEY_BYTES)
    if len(set(key)) == 1:
        raise _unusable(source, texts.RING_NO_SECRET, number=number)
    return key


def _unusable(source: Path, problem: Text, **facts: object) -> RingUnusable:
    return RingUnusable(texts.RING_UNUSABLE, ring=source, problem=said(problem, **facts), setting=SETTING)
