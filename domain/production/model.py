"""The things production rules speak of: items, work centers, orders with their lines, and what stands in the ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.money import ZERO


class Tracking(StrEnum):
    NONE = "none"
    LOT = "lot"
    SERIAL = "serial"


class Basis(StrEnum):
    """What a work center costs by: minutes of setup and run, or pieces, good and scrapped."""

    TIME = "time"
    UNITS = "units"


class Flushing(StrEnum):
    MANUAL = "manual"
    FORWARD = "forward"
    BACKWARD = "backward"


class OrderStatus(StrEnum):
    PLANNED = "planned"
    FIRM_PLANNED = "firm_planned"
    RELEASED = "released"
    FINISHED = "finished"


class OperationStatus(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"


class EntryType(StrEnum):
    """What an item ledger entry is."""

    OUTPUT = "output"
    CONSUMPTION = "consumption"
    SALE = "sale"
    POSITIVE_ADJUSTMENT = "positive_adjustment"


@dataclass(frozen=True, slots=True)
class Item:
    """An item. `units` says how many base units each other unit of it holds."""

    id: str
    number: str
    unit_cost: Decimal
    base_unit: str = "PCS"
    tracking: Tracking = Tracking.NONE
    negative_stock: bool = False
    blocked: bool = False
    units: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Center:
    """A work center. `unit_cost` is the whole cost of a minute or a piece, the indirect part included."""

    number: str
    unit_cost: Decimal
    overhead_rate: Decimal = ZERO
    indirect_percent: Decimal = ZERO
    subcontractor: bool = False
    basis: Basis = Basis.TIME


@dataclass(frozen=True, slots=True)
class Figures:
    """What a capacity entry counts: minutes of setup, run and stop; good and scrapped pieces."""

    setup: Decimal = ZERO
    run: Decimal = ZERO
    stop: Decimal = ZERO
    output: Decimal = ZERO
    scrap: Decimal = ZERO

    def __neg__(self) -> Figures:
        return Figures(-self.setup, -self.run, -self.stop, -self.output, -self.scrap)

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.setup + other.setup,
            self.run + other.run,
            self.stop + other.stop,
            self.output + other.output,
            self.scrap + other.scrap,
        )

    def __sub__(self, other: Figures) -> Figures:
        return Figures(
            self.setup - other.setup,
            self.run - other.run,
            self.stop - other.stop,
            self.output - other.output,
            self.scrap - other.scrap,
        )

    def __bool__(self) -> bool:
        """Whether anything is not zero."""
        return bool(self.setup or self.run or self.stop or self.output or self.scrap)

    def at_least_zero(self) -> Figures:
        """Nothing below zero."""
        return Figures(*(max(ZERO, getattr(self, name)) for name in FIGURES)) if self.any_negative else self

    def between_nothing_and(self, whole: Figures) -> Figures:
        """No figure beyond nothing on the one side, and beyond that of the whole on the other."""
        return Figures(*(sorted((ZERO, getattr(self, name), getattr(whole, name)))[1] for name in FIGURES))

    @property
    def any_negative(self) -> bool:
        """Whether anything is below zero."""
        return min(self.setup, self.run, self.stop, self.output, self.scrap) < ZERO


FIGURES: Final = tuple(one.name for one in fields(Figures))


@dataclass(frozen=True, slots=True)
class Operation:
    """A step of a line's routing; `net` is all that was posted on it, reversals taken off."""

    number: str
    center: Center
    status: OperationStatus = OperationStatus.PLANNED
    net: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class Component:
    """Material of a line: `quantity_per` base units for each piece; `operation` None stands for the default of its flushing."""

    item: str
    quantity_per: Decimal
    flushing: Flushing = Flushing.MANUAL
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One item to make; `consumed` is what each item was consumed for it, returns taken off."""

    id: str
    line: int
    item: str
    quantity: Decimal
    finished: Decimal = ZERO
    variant: str | None = None
    location: str | None = None
    operations: tuple[Operation, ...] = ()
    components: tuple[Component, ...] = ()
    consumed: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def remaining(self) -> Decimal:
        """What is still to be made; never below zero, however much was made (output-reversal 1)."""
        return max(ZERO, self.quantity - self.finished)

    def operation(self, number: str | None) -> Operation | None:
        """The operation with this number."""
        return next((one for one in self.operations if one.number == number), None)

    def is_last(self, number: str | None) -> bool:
        """Whether this is the last operation; a line without a routing is its own."""
        return not self.operations or self.operations[-1].number == number

    def with_operation(self, changed: Operation) -> OrderLine:
        """The line with one of its operations as it is now."""
        found = tuple(changed if one.number == changed.number else one for one in self.operations)
        return replace(self, operations=found)


@dataclass(frozen=True, slots=True)
class Order:
    """A production order. `reopened` says that its one reopening is used up."""

    id: str
    number: str
    status: OrderStatus
    lines: tuple[OrderLine, ...] = ()
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """What an item entry carries along and its reversal copies."""

    item: str
    variant: str | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None
    order: str | None = None
    line: str | None = None
    document: str | None = None
    unit: str = "PCS"
    per_unit: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item ledger entry as it stands, with what its reversals took: their quantity and cost, both as positive as itself.

    `used_by` are the numbers of the entries that used it, `demands` what it is reserved for.
    """

    id: str
    number: int
    type: EntryType
    quantity: Decimal
    remaining: Decimal
    traits: Traits
    date: date
    cost: Decimal
    register: str
    reversed: bool = False
    reserved: Decimal = ZERO
    taken_back: Decimal = ZERO
    cost_taken_back: Decimal = ZERO
    is_reversal: bool = False
    used_by: tuple[str, ...] = ()
    demands: tuple[str, ...] = ()

    @property
    def left(self) -> Decimal:
        """What no reversal has taken back yet."""
        return self.quantity - self.taken_back


@dataclass(frozen=True, slots=True)
class CapacityCost:
    """The cost of capacity; together they are the whole of it."""

    direct: Decimal = ZERO
    indirect: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Direct and indirect."""
        return self.direct + self.indirect

    def __add__(self, other: CapacityCost) -> CapacityCost:
        return CapacityCost(self.direct + other.direct, self.indirect + other.indirect)

    def __neg__(self) -> CapacityCost:
        return CapacityCost(-self.direct, -self.indirect)

    def __sub__(self, other: CapacityCost) -> CapacityCost:
        return self + -other


@dataclass(frozen=True, slots=True)
class Capacity:
    """A capacity ledger entry as it stands; `taken` and `cost_taken` are what reversals took, as positive as itself.

    Of typed lines only what they took counts, not what they added. `item_entry` is the entry its posting wrote for the last
    operation, by id and number.
    """

    id: str
    number: int
    order: str
    line: str
    operation: str
    center: Center
    figures: Figures
    cost: CapacityCost
    date: date
    document: str | None
    register: str
    reversed: bool = False
    is_reversal: bool = False
    taken: Figures = field(default_factory=Figures)
    cost_taken: CapacityCost = field(default_factory=CapacityCost)
    item_entry: str | None = None
    item_entry_number: int | None = None

    @property
    def left(self) -> Figures:
        """What no reversal has taken back yet; nothing of a figure of which typed lines took more than there was."""
        return (self.figures - self.taken).between_nothing_and(self.figures)
