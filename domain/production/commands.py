"""What a person types: lines of the output and the consumption journal, and other outbound use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from domain.production.model import Figures


@dataclass(frozen=True, slots=True)
class OutputLine:
    """A line of the output journal. Pieces count in `unit`, by default the base unit; times are minutes."""

    order: str
    line: int | None = None
    operation: str | None = None
    figures: Figures = field(default_factory=Figures)
    finished: bool = False
    confirm_finished: bool = False
    lot: str | None = None
    serial: str | None = None
    date: date | None = None
    document: str | None = None
    applies_to: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class ConsumptionLine:
    """A line of the consumption journal; a negative quantity gives back what `applies_from` consumed."""

    order: str
    item: str
    quantity: Decimal
    line: int | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None
    date: date | None = None
    document: str | None = None
    applies_from: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Shipment:
    """Any other outbound use of an item."""

    item: str
    quantity: Decimal
    variant: str | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None
    date: date | None = None
    document: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """Stock that comes in from outside production: a positive adjustment at a cost of its own."""

    item: str
    quantity: Decimal
    unit_cost: Decimal
    variant: str | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None
    date: date | None = None
    document: str | None = None
