"""The books a journal is posted in: what its lines know, changing as line after line is posted.

A working copy of facts, made for one journal and thrown away after it. Rules read it; only `apply` changes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from domain.money import ZERO
from domain.periods import Periods
from domain.production.model import (
    Entry,
    EntryType,
    Item,
    OperationStatus,
    Order,
    OrderLine,
)
from domain.production.outbound import Layer
from domain.production.rows import NewCapacity, NewEntry, Ref, Rows


@dataclass(frozen=True, slots=True)
class Desk:
    """What holds for every line of a journal: the day, the open days, the currency, and whether reversals need approval."""

    today: date
    currency: str
    needs_approval: bool = True
    periods: Periods = field(default_factory=Periods)


@dataclass(slots=True)
class Books:
    """Orders by number; lines, items, originals and layers by id. Layers stand oldest first.

    `in_stock` counts the open entries of items tracked by serial numbers, by item and number: those that lines bring in.
    """

    desk: Desk
    orders: Mapping[str, Order]
    items: Mapping[str, Item]
    numbers: Mapping[str, str] = field(default_factory=dict)
    originals: dict[str, Entry] = field(default_factory=dict)
    layers: dict[str, dict[Ref, Layer]] = field(default_factory=dict)
    in_stock: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    lines: dict[str, OrderLine] = field(init=False)
    written: int = 0

    def __post_init__(self) -> None:
        self.lines = {line.id: line for order in self.orders.values() for line in order.lines}

    def item_named(self, number: str) -> Item | None:
        """The item with this number."""
        found = self.numbers.get(number)
        return None if found is None else self.items[found]

    def layers_of(self, item: str) -> Collection[Layer]:
        """The open layers of an item, oldest first."""
        return self.layers.get(item, {}).values()

    def apply(self, rows: Rows) -> None:
        """The books after a line was posted."""
        for entry in rows.entries:
            self._apply_entry(entry)
        for capacity in rows.capacities:
            self._apply_capacity(capacity)
        for (line, number), status in rows.statuses.items():
            self._set_status(line, number, status)

    def _apply_entry(self, entry: NewEntry) -> None:
        ref, self.written = self.written, self.written + 1
        for take in entry.takes:
            self._use(take.layer, entry.traits.item, take.quantity)
        if entry.reverses is not None:
            self._take_back(entry.reverses, entry)
        if entry.applies_to is not None:
            self._use(entry.applies_to, entry.traits.item, -entry.quantity)
        if entry.remaining > ZERO:
            self.layers.setdefault(entry.traits.item, {})[ref] = _layer(ref, entry)
            self.in_stock[entry.traits.item, entry.traits.serial] += 1
        self._count(entry)

    def _use(self, ref: Ref, item: str, quantity: Decimal) -> None:
        found = self.layers.get(item, {})
        self._miss(item, ref)
        if ref in found:
            left = replace(found[ref], remaining=found[ref].remaining - quantity)
            if left.remaining == ZERO:
                del found[ref]
            else:
                found[ref] = left
        if isinstance(ref, str) and ref in self.originals:
            original = self.originals[ref]
            self.originals[ref] = replace(original, remaining=original.remaining - quantity)

    def _miss(self, item: str, ref: Ref) -> None:
        """A piece with a serial number is used as a whole, and then it is no longer in stock."""
        original = self.originals.get(ref) if isinstance(ref, str) else None
        layer = self.layers.get(item, {}).get(ref)
        serial = layer.serial if layer else original.traits.serial if original else None
        self.in_stock[item, serial] -= 1

    def _take_back(self, id: str, entry: NewEntry) -> None:
        found, original = self.layers.get(entry.traits.item, {}), self.originals[id]
        taken, cost = original.taken_back - entry.quantity, original.cost_taken_back - entry.cost
        self.originals[id] = replace(original, taken_back=taken, cost_taken_back=cost, reversed=entry.closes)
        if id in found:
            found[id] = replace(found[id], taken_back=taken, cost_taken_back=cost)

    def _count(self, entry: NewEntry) -> None:
        """What was finished on the line, or consumed for it."""
        if entry.traits.line is None:
            return
        line = self.lines[entry.traits.line]
        if entry.type is EntryType.OUTPUT:
            self.lines[line.id] = replace(line, finished=line.finished + entry.quantity)
        elif entry.type is EntryType.CONSUMPTION:
            before = line.consumed.get(entry.traits.item, ZERO)
            consumed = {**line.consumed, entry.traits.item: before - entry.quantity}
            self.lines[line.id] = replace(line, consumed=consumed)

    def _apply_capacity(self, capacity: NewCapacity) -> None:
        line = self.lines[capacity.line]
        found = line.operation(capacity.operation)
        assert found is not None
        self.lines[line.id] = line.with_operation(replace(found, net=found.net + capacity.figures))

    def _set_status(self, id: str, number: str, status: OperationStatus) -> None:
        line = self.lines[id]
        found = line.operation(number)
        assert found is not None
        self.lines[id] = line.with_operation(replace(found, status=status))


def _layer(ref: Ref, entry: NewEntry) -> Layer:
    traits = entry.traits
    return Layer(
        ref,
        entry.quantity,
        entry.remaining,
        entry.cost,
        ZERO,
        traits.variant,
        traits.location,
        traits.lot,
        traits.serial,
    )
