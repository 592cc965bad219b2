"""Which keys a backup needs that it does not hold: those that what Temporal keeps is encrypted with (docs/encryption.md)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from tilbake.backups import texts
from tilbake.errors import CannotStart
from tilbake.temporal.payload_codec import KEY_ID
from tilbake.temporal.payload_keys import SETTING, KeyRing, fingerprint

_NAMED: Final = re.compile(KEY_ID.encode() + rb"\x12[\x01-\x40]([A-Za-z0-9][A-Za-z0-9._-]{0,63})")
"""As a payload names its key: a string of protobuf, its length before it."""


def fingerprints(ring: KeyRing | None) -> dict[str, str]:
    """By which the keys of a ring are known again, by their ids, the one that encrypts first; they tell nothing of the keys."""
    return {} if ring is None else {id: fingerprint(key) for id, key in ring.keys.items()}


def named_in(database: Path) -> set[str]:
    """The ids of the keys that what a copy of an embedded Temporal's file holds was encrypted with. Raises CannotStart.

    Nobody writes to a copy, and nothing is written beside it: it is part of a backup.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro&immutable=1", uri=True)) as kept:
            return {id for value in _values(kept) for id in _ids(value)}
    except sqlite3.Error as error:
        raise CannotStart(texts.TEMPORAL_NOT_READ, database=database, why=error) from error


def _values(kept: sqlite3.Connection) -> Iterator[object]:
    tables = [str(name) for (name,) in kept.execute("select name from sqlite_master where type = 'table'")]
    for table in tables:
        quoted = table.replace('"', '""')
        for row in kept.execute(f'select * from "{quoted}"'):
            yield from row


def _ids(value: object) -> Iterator[str]:
    if isinstance(value, bytes):
        for found in _NAMED.finditer(value):
            length = value[found.start(1) - 1]
            if len(found[1]) >= length:
                yield found[1][:length].decode("ascii")


def lacking(needed: Mapping[str, str], ring: KeyRing | None) -> list[str]:
    """The ids that a ring has no key for, or another one than the fingerprint, where there is one, says."""
    mine = fingerprints(ring)
    return [id for id, known_by in needed.items() if id not in mine or known_by not in ("", mine[id])]


def require_keys(needed: Mapping[str, str], ring: KeyRing | None) -> None:
    """Raises CannotStart where what is to be restored could not be read afterwards."""
    if missing := lacking(needed, ring):
        raise CannotStart(texts.KEYS_MISSING, keys=", ".join(missing), setting=SETTING)
