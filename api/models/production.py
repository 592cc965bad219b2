"""Bodies about production: what is set up, journals, movements of stock, reservations."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from api.models.base import Body, Many
from api.models.fields import Day, Line, PositiveQuantity, Price, Quantity, ResourceId, SignedQuantity, UnitId
from domain.money import ZERO

LineNumber = Annotated[int, Ge(1), Le(1_000_000_000)]
Flushing = Literal["manual", "forward", "backward"]


class NewItem(Body):
    """An item. `units` says how many base units each other unit of it holds."""

    unit: UnitId
    number: Line
    description: Line | None = None
    base_unit: Line = "PCS"
    unit_cost: Price
    tracking: Literal["none", "lot", "serial"] = "none"
    negative_stock: bool = False
    units: dict[Line, PositiveQuantity] = Field(default_factory=dict, max_length=100)


class ItemChanges(Body):
    unit_cost: Price | None = None
    blocked: bool | None = None


class NewCenter(Body):
    """A work center; the unit cost is the whole cost of a minute or a piece."""

    unit: UnitId
    number: Line
    unit_cost: Price
    overhead_rate: Price = ZERO
    indirect_percent: Price = ZERO
    subcontractor: bool = False
    basis: Literal["time", "units"] = "time"


class CenterChanges(Body):
    unit_cost: Price


class RoutingStep(Body):
    operation: Line
    center: Line
    setup_minutes: Quantity = ZERO
    run_minutes: Quantity = ZERO


class NewRouting(Body):
    unit: UnitId
    number: Line
    operations: Annotated[Many[RoutingStep], Field(min_length=1, max_length=1000)]


class OrderComponent(Body):
    item: Line
    quantity_per: PositiveQuantity
    flushing: Flushing = "manual"
    operation: Line | None = None


class OrderLineBody(Body):
    """A line; its routing is named by number, or given step by step, or there is none."""

    line: LineNumber
    item: Line
    quantity: PositiveQuantity
    variant: Line | None = None
    location: Line | None = None
    routing: Line | None = None
    operations: Annotated[Many[RoutingStep], Field(max_length=1000)] = ()
    components: Annotated[Many[OrderComponent], Field(max_length=1000)] = ()


class NewOrder(Body):
    unit: UnitId
    number: Line
    status: Literal["planned", "firm_planned", "released", "finished"] = "planned"
    lines: Annotated[Many[OrderLineBody], Field(min_length=1, max_length=1000)]


class OutputJournalLine(Body):
    """Pieces count in `unit`, by default the item's base unit; times are minutes."""

    order: Line
    line: LineNumber | None = None
    operation: Line | None = None
    output: SignedQuantity = ZERO
    scrap: SignedQuantity = ZERO
    setup: SignedQuantity = ZERO
    run: SignedQuantity = ZERO
    stop: SignedQuantity = ZERO
    finished: bool = False
    confirm_finished: bool = False
    lot: Line | None = None
    serial: Line | None = None
    date: Day | None = None
    document: Line | None = None
    applies_to: ResourceId | None = None
    unit: Line | None = None


class OutputJournal(Body):
    unit: UnitId
    lines: Annotated[Many[OutputJournalLine], Field(min_length=1)]


class ConsumptionJournalLine(Body):
    """A negative quantity gives back what `applies_from` consumed."""

    order: Line
    item: Line
    quantity: SignedQuantity
    line: LineNumber | None = None
    location: Line | None = None
    lot: Line | None = None
    serial: Line | None = None
    date: Day | None = None
    document: Line | None = None
    applies_from: ResourceId | None = None
    unit: Line | None = None


class ConsumptionJournal(Body):
    unit: UnitId
    lines: Annotated[Many[ConsumptionJournalLine], Field(min_length=1)]


class Exploding(Body):
    unit: UnitId
    order: Line
    line: LineNumber | None = None


class NewShipment(Body):
    """Outbound use for anything but production."""

    unit: UnitId
    item: Line
    quantity: PositiveQuantity
    variant: Line | None = None
    location: Line | None = None
    lot: Line | None = None
    serial: Line | None = None
    date: Day | None = None
    document: Line | None = None
    unit_of_measure: Line | None = None


class NewReceipt(Body):
    """Stock that comes in from outside production."""

    unit: UnitId
    item: Line
    quantity: PositiveQuantity
    unit_cost: Price
    variant: Line | None = None
    location: Line | None = None
    lot: Line | None = None
    serial: Line | None = None
    date: Day | None = None
    document: Line | None = None


class NewReservation(Body):
    quantity: PositiveQuantity
    demand: Line
