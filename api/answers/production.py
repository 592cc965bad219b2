"""Items, work centers, orders, ledger entries and postings as they are answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.answers.base import (
    Action,
    Day,
    Id,
    Instant,
    Money,
    Number,
    Page,
    PersonId,
    Shown,
    UnitId,
)

EntryTypeName = Literal["output", "consumption", "sale", "positive_adjustment"]
OrderStatusName = Literal["planned", "firm_planned", "released", "finished"]
FlushingName = Literal["manual", "forward", "backward"]
Closes = Annotated[
    Literal["yes", "no"] | None, Field(description="Only of a planned row: nothing of the original is left")
]


class Item(Shown):
    """An item and what is in stock of it, in base units."""

    id: Id
    unit: UnitId
    number: str
    description: str | None
    base_unit: str
    units: Annotated[dict[str, Number], Field(description="Base units that each other unit holds")]
    unit_cost: Number
    tracking: Literal["none", "lot", "serial"]
    negative_stock: bool
    blocked: bool
    stock: Number
    version: int


class Items(Page[Item]):
    """Items of a list."""


class Center(Shown):
    """A work center; the unit cost is the whole cost of a minute or a piece."""

    id: Id
    unit: UnitId
    number: str
    unit_cost: Number
    overhead_rate: Number
    indirect_percent: Number
    subcontractor: bool
    basis: Literal["time", "units"]
    version: int


class RoutingOperation(Shown):
    """A step of a routing."""

    operation: str
    center: str
    setup_minutes: Number
    run_minutes: Annotated[Number, Field(description="For each piece")]


class Routing(Shown):
    """A routing that orders can name."""

    unit: UnitId
    number: str
    operations: list[RoutingOperation]


class OrderOperation(Shown):
    """A step of an order line, with all that was posted on it, reversals taken off."""

    operation: str
    center: str
    status: Literal["planned", "in_progress", "finished"]
    setup: Number
    run: Number
    stop: Number
    output: Number
    scrap: Number


class ComponentOfOrder(Shown):
    """Material of an order line."""

    item: str
    quantity_per: Number
    flushing: FlushingName
    operation: str | None
    consumed: Annotated[Number, Field(description="Returns taken off")]


class OrderLine(Shown):
    """One item to make."""

    line: int
    item: str
    variant: str | None
    location: str | None
    quantity: Number
    finished: Number
    remaining: Annotated[Number, Field(description="Never below zero, however much was made")]
    operations: list[OrderOperation]
    components: list[ComponentOfOrder]


class ProductionOrder(Shown):
    """A production order."""

    id: Id
    unit: UnitId
    number: str
    status: OrderStatusName
    reopened: Annotated[bool, Field(description="Whether its one reopening is used up")]
    lines: list[OrderLine]
    allowed_actions: list[Action]
    version: int


class ProductionOrders(Page[ProductionOrder]):
    """Orders of a list."""


class _Posted(Shown):
    """What both ledgers say of a row's posting."""

    order: Annotated[str | None, Field(description="Its number")]
    order_id: Id | None
    line: int | None
    date: Day
    document: str | None
    register_: Annotated[Id, Field(alias="register", description="All that one posting wrote")]
    register_number: int
    recall: Annotated[Id | None, Field(description="The recall that wrote it")]
    posted_by: PersonId


class ItemEntry(_Posted):
    """An item ledger entry."""

    id: Id
    number: int
    type: EntryTypeName
    item: str
    variant: str | None
    location: str | None
    lot: str | None
    serial: str | None
    quantity: Number
    remaining: Number
    reserved: Number
    open: bool
    reversed: bool
    applies_to: Annotated[Id | None, Field(description="The output it takes back")]
    applies_from: Annotated[Id | None, Field(description="The consumption it gives back")]
    unit: str
    unit_quantity: Number
    cost: Money


class ItemEntries(Page[ItemEntry]):
    """Item ledger entries in the order they were written."""


class CapacityEntry(_Posted):
    """A capacity ledger entry."""

    id: Id
    number: int
    type: Literal["capacity"]
    operation: str
    center: str
    setup: Number
    run: Number
    stop: Number
    output: Number
    scrap: Number
    reversed: bool
    reverses: Annotated[Id | None, Field(description="The row it takes back")]
    item_entry: Annotated[Id | None, Field(description="What its posting wrote for the last operation")]
    cost: Money
    direct_cost: Money
    indirect_cost: Money


class CapacityEntries(Page[CapacityEntry]):
    """Capacity ledger entries in the order they were written."""


class ItemRow(Shown):
    """An item ledger entry as a posting or a recall will write it, or has written it; orders, lines and items by id."""

    id: Annotated[Id | None, Field(description="Only of a row that is written")] = None
    ledger: Literal["item"]
    reverses: Id | None
    type: EntryTypeName
    quantity: Number
    amount: Money
    posting_date: Day
    order: Id | None
    line: Id | None
    item: Id
    variant: str | None
    location: str | None
    lot: str | None
    serial: str | None
    document: str | None
    unit: str
    closes: Closes = None


class CapacityRow(Shown):
    """A capacity ledger entry as a posting or a recall will write it, or has written it."""

    id: Annotated[Id | None, Field(description="Only of a row that is written")] = None
    ledger: Literal["capacity"]
    reverses: Id | None
    type: Literal["capacity"]
    operation: str
    setup: Number
    run: Number
    stop: Number
    output: Number
    scrap: Number
    amount: Money
    direct_amount: Money
    posting_date: Day
    order: Id
    line: Id
    document: str | None
    closes: Closes = None


class PostedLine(Shown):
    """What one line of a journal wrote; in a preview without ids."""

    item_entry: Annotated[Id | None, Field(description="The output entry")]
    capacity_entry: Id | None
    stop_entry: Annotated[Id | None, Field(description="The row of the stop time")]
    entries: list[ItemRow]
    capacities: list[CapacityRow]


class Posting(Shown):
    """What a journal wrote, line by line; `register` is null in a preview."""

    register_: Annotated[Id | None, Field(alias="register")]
    register_number: int | None
    lines: list[PostedLine]


class ProposedLine(Shown):
    """A journal line that a routing proposes."""

    order: str
    line: int
    operation: str | None
    setup: Number
    run: Number
    stop: Number
    output: Number
    scrap: Number


class Proposal(Shown):
    """Journal lines in the form they are posted in."""

    unit: UnitId
    lines: list[ProposedLine]


class Reservation(Shown):
    """A quantity of an entry that is kept for a demand."""

    id: Id
    entry: Id
    quantity: Number
    demand: str
    reserved_by: PersonId
    reserved_at: Instant


class Reservations(Shown):
    """The reservations of an entry that are in force."""

    entry: Id
    reservations: list[Reservation]


class Dependent(Shown):
    """An entry that uses another: how much, of which one, and how many steps away."""

    quantity: Number
    uses: Id
    depth: int
    entry: ItemEntry


class Dependents(Shown):
    """What stands in the way of an entry, in the order in which it would have to be taken back."""

    items: list[Dependent]
    reservations: list[Reservation]
    complete: Annotated[bool, Field(description="False where there is more than was looked at")]
