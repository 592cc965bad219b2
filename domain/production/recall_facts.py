"""What a request on posted production names, and what its rules ask about it (output-reversal 4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from domain.periods import Periods
from domain.production.model import Capacity, Entry, Item, Order


class Heading(StrEnum):
    """What a request lists something under."""

    OUTPUT = "output"
    CAPACITY = "capacity"
    CONSUMPTION = "consumption"
    REGISTER = "register"


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a request names. Figures not given follow from the rules; they are as positive as the original."""

    subject: str
    heading: Heading
    quantity: Decimal | None = None
    run: Decimal | None = None
    setup: Decimal | None = None
    scrap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OutputPart:
    """An output entry with the rows its posting wrote beside it; `subcontracted` is such an operation of its line."""

    entry: Entry
    item: Item
    order: Order | None = None
    capacity: Capacity | None = None
    stop: Capacity | None = None
    subcontracted: str | None = None


@dataclass(frozen=True, slots=True)
class CapacityPart:
    """A capacity entry; `of_output` says that it is a row of the last operation with output."""

    capacity: Capacity
    order: Order
    of_output: bool


@dataclass(frozen=True, slots=True)
class ConsumptionPart:
    """A consumption entry."""

    entry: Entry
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class OtherPart:
    """An entry that is nothing recallable: a shipment, a receipt."""

    entry: Entry


Part = OutputPart | CapacityPart | ConsumptionPart | OtherPart


@dataclass(frozen=True, slots=True, eq=False)
class ProductionFacts:
    """One line of a request. A register has a part for each thing its posting wrote; the others have one.

    `is_register` says what the subject really is; `also_named` that a line of the request before it names (a part of) the same;
    `open_request` is the number of one that does. Facts of one moment are one object: they are compared by identity.
    """

    choice: Choice
    parts: tuple[Part, ...]
    poster: str
    unit: str
    currency: str
    title: str = ""
    periods: Periods = field(default_factory=Periods)
    is_register: bool = False
    also_named: bool = False
    open_request: str | None = None


def parts_taken(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts to be written; an output takes the capacity rows of its posting along, so they are no part of their own."""
    along = {row.id for part in parts if isinstance(part, OutputPart) for row in (part.capacity, part.stop) if row}
    for part in parts:
        if not (isinstance(part, CapacityPart) and part.capacity.id in along):
            yield part


def number_of(part: Part) -> int:
    """The number of the entry a part is."""
    return part.capacity.number if isinstance(part, CapacityPart) else part.entry.number


def type_of(part: Part) -> str:
    """The type of the entry a part is."""
    return "capacity" if isinstance(part, CapacityPart) else part.entry.type.value
