"""Comparing a file with what earlier ones became: which rows are known, which are known rows that were changed, and how.

It reads as it goes, a block of rows at a time, so that a large file is compared without being held.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from domain.project.imported_changes import Likeness, Says, StoredRow, differences, pair
from domain.project.importing import ImportBatch, ImportedEntry
from store import imported_entries
from store.database import Connection

MOST_WARNINGS: Final = 100
_BLOCK: Final = 1000


@dataclass(frozen=True, slots=True)
class Warned:
    """Something worth knowing about one row of a file: a code, the field it is about, and what its text names."""

    line: int
    record: int
    code: str
    field: str
    facts: Mapping[str, str]


@dataclass(slots=True)
class Noted:
    """What is worth knowing, the first hundred in the order of the file, and how much there is."""

    total: int = 0
    _kept: list[Warned] = field(default_factory=list)

    def add(self, warned: Warned) -> None:
        """One more."""
        self.total += 1
        self._kept.append(warned)
        if len(self._kept) > 10 * MOST_WARNINGS:
            self._kept = self.first

    @property
    def first(self) -> list[Warned]:
        """The first hundred."""
        return sorted(self._kept, key=lambda one: one.record)[:MOST_WARNINGS]


@dataclass(frozen=True, slots=True)
class Known:
    """What is in the store already: identities of the file's rows, and the projects there were before, by key."""

    unit: str
    source: str
    identities: AbstractSet[str]
    projects: Mapping[str, str]


async def compare(connection: Connection, batch: ImportBatch, known: Known, noted: Noted) -> frozenset[str]:
    """The identities of rows that are known entries changed in the other system; what differs is noted.

    Rows of projects that were not there before can be nobody's.
    """
    comparing = _Comparing(connection, known, Says(batch.tells_approval, batch.tells_invoices), noted)
    for block in _blocks(batch):
        await asyncio.sleep(0)
        await comparing.look_at([row for row in block if row.identity in known.identities])
        await comparing.gather([row for row in block if row.identity not in known.identities])
    return comparing.changed(batch.identities)


def _blocks(batch: ImportBatch) -> Iterator[list[ImportedEntry]]:
    block: list[ImportedEntry] = []
    for portion in batch.portions():
        block += portion
        if len(block) >= _BLOCK:
            yield block
            block = []
    yield block


@dataclass(slots=True)
class _Comparing:
    """A comparison under way: rows that are like entries of earlier files, and those entries, by what they share."""

    connection: Connection
    known: Known
    says: Says
    noted: Noted
    rows: dict[Likeness, list[ImportedEntry]] = field(default_factory=dict)
    entries: dict[Likeness, list[StoredRow]] = field(default_factory=dict)

    async def look_at(self, rows: Sequence[ImportedEntry]) -> None:
        """Rows that are recognised: what is stored of them now."""
        stored = await imported_entries.by_identity(self.connection, self.known.unit, [row.identity for row in rows])
        for row in rows:
            self._note(row, stored[row.identity], same_row=True)

    async def gather(self, rows: Sequence[ImportedEntry]) -> None:
        """Rows that are not: they are new, or changed."""
        projects = self.known.projects
        likenesses = [(row, _likeness(row, projects[row.project])) for row in rows if row.project in projects]
        asked = {one for _, one in likenesses if one not in self.entries}
        self.entries |= await imported_entries.alike(self.connection, self.known.unit, asked, source=self.known.source)
        for row, likeness in likenesses:
            if likeness in self.entries:
                self.rows.setdefault(likeness, []).append(row)

    def changed(self, identities: Sequence[bytes]) -> frozenset[str]:
        """The rows that are entries of earlier files which are no longer in this one, with what differs noted."""
        present = frozenset(one.hex() for one in identities) if self.rows else frozenset()
        changed: set[str] = set()
        for likeness, rows in self.rows.items():
            left = [one for one in self.entries[likeness] if one.identity not in present]
            for row, stored in pair(rows, left):
                changed.add(row.identity)
                self._note(row, stored, same_row=False)
        return frozenset(changed)

    def _note(self, row: ImportedEntry, stored: StoredRow, *, same_row: bool) -> None:
        for one in differences(row, stored, says=self.says, same_row=same_row):
            facts = {"entry": stored.id, "stored": one.stored, "said": one.said, "status": one.status}
            told = {name: value for name, value in facts.items() if value}
            self.noted.add(Warned(row.line, row.record, one.change.value, one.field, told))


def _likeness(row: ImportedEntry, project: str) -> Likeness:
    return Likeness(project, row.owner, row.date, row.kind, row.task, row.category, row.description)
