"""Route 2: the exact rows that take posted production back (output-reversal 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.money import ZERO, divide, multiply, round_quantity
from domain.production.consumption import give_back
from domain.production.costing import share_of_capacity, share_of_entry
from domain.production.model import Capacity, CapacityCost, EntryType, Figures, OperationStatus
from domain.production.recall_facts import CapacityPart, Choice, ConsumptionPart, OutputPart, Part
from domain.production.rows import NewCapacity, NewEntry, Rows

Days = Callable[[date], date]
"""The day of a reversal, by the day of its original."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """How a part is taken back: what the request chose, the days, the currency."""

    choice: Choice
    day_of: Days
    currency: str


def rows_of(part: Part, how: Reversal) -> Rows:
    """The rows taking a part back writes; none for what is not recallable."""
    match part:
        case OutputPart():
            return _output(part, how)
        case CapacityPart():
            return Rows(capacities=(_negated(part.capacity, part.capacity.left, how, closes=True),))
        case ConsumptionPart(entry=entry):
            day = how.day_of(entry.date)
            return Rows((give_back(entry, -entry.left, day, traits=entry.traits, currency=how.currency),))
        case _:
            return Rows()


def asked_quantity(part: OutputPart, choice: Choice) -> Decimal:
    """The quantity asked for; by default the whole entry."""
    return part.entry.quantity if choice.quantity is None else choice.quantity


def _output(part: OutputPart, how: Reversal) -> Rows:
    entry, quantity = part.entry, asked_quantity(part, how.choice)
    closes = quantity == entry.left
    reversal = NewEntry(
        type=EntryType.OUTPUT,
        quantity=-quantity,
        remaining=ZERO,
        traits=entry.traits,
        date=how.day_of(entry.date),
        cost=-share_of_entry(entry, quantity, currency=how.currency),
        expected=True,
        applies_to=entry.id,
        closes=closes,
    )
    capacities = tuple(_capacities(part, how, closes=closes))
    return Rows((reversal,), capacities, _reopened(part))


def _reopened(part: OutputPart) -> dict[tuple[str, str], OperationStatus]:
    """The operation goes back to in progress, so that new output needs no confirmation."""
    row = part.capacity
    return {} if row is None else {(row.line, row.operation): OperationStatus.IN_PROGRESS}


def _capacities(part: OutputPart, how: Reversal, *, closes: bool) -> Iterator[NewCapacity]:
    """The row of the same posting and operation; its stop time with the closing reversal."""
    if part.capacity is not None:
        taken = figures_along(part, part.capacity, how.choice)
        yield replace(_negated(part.capacity, taken, how, closes=closes), with_entry=0)
    if part.stop is not None and closes and not part.stop.reversed:
        yield replace(_negated(part.stop, part.stop.left, how, closes=True), with_entry=0)


def figures_along(part: OutputPart, row: Capacity, choice: Choice) -> Figures:
    """What of the row that stands with an output goes along with what is asked of it."""
    quantity = asked_quantity(part, choice)
    return figures_taken(row, part.entry.quantity, quantity, choice, closes=quantity == part.entry.left)


def figures_taken(row: Capacity, whole: Decimal, quantity: Decimal, choice: Choice, *, closes: bool) -> Figures:
    """The figures a reversal of `quantity` of `whole` takes: those given; else in proportion, or at the close what is left.

    Where typed lines took more time than their share, a reversal takes what is left of it, and so adds none.
    """
    left = row.left
    share = round_quantity(divide(multiply(row.figures.run, quantity), whole))
    run = left.run if closes else min(left.run, share, key=abs)
    setup, scrap = (left.setup, left.scrap) if closes else (ZERO, ZERO)
    return Figures(
        setup=setup if choice.setup is None else choice.setup,
        run=run if choice.run is None else choice.run,
        stop=ZERO,
        output=quantity,
        scrap=scrap if choice.scrap is None else choice.scrap,
    )


def _negated(row: Capacity, taken: Figures, how: Reversal, *, closes: bool) -> NewCapacity:
    cost = -share_of_capacity(row, taken, currency=how.currency) if row.cost.total else CapacityCost()
    return NewCapacity(
        order=row.order,
        line=row.line,
        operation=row.operation,
        figures=-taken,
        cost=cost,
        date=how.day_of(row.date),
        document=row.document,
        reverses=row.id,
        closes=closes,
    )
