"""A plant of a test: a unit with items, work centers and orders on a database of its own; people act on it without HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from application import asking, deciding, production_posting, production_setup, settling
from application.asking import Wish
from application.production_posting import Posted
from application.production_recallable import ProductionRecallable
from application.production_setup import WantedLine
from application.settled import Settled
from application.work import Work
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.model import Basis, Center, Item, OrderStatus, Tracking
from domain.production.recall_facts import Choice, Heading
from domain.recall.deciding import Decision
from domain.recall.policy import Policy
from domain.recall.request import Verdict
from store import production_reading, projects
from store.database import Database, Row, execute, fetch
from store.ids import new_id
from store.production_setup import NewComponent, NewOperation, NewOrderLine
from store.projects import NewUnit
from tests.databases import FreshDatabase

T = TypeVar("T")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = ("bob", "mia", "pia")


@dataclass(slots=True)
class Plant:
    """Acts of the people of a unit: pia plans and posts, bob asks, mia decides."""

    database: Database
    unit: str = "plant"
    items: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)

    async def as_(self, person: str, act: Callable[[Work], Awaitable[T]]) -> T:
        """One act in a transaction of its own."""
        async with self.database.begin() as connection:
            return await act(Work(connection, person, NOON))

    async def item(self, number: str, cost: str, *, tracking: str = "none", negative_stock: bool = False) -> str:
        """A new item."""
        item = Item("", number, Decimal(cost), tracking=Tracking(tracking), negative_stock=negative_stock)
        made = await self.as_("pia", lambda work: production_setup.create_item(work, self.unit, item, description=None))
        self.items[number] = made.item.id
        return made.item.id

    async def center(
        self, number: str, cost: str, *, basis: str = "time", overhead: str = "0", percent: str = "0"
    ) -> None:
        """A new work center."""
        center = Center(number, Decimal(cost), Decimal(overhead), Decimal(percent), basis=Basis(basis))
        await self.as_("pia", lambda work: production_setup.create_center(work, self.unit, center))

    async def order(
        self,
        number: str,
        item: str,
        quantity: str,
        *,
        routing: Mapping[str, str] | None = None,
        components: Sequence[NewComponent] = (),
    ) -> str:
        """A released order of one line; `routing` is the center of each operation."""
        operations = tuple(NewOperation(operation, center) for operation, center in (routing or {}).items())
        line = NewOrderLine(1, item, Decimal(quantity), operations=operations, components=tuple(components))
        self.orders[number] = await self.as_(
            "pia",
            lambda work: production_setup.create_order(
                work, self.unit, number, status=OrderStatus.RELEASED, lines=[WantedLine(line)]
            ),
        )
        return self.orders[number]

    async def output(self, *lines: OutputLine) -> Posted:
        """Post an output journal."""
        return await self.as_("pia", lambda work: production_posting.post_output(work, self.unit, lines))

    async def consume(self, *lines: ConsumptionLine) -> Posted:
        """Post a consumption journal."""
        return await self.as_("pia", lambda work: production_posting.post_consumption(work, self.unit, lines))

    async def ship(self, item: str, quantity: str | Decimal, **more: Any) -> Posted:
        """Take an item out of stock."""
        line = Shipment(item, Decimal(quantity), **more)
        return await self.as_("pia", lambda work: production_posting.ship(work, self.unit, line))

    async def receive(self, item: str, quantity: str, cost: str, **more: Any) -> Posted:
        """Bring an item into stock."""
        line = Receipt(item, Decimal(quantity), Decimal(cost), **more)
        return await self.as_("pia", lambda work: production_posting.receive(work, self.unit, line))

    async def ask(self, *choices: Choice, by: str = "bob") -> str:
        """Ask for posted production to be taken back: the one request it becomes."""
        subjects = tuple(choice.subject for choice in choices)
        wish = Wish(subjects, "Wrong count", kind="production", of=ProductionRecallable(choices))
        asked = await self.as_(by, lambda work: asking.ask(work, wish))
        return asked.requests[0].request.id

    async def decide(self, request: str, verdict: Verdict = Verdict.APPROVE, *, by: str = "mia") -> str:
        """Store a decision on the plan that is stored; its id."""

        async def take(work: Work) -> str:
            stored = await deciding.request_of(work, request)
            said = deciding.Said(Decision(work.person, verdict))
            source = deciding.Source(f"api:{by}", new_id(), "")
            return (await deciding.take(work, stored, said, source=source)).decision

        return await self.as_(by, take)

    async def settle(self, request: str, decision: str) -> Settled:
        """What the workflow's activity does for a stored decision."""
        return await self.as_("", lambda work: settling.settle_decision(work, decision, request=request))

    async def take_back(self, *choices: Choice) -> Settled:
        """Ask and approve at once; settling it twice changes nothing more."""
        request = await self.ask(*choices)
        decision = await self.decide(request)
        settled = await self.settle(request, decision)
        assert (await self.settle(request, decision)).status == settled.status
        return settled

    async def entries(self) -> Sequence[Row]:
        """All item ledger entries, by number."""
        async with self.database.begin() as connection:
            ids = [row.id for row in await fetch(connection, "select id::text as id from item_entry")]
            return await production_reading.item_entries(connection, ids)

    async def capacities(self) -> Sequence[Row]:
        """All capacity ledger entries, by number."""
        async with self.database.begin() as connection:
            ids = [row.id for row in await fetch(connection, "select id::text as id from capacity_entry")]
            return await production_reading.capacity_entries(connection, ids)

    async def stock(self, item: str) -> Decimal:
        """What is in stock of an item."""
        async with self.database.begin() as connection:
            return (await production_reading.items(connection, [self.items[item]]))[self.items[item]].stock

    async def finished(self, order: str) -> Decimal:
        """What is finished on an order."""
        async with self.database.begin() as connection:
            (found,) = await production_reading.orders(connection, [self.orders[order]])
            return sum((line.finished for line in found.order.lines), Decimal(0))


def output(entry: str, quantity: str | Decimal | None = None, **more: str) -> Choice:
    """An output named by a request."""
    given = {name: Decimal(value) for name, value in more.items()}
    return Choice(entry, Heading.OUTPUT, None if quantity is None else Decimal(quantity), **given)


@asynccontextmanager
async def plant(database: FreshDatabase, **policy: Any) -> AsyncIterator[Plant]:
    """An empty plant."""
    opened = Database(database.app_url, pool_size=4)
    try:
        async with opened.begin() as connection:
            for person in PEOPLE:
                await projects.insert_person(connection, id=person, name=person.title())
            new = NewUnit("plant", "Plant", "USD", replace(Policy(), **policy), by="admin")
            await projects.insert_unit(connection, new)
            roles = {"member": ["bob"], "approver": ["mia"], "planner": ["pia"]}
            await projects.set_roles(connection, "plant", roles)
            await execute(connection, "update unit set business_now = :now where id = 'plant'", now=NOON)
        yield Plant(opened)
    finally:
        await opened.close()
