"""Recognises a row of an export that carries no ids.

Identity = SHA-256 over source, profile, the fields of the entry that do not change, and the how-manieth of equal rows
it is (time-exports, rule 3). Not part of it: Invoiced and Approved, which change between two exports of the same
entry; Roles, Employee?, Teams, Department and Hours Rounded, which describe the person or the account today and would
make every old row of a person look new. Numbers and dates take part as values, so a comma account and a dot account
agree.

Equal rows are numbered with the furthest ones first (invoiced, then approved, then as they stand), so neither the
order of the rows nor a later approval or invoice moves a number from one entry to another.
"""

import hashlib
from collections.abc import Iterable

from imports.source import Source

_BETWEEN = "\x1f"  # control characters are refused in texts, so it cannot stand inside a field


def key_of(row: Iterable[str], *, source: Source) -> str:
    """What tells an entry apart, as one text. `row` are the columns that take part, always the same in the same order."""
    return _BETWEEN.join((source.origin, source.profile, *row))


class Identities:
    """The identity of each row of a file, 32 bytes, in the order of the rows; complete when `close` was called."""

    def __init__(self) -> None:
        self.digests: list[bytes] = []
        self._first: dict[bytes, int] = {}
        self._repeated: dict[str, list[int]] = {}

    def add(self, key: str, *, invoiced: object, approved: object) -> None:
        """The next row."""
        digest = _digest(key, ordinal=1)
        row = len(self.digests) * 4 + (not invoiced) * 2 + (not approved)
        first = self._first.setdefault(digest, row)
        if first != row:
            self._repeated.setdefault(key, [first]).append(row)
        self.digests.append(digest)

    def close(self) -> None:
        """Number equal rows, the furthest first."""
        for key, rows in self._repeated.items():
            for ordinal, row in enumerate(sorted(rows, key=lambda row: (row % 4, row)), start=1):
                self.digests[row // 4] = _digest(key, ordinal=ordinal)
        self._first.clear()
        self._repeated.clear()


def _digest(key: str, *, ordinal: int) -> bytes:
    return hashlib.sha256(f"{key}{_BETWEEN}{ordinal}".encode()).digest()
