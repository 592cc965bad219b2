"""What a case may expect. A row keeps which keys it names: those left out are not compared, null is compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Literal, TypedDict

from tilbake.conformance.words import (
    ActualType,
    Adjustment,
    ApprovalStage,
    BillingStatus,
    BillingType,
    Code,
    Day,
    EntryStatus,
    LineStatus,
    OrderStatus,
    RecallStatus,
)


class ActualRow(TypedDict, total=False):
    type: ActualType
    billing: BillingType
    customer: str | None
    quantity: Decimal
    price: Decimal
    amount: Decimal
    adjustment: Adjustment
    status: BillingStatus
    reverses: bool
    date: Day
    base_amount: Decimal


class Totals(TypedDict, total=False):
    cost: Decimal
    backlog: Decimal
    billed: Decimal


class ItemRow(TypedDict, total=False):
    type: Literal["output", "consumption"]
    item: str
    quantity: Decimal
    remaining: Decimal
    open: bool
    applies_to: str | None
    applies_from: str | None
    reversed: bool
    lot: str | None
    serial: str | None
    line: int
    location: str | None
    date: Day
    document: str | None
    cost: Decimal


class CapacityRow(TypedDict, total=False):
    operation: str
    line: int
    setup: Decimal
    run: Decimal
    stop: Decimal
    output: Decimal
    scrap: Decimal
    reversed: bool
    reverses: str | None
    date: Day
    document: str | None
    cost: Decimal
    direct_cost: Decimal
    indirect_cost: Decimal


class LineFigures(TypedDict, total=False):
    finished: Decimal
    remaining: Decimal


class OrderFigures(TypedDict, total=False):
    finished: Decimal
    remaining: Decimal
    status: OrderStatus
    lines: Mapping[int, LineFigures]


class DecisionRow(TypedDict, total=False):
    by: str
    decision: Literal["approve", "reject"]
    outcome: Literal["applied", "refused"]


@dataclass(frozen=True)
class Expect:
    """One `expect`; every field left out is not looked at."""

    entries: Mapping[str, EntryStatus] = field(default_factory=dict)
    approvals: Mapping[str, ApprovalStage] = field(default_factory=dict)
    recalls: Mapping[str, RecallStatus] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, LineStatus]] = field(default_factory=dict)
    blocked_by: Mapping[str, Mapping[str, Code]] = field(default_factory=dict)
    actuals: Mapping[str, tuple[ActualRow, ...]] = field(default_factory=dict)
    totals: Totals = field(default_factory=Totals)
    net_zero: tuple[str, ...] = ()
    item_entries: Mapping[str, tuple[ItemRow, ...]] = field(default_factory=dict)
    capacity_entries: Mapping[str, tuple[CapacityRow, ...]] = field(default_factory=dict)
    order: Mapping[str, OrderFigures] = field(default_factory=dict)
    stock: Mapping[str, Decimal] = field(default_factory=dict)
    history: Mapping[str, tuple[EntryStatus, ...]] = field(default_factory=dict)
    decisions: Mapping[str, tuple[DecisionRow, ...]] = field(default_factory=dict)

    def asked(self) -> Mapping[str, Any]:
        """The expectations this one holds, by name, in the order of the format."""
        return {one.name: value for one in fields(self) if (value := getattr(self, one.name))}
