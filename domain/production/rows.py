"""The rows a posting writes. All that changes elsewhere (remaining, stock, finished, flags) follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from domain.production.model import CapacityCost, EntryType, Figures, OperationStatus, Traits

Ref = str | int
"""An item entry: one that exists by its id, one that the same posting writes by its place among the new ones."""


@dataclass(frozen=True, slots=True)
class Take:
    """A quantity that a new outbound entry takes from an inbound one."""

    layer: Ref
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An item ledger entry about to be written, with its cost.

    `applies_to` is the output it takes back, `applies_from` the consumption it gives back; `closes` says that nothing of that
    one is left then. `takes` are the layers an outbound entry uses.
    """

    type: EntryType
    quantity: Decimal
    remaining: Decimal
    traits: Traits
    date: date
    cost: Decimal
    expected: bool = False
    applies_to: str | None = None
    applies_from: str | None = None
    closes: bool = False
    takes: tuple[Take, ...] = ()

    @property
    def reverses(self) -> str | None:
        """The entry it takes back, wholly or in part."""
        return self.applies_to or self.applies_from


@dataclass(frozen=True, slots=True)
class NewCapacity:
    """A capacity ledger entry about to be written; `reverses` is the row it takes back (route 2)."""

    order: str
    line: str
    operation: str
    figures: Figures
    cost: CapacityCost
    date: date
    document: str | None
    with_entry: Ref | None = None
    reverses: str | None = None
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of one posting line or reversal. `statuses` are those of operations, by line and operation number."""

    entries: tuple[NewEntry, ...] = ()
    capacities: tuple[NewCapacity, ...] = ()
    statuses: Mapping[tuple[str, str], OperationStatus] = field(default_factory=dict)


def joined(parts: Iterable[Rows]) -> Rows:
    """Rows of several postings as one; capacity rows still stand with the entry of their own posting."""
    found: list[Rows] = []
    first = 0
    for part in parts:
        found.append(replace(part, capacities=tuple(_shifted(one, first) for one in part.capacities)))
        first += len(part.entries)
    return concatenated(found)


def concatenated(lines: Iterable[Rows]) -> Rows:
    """The rows of all lines of one journal, whose places count through the journal already."""
    entries: list[NewEntry] = []
    capacities: list[NewCapacity] = []
    statuses: dict[tuple[str, str], OperationStatus] = {}
    for rows in lines:
        entries += rows.entries
        capacities += rows.capacities
        statuses |= rows.statuses
    return Rows(tuple(entries), tuple(capacities), statuses)


def _shifted(capacity: NewCapacity, first: int) -> NewCapacity:
    place = capacity.with_entry
    return replace(capacity, with_entry=first + place) if isinstance(place, int) else capacity
