"""Putting together what requests on posted production name: entries, registers, their orders, items and closed days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.money import ZERO
from domain.periods import Periods
from domain.production.model import Capacity, Entry, EntryType, Item, Order, OrderLine
from domain.production.recall_facts import (
    CapacityPart,
    Choice,
    ConsumptionPart,
    OtherPart,
    OutputPart,
    Part,
    ProductionFacts,
)
from store import periods, production_books, production_recalls
from store.database import Connection
from store.production_recalls import Members, RegisterHead
from store.turns import aside


@dataclass(frozen=True, slots=True)
class Found:
    """The subjects there are: their facts and the register each belongs to, or is; registers with what they wrote."""

    facts: Mapping[str, ProductionFacts]
    heads: Mapping[str, RegisterHead]
    members: Mapping[str, Members]

    def related(self, subject: str) -> tuple[str, ...]:
        """What else names a subject: the register of an entry, the entries of a register, the output that takes a row along."""
        if subject in self.members:
            wrote = self.members[subject]
            return (*wrote.entries, *wrote.capacities)
        beside = (part.capacity.item_entry for part in self.facts[subject].parts if isinstance(part, CapacityPart))
        return (self.heads[subject].id, *(id for id in beside if id is not None), *sorted(self.rows(subject)))

    def rows(self, subject: str) -> set[str]:
        """The ledger rows that taking a subject back takes."""
        found: set[str] = set()
        for part in self.facts[subject].parts:
            if isinstance(part, CapacityPart):
                found.add(part.capacity.id)
            else:
                found.add(part.entry.id)
            if isinstance(part, OutputPart):
                found |= {row.id for row in (part.capacity, part.stop) if row is not None}
        return found


@dataclass(frozen=True, slots=True)
class _Ledger:
    """All rows the subjects are made of."""

    entries: Mapping[str, Entry]
    capacities: Mapping[str, Capacity]
    beside: Mapping[str, Sequence[Capacity]]
    orders: Mapping[str, Order]
    items: Mapping[str, Item]

    def part(self, id: str) -> Part | None:
        if id in self.capacities:
            row = self.capacities[id]
            order = self.orders[row.order]
            is_last = _line(order, row.line).is_last(row.operation)
            return CapacityPart(row, order, of_output=is_last and row.figures.output != ZERO)
        return self._of_entry(self.entries[id]) if id in self.entries else None

    def _of_entry(self, entry: Entry) -> Part:
        order = self.orders.get(entry.traits.order or "")
        if entry.type is EntryType.OUTPUT:
            return self._output(entry, order)
        return ConsumptionPart(entry, order) if entry.type is EntryType.CONSUMPTION else OtherPart(entry)

    def _output(self, entry: Entry, order: Order | None) -> OutputPart:
        beside = self.beside.get(entry.id, ())
        operations = () if order is None else _line(order, entry.traits.line or "").operations
        return OutputPart(
            entry=entry,
            item=self.items[entry.traits.item],
            order=order,
            capacity=next((row for row in beside if not row.figures.stop), None),
            stop=next((row for row in beside if row.figures.stop), None),
            subcontracted=next((one.number for one in operations if one.center.subcontractor), None),
        )

    def title(self, part: Part) -> str:
        """The order something belongs to, or the item."""
        if isinstance(part, CapacityPart):
            return part.order.number
        order = self.orders.get(part.entry.traits.order or "")
        return self.items[part.entry.traits.item].number if order is None else order.number


def _line(order: Order, id: str) -> OrderLine:
    return next(line for line in order.lines if line.id == id)


async def load(connection: Connection, choices: Mapping[str, Choice], *, lock: bool) -> Found:
    """What these choices name; ids that are nothing of ours are simply not there.

    `lock` holds orders, items and closed days, in this order, until the end of the transaction.
    """
    ids = list(choices)
    if not ids:
        return Found({}, {}, {})
    if lock:
        await production_recalls.hold(connection, ids)
    wrote = await production_recalls.members(connection, ids)
    ledger = await _ledger(connection, ids, wrote)
    heads = await _heads(connection, ids, ledger, wrote)
    closed = await _closed(connection, {head.unit for head in heads.values()}, lock=lock)

    def facts() -> dict[str, ProductionFacts]:
        return {
            id: _facts(choices[id], head, ledger, wrote.get(id), closed=closed[head.unit]) for id, head in heads.items()
        }

    return Found(await aside(len(heads), facts), heads, wrote)


async def _ledger(connection: Connection, ids: Sequence[str], wrote: Mapping[str, Members]) -> _Ledger:
    more_entries = [id for one in wrote.values() for id in one.entries]
    more_capacities = [id for one in wrote.values() for id in one.capacities]
    entries = await production_books.entries(connection, [*ids, *more_entries])
    outputs = [entry.id for entry in entries.values() if entry.type is EntryType.OUTPUT]
    capacities = await production_recalls.capacities(connection, [*ids, *more_capacities], of_entries=outputs)
    beside: dict[str, list[Capacity]] = {}
    for row in capacities.values():
        if row.item_entry is not None:
            beside.setdefault(row.item_entry, []).append(row)
    orders = {row.order for row in capacities.values()} | {e.traits.order for e in entries.values() if e.traits.order}
    return _Ledger(
        entries=entries,
        capacities=capacities,
        beside=beside,
        orders=await production_books.orders(connection, orders),
        items=await production_books.items(connection, {entry.traits.item for entry in entries.values()}),
    )


async def _heads(
    connection: Connection, ids: Iterable[str], ledger: _Ledger, wrote: Mapping[str, Members]
) -> dict[str, RegisterHead]:
    """The register each subject belongs to, or is."""
    of: dict[str, str] = {}
    for id in ids:
        row = ledger.entries.get(id) or ledger.capacities.get(id)
        if row is not None:
            of[id] = row.register
        elif id in wrote:
            of[id] = id
    heads = await production_recalls.registers(connection, of.values())
    return {id: heads[register] for id, register in of.items()}


async def _closed(connection: Connection, units: set[str], *, lock: bool) -> Mapping[str, Periods]:
    for unit in sorted(units) if lock else ():
        await periods.hold(connection, unit, to_change=False)
    return await periods.of_units(connection, sorted(units))


def _facts(
    choice: Choice, head: RegisterHead, ledger: _Ledger, wrote: Members | None, *, closed: Periods
) -> ProductionFacts:
    members = (choice.subject,) if wrote is None else (*wrote.entries, *wrote.capacities)
    parts = tuple(part for id in members if (part := ledger.part(id)) is not None)
    title = str(head.number) if wrote is not None or not parts else ledger.title(parts[0])
    return ProductionFacts(
        choice, parts, head.poster, head.unit, head.currency, title, closed, is_register=wrote is not None
    )
