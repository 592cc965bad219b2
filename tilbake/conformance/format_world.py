"""The world a case starts from, both sides, as frozen dataclasses; the types are the format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypedDict

from tilbake.conformance.words import (
    AmountMethod,
    BillingType,
    Currency,
    Day,
    Duration,
    EntryKind,
    Flushing,
    OneOrMore,
    OrderStatus,
    ProjectBilling,
    ReversalDate,
    Tracking,
)


@dataclass(frozen=True)
class Project:
    billing: ProjectBilling = "time_and_materials"


@dataclass(frozen=True)
class Customer:
    id: str
    share: Decimal
    rounding: bool = False


@dataclass(frozen=True)
class People:
    """Who has which role; the first of several is the one a step takes by default."""

    submitter: OneOrMore = ("bob",)
    approver: OneOrMore = ("mia",)
    finance: OneOrMore = ("fia",)
    planner: OneOrMore = ("pia",)
    stranger: OneOrMore = ("sid",)

    def everyone(self) -> tuple[str, ...]:
        """All names, each once, in the order of the roles."""
        return tuple(dict.fromkeys(self.submitter + self.approver + self.finance + self.planner + self.stranger))


@dataclass(frozen=True)
class Rates:
    cost: Decimal = Decimal(100)
    sales: Decimal = Decimal(200)


@dataclass(frozen=True)
class Intercompany:
    resourcing_cost: Decimal
    sales: Decimal


@dataclass(frozen=True)
class Entry:
    id: str
    kind: EntryKind
    date: Day
    quantity: Decimal
    status: Literal["draft", "submitted", "approved"] = "draft"
    billing_type: BillingType | None = None
    amount_method: AmountMethod | None = None
    amount: Decimal | None = None
    cost_price: Decimal | None = None
    sales_price: Decimal | None = None
    external: bool = False


class Policy(TypedDict, total=False):
    """Only what a case sets; the rest is the service's default."""

    block_request_on_draft_invoice: bool
    allow_self_decision: bool
    reversal_date: ReversalDate
    recall_window_days: int | None
    quorum: int
    remind_after: Duration | None
    escalate_after: Duration | None
    escalate_to: str | None
    expire_after: Duration | None
    withdraw_allowed: bool
    output_reversal_needs_approval: bool


@dataclass(frozen=True)
class Item:
    unit_cost: Decimal
    tracking: Tracking = "none"
    negative_stock: bool = False


@dataclass(frozen=True)
class Center:
    unit_cost: Decimal
    overhead_rate: Decimal = Decimal(0)
    indirect_percent: Decimal = Decimal(0)
    subcontractor: bool = False
    basis: Literal["time", "units"] = "time"


@dataclass(frozen=True)
class OrderLine:
    line: int
    item: str
    quantity: Decimal
    location: str | None = None
    variant: str | None = None


@dataclass(frozen=True)
class RoutingStep:
    operation: str
    center: str


@dataclass(frozen=True)
class Component:
    item: str
    quantity_per: Decimal
    flushing: Flushing
    operation: str | None = None


@dataclass(frozen=True)
class Order:
    id: str
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    routing: tuple[RoutingStep, ...] = ()
    components: tuple[Component, ...] = ()


@dataclass(frozen=True)
class StockLayer:
    item: str
    quantity: Decimal
    unit_cost: Decimal
    lot: str | None = None


TODAY = Day(2026, 3, 2)
"""The day of a case that sets no clock of its own."""


@dataclass(frozen=True)
class World:
    """Everything a case may start with. A world of one side leaves the other side's fields empty."""

    currency: Currency = "USD"
    cost_currency: Currency | None = None
    exchange_rate: Decimal = Decimal(1)
    exchange_rate_today: Decimal | None = None
    project: Project = field(default_factory=Project)
    milestone: Decimal | None = None
    customers: tuple[Customer, ...] = ()
    people: People = field(default_factory=People)
    rates: Rates = field(default_factory=Rates)
    intercompany: Intercompany | None = None
    today: Day = TODAY
    entries: tuple[Entry, ...] = ()
    policy: Policy = field(default_factory=Policy)
    items: Mapping[str, Item] = field(default_factory=dict)
    centers: Mapping[str, Center] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    stock: tuple[StockLayer, ...] = ()

    def ids_in_use(self) -> Mapping[str, tuple[str, ...]]:
        """Key -> the ids under it, which must differ."""
        return {
            "entries": tuple(one.id for one in self.entries),
            "customers": tuple(one.id for one in self.customers),
            "orders": tuple(one.id for one in self.orders),
        }
