"""Flushing: components consumed along with output (output-reversal 2.2, step 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.money import ZERO, multiply, round_quantity
from domain.production.books import Books
from domain.production.model import Component, EntryType, Flushing, OrderLine, Traits
from domain.production.outbound import Need, Portion, take_out
from domain.production.rows import NewEntry
from domain.production.targets import Target, check_blocked
from domain.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Out:
    """On whose account something goes out: its type, order and line, day and document."""

    type: EntryType
    date: date
    document: str | None
    order: str | None = None
    line: str | None = None
    variant: str | None = None
    unit: str | None = None
    per_unit: Decimal = Decimal(1)


def flush(
    target: Target, operation: str | None, output: Decimal, *, out: Out, books: Books
) -> Sequence[NewEntry] | Refusal:
    """The consumption that posting `output` on an operation brings, each item at once."""
    found: list[NewEntry] = []
    for item, quantity in flushed_needs(target.line, operation, output):
        entries = issue(Need(books.items[item], quantity), out, books)
        if isinstance(entries, Refusal):
            return entries
        found += entries
    return found


def flushed_needs(line: OrderLine, operation: str | None, output: Decimal) -> Iterator[tuple[str, Decimal]]:
    """What this output flushes, by item; what was consumed of an item counts once, whichever components need it."""
    here = [component for component in line.components if flushes_at(line, component, operation)]
    for item in dict.fromkeys(component.item for component in here):
        own = [component for component in here if component.item == item]
        quantity = sum((_of(component, output) for component in own if component.flushing is Flushing.BACKWARD), ZERO)
        if _made(line, operation) <= ZERO:
            quantity += _forward(line, [component for component in own if component.flushing is Flushing.FORWARD])
        if quantity > ZERO:
            yield item, quantity


def flushes_at(line: OrderLine, component: Component, operation: str | None) -> bool:
    """Whether a posting on an operation flushes a component: backward with the last by default, forward with the first."""
    if component.flushing is Flushing.MANUAL:
        return False
    return not line.operations or operation == _place(line, component)


def _place(line: OrderLine, component: Component) -> str:
    """The operation a component is tied to, or the default of its flushing."""
    return component.operation or line.operations[0 if component.flushing is Flushing.FORWARD else -1].number


def _forward(line: OrderLine, components: Sequence[Component]) -> Decimal:
    """The whole need of components of one item, less what was consumed of it and flushed for no other component."""
    if not components:
        return ZERO
    need = sum((_of(component, line.quantity) for component in components), ZERO)
    others = (one for one in line.components if one.item == components[0].item and one not in components)
    consumed = line.consumed.get(components[0].item, ZERO) - sum((_flushed(line, one) for one in others), ZERO)
    return max(ZERO, need - max(ZERO, consumed))


def _flushed(line: OrderLine, component: Component) -> Decimal:
    """What the output that stands was flushed for a component."""
    if component.flushing is Flushing.MANUAL:
        return ZERO
    made = _made(line, _place(line, component) if line.operations else None)
    if made <= ZERO:
        return ZERO
    return _of(component, made if component.flushing is Flushing.BACKWARD else line.quantity)


def _made(line: OrderLine, operation: str | None) -> Decimal:
    """The output of an operation, reversals taken off; without a routing that of the line."""
    done = line.operation(operation)
    return line.finished if done is None else done.net.output


def _of(component: Component, pieces: Decimal) -> Decimal:
    return round_quantity(multiply(component.quantity_per, pieces))


def issue(need: Need, out: Out, books: Books) -> Sequence[NewEntry] | Refusal:
    """Outbound entries for a need, one for each location, lot and serial it is taken from."""
    refusal = check_blocked(need.item)
    if refusal is not None:
        return refusal
    portions = take_out(need, books.layers_of(need.item.id), currency=books.desk.currency)
    return portions if isinstance(portions, Refusal) else [_outbound(need, one, out) for one in portions]


def _outbound(need: Need, portion: Portion, out: Out) -> NewEntry:
    traits = Traits(
        item=need.item.id,
        variant=need.variant,
        location=portion.location,
        lot=portion.lot,
        serial=portion.serial,
        order=out.order,
        line=out.line,
        document=out.document,
        unit=out.unit or need.item.base_unit,
        per_unit=out.per_unit,
    )
    return NewEntry(
        type=out.type,
        quantity=-portion.quantity,
        remaining=-portion.uncovered,
        traits=traits,
        date=out.date,
        cost=-portion.cost,
        takes=portion.takes,
    )
