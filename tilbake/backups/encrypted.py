"""Which keys a backup needs that it does not hold: those that what Temporal keeps is encrypted with (docs/encryption.md)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Final

from tilbake.backups import texts
from tilbake.backups.manifest import Manifest
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.temporal.payload_codec import ENCODING, KEY_ID, opens
from tilbake.temporal.payload_keys import SETTING, KeyRing, fingerprint

_MOST_TRIED: Final = 20
_ENCODING: Final = b"\n\x1c\n\x08encoding\x12\x10" + ENCODING
"""The other part of what is said of a payload; it stands before its key or between that and the data."""
_DATA: Final = re.compile(rb"\x12([\x80-\xff]{0,4}[\x00-\x7f])")
"""Where the data begins: its field and its length, in groups of seven bits."""
_NAMED: Final = re.compile(KEY_ID.encode() + rb"\x12[\x01-\x40]([A-Za-z0-9][A-Za-z0-9._-]{0,63})")
"""As a payload names its key: a string of protobuf, its length before it."""


def fingerprints(ring: KeyRing | None) -> dict[str, str]:
    """By which the keys of a ring are known again, by their ids, the one that encrypts first; they tell nothing of the keys."""
    return {} if ring is None else {id: fingerprint(key) for id, key in ring.keys.items()}


def sealed_in(database: Path) -> dict[str, list[bytes]]:
    """By the ids of the keys that a copy of an embedded Temporal's file names: some of what was encrypted with each. Raises CannotStart.

    Nobody writes to a copy, and nothing is written beside it: it is part of a backup.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)) as kept:
            found: dict[str, list[bytes]] = {}
            for value in _values(kept):
                for id, sealed in _named(value):
                    some = found.setdefault(id, [])
                    if sealed and len(some) < _MOST_TRIED:
                        some.append(sealed)
            return found
    except sqlite3.Error as error:
        raise CannotStart(texts.TEMPORAL_NOT_READ, database=database, why=error) from error


def _values(kept: sqlite3.Connection) -> Iterator[object]:
    tables = [str(name) for (name,) in kept.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        quoted = table.replace('"', '""')
        for row in kept.execute(f'select * from "{quoted}"'):
            yield from row


def _named(value: object) -> Iterator[tuple[str, bytes]]:
    """The id of each key that is named in a value, with the data that follows it; none where that is cut off."""
    if isinstance(value, bytes):
        for found in _NAMED.finditer(value):
            start, length = found.start(1), value[found.start(1) - 1]
            if len(found[1]) >= length:
                yield found[1][:length].decode("ascii"), _data_at(value, start + length)


def _data_at(value: bytes, place: int) -> bytes:
    """The data of a payload whose key was named up to a place: its field, its length, and itself."""
    place += len(_ENCODING) if value.startswith(_ENCODING, place) else 0
    told = _DATA.match(value, place)
    if told is None:
        return b""
    length = sum((byte & 0x7F) << 7 * group for group, byte in enumerate(told[1]))
    data = value[told.end() : told.end() + length]
    return data if len(data) == length else b""


def known(ring: KeyRing | None, sealed: Mapping[str, Sequence[bytes]]) -> dict[str, str]:
    """The fingerprints of a ring, and nothing for keys that are named and that it lacks, or of which it has another one."""
    mine = fingerprints(ring)
    return mine | dict.fromkeys(sorted(lacking(dict.fromkeys(sealed, ""), ring, sealed)), "")


def lacking(
    needed: Mapping[str, str], ring: KeyRing | None, sealed: Mapping[str, Sequence[bytes]] = MappingProxyType({})
) -> list[str]:
    """The ids that a ring has no key for, or another one: by its fingerprint, where there is one, or as it opens nothing of `sealed`."""
    mine = fingerprints(ring)
    return [
        id
        for id, known_by in needed.items()
        if id not in mine or known_by not in ("", mine[id]) or not _opens(ring, id, sealed.get(id, ()))
    ]


def _opens(ring: KeyRing | None, id: str, sealed: Sequence[bytes]) -> bool:
    """Anything: a payload may be damaged, or somebody's who only says so. Where there is none, nothing speaks against the key."""
    return ring is not None and (not sealed or any(opens(ring.keys[id], one, key_id=id) for one in sealed))


def require_keys(backup: Manifest, database: Path, ring: KeyRing | None) -> None:
    """Raises CannotStart where what is to be restored could not be read afterwards."""
    sealed = sealed_in(database)
    if missing := lacking({id: backup.payload_keys.get(id, "") for id in sorted(sealed)}, ring, sealed):
        raise CannotStart(texts.KEYS_MISSING, keys=", ".join(missing), why=why_lacking(missing, ring))


def why_lacking(missing: Sequence[str], ring: KeyRing | None) -> str:
    """In which way a ring lacks keys: it is not there, it does not have their ids, or has other keys under them."""
    if ring is None:
        return said(texts.NO_RING, setting=SETTING)
    absent = [id for id in missing if id not in ring.keys]
    others = [id for id in missing if id in ring.keys]
    ways = {texts.NOT_IN_RING: absent, texts.OTHER_KEY: others}
    return said(texts.AND).join(said(way, setting=SETTING, keys=", ".join(ids)) for way, ids in ways.items() if ids)
