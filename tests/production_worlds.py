"""Random worlds of production for long requests: what was posted, what was done to it, what is asked, and what comes between.

A world is a description only, made from a number; `Played` plays it, any number of times, on a database of its own. Ids of
entries are the same in every play, so that chunks hold the same lines.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Final
from uuid import UUID

import pytest

from application import calendar, deciding, production_dependents, production_orders, production_setup
from application.production_setup import ItemChange
from application.work import Refused, Work
from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.recall_facts import Choice, Heading
from domain.recall.deciding import Decision
from domain.recall.plan import request_hash
from domain.recall.policy import ReversalDate
from domain.recall.request import Verdict
from store import production_ledger
from store.database import execute, fetch
from store.ids import new_id
from store.production_setup import NewComponent
from tests.plant import Plant, output
from tests.production_examples import figures

DAYS: Final = (date(2026, 1, 15), date(2026, 1, 31), date(2026, 2, 27), None)
ORDERS: Final = ("RPO-1", "RPO-2", "RPO-3")


@dataclass(frozen=True, slots=True)
class Act:
    """Something people do: `place` says to which output, `quantity` how much."""

    name: str
    place: int
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class World:
    """What is posted; what is done before the request, between it and the decision, and after each chunk."""

    number: int
    policy: Mapping[str, object]
    posted: tuple[OutputLine, ...]
    before: tuple[Act, ...]
    between: tuple[Act, ...]
    after_chunk: tuple[Act, ...]


_ACTS: Final = (
    "ship", "ship", "reserve", "release", "type_back", "take_back", "block", "finish", "reopen", "close", "revalue", "revalue_work",
    "reprice", "receive", "consume",
)  # fmt: skip


def world(number: int) -> World:
    """The world of a number."""
    dice = random.Random(number)

    def quantity(most: int) -> Decimal:
        return (Decimal(most) * dice.randrange(1, 101) / 100).quantize(
            Decimal(10) ** -dice.choice((0, 2, 5))
        ) or Decimal(1)

    def line() -> OutputLine:
        order = dice.choice(ORDERS)
        some = {
            name: quantity(most) for name, most in (("setup", 30), ("run", 200), ("scrap", 3)) if dice.random() < 0.7
        }
        if order == "RPO-1" and dice.random() < 0.3:
            return OutputLine(
                order,
                operation="10",
                figures=figures(**{"setup": Decimal(1), "run": Decimal(1), **some}),
                date=dice.choice(DAYS),
            )
        stop = {"stop": quantity(9)} if dice.random() < 0.3 and order != "RPO-2" else {}
        made = figures(output=quantity(20), **(some if order != "RPO-2" else {}), **stop)
        lot = dice.choice(("L-1", "L-2")) if order == "RPO-3" else None
        operation = {"RPO-1": "20", "RPO-2": None, "RPO-3": "10"}[order]
        document = dice.choice((None, "D-7"))
        return OutputLine(order, operation=operation, figures=made, lot=lot, date=dice.choice(DAYS), document=document)

    def acts(most: int) -> tuple[Act, ...]:
        return tuple(Act(dice.choice(_ACTS), dice.randrange(100), quantity(6)) for _ in range(dice.randrange(most + 1)))

    policy = {"reversal_date": ReversalDate(dice.choice(("original", "original", "next_open_period", "today")))}
    posted = tuple(line() for _ in range(dice.randrange(6, 14)))
    return World(number, policy, posted, acts(3), acts(4), acts(4))


@contextmanager
def same_ids(number: int) -> Iterator[None]:
    """Inside, entries and registers get ids that follow from the number, in no order."""
    dice = random.Random(number)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(production_ledger, "new_ordered_id", lambda: str(UUID(int=dice.getrandbits(128), version=4)))
        yield


@dataclass(slots=True)
class Played:
    """A world under way on a plant of its own; `done` is what each act came to."""

    plant: Plant
    world: World
    outputs: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        """Items, orders, and what was posted on them."""
        for number, cost, tracking in (("BOLT", "16.667", "none"), ("NUT", "0.033", "none"), ("PUMP", "401.5", "lot")):
            await self.plant.item(number, cost, tracking=tracking)
        await self.plant.item("STEEL", "3")
        await self.plant.center("100", "1.37", overhead="0.2", percent="20")
        await self.plant.center("200", "0.71", basis="units", percent="7.5")
        steel = NewComponent("STEEL", Decimal("0.7"), "backward")
        await self.plant.order("RPO-1", "BOLT", "100", routing={"10": "100", "20": "200"}, components=[steel])
        await self.plant.order("RPO-2", "NUT", "40", components=[NewComponent("STEEL", Decimal("0.1"), "forward")])
        await self.plant.order("RPO-3", "PUMP", "30", routing={"10": "100"})
        await self.plant.receive("STEEL", "500", "3.333")
        for line in self.world.posted:
            await self.act(partial(self.plant.output, line), "post")
        self.outputs = await self._ids("item_entry", "type = 'output' and quantity > 0")
        await self.all(self.world.before)

    async def all(self, acts: Sequence[Act]) -> None:
        """Do these acts; what the rules refuse is part of the world."""
        for one in acts:
            await self.act(partial(getattr(self, f"_{one.name}"), one), one.name)

    async def act(self, do: Callable[[], Awaitable[object]], name: str) -> None:
        """Do one thing, and note what it came to."""
        try:
            await do()
            self.done.append(f"{name} done")
        except Refused as refused:
            self.done.append(f"{name} {refused}")

    async def choices(self) -> list[Choice]:
        """What is asked: most outputs as a whole, some in part or with figures of their own, some other entries, a register."""
        dice = random.Random(-self.world.number)
        found = []
        for id in self.outputs:
            more = dice.choice(({},) * 6 + ({"run": "1.5"}, {"setup": "0", "scrap": "0"}))
            part = None if dice.random() < 0.8 else "0.5"
            if dice.random() < 0.9:
                found.append(output(id, part, **more))
        for table, condition, heading in (
            ("capacity_entry", "operation = '10' and item_entry_id is null and reverses_id is null", Heading.CAPACITY),
            ("item_entry", "type = 'consumption' and quantity < 0", Heading.CONSUMPTION),
        ):
            ids = await self._ids(table, condition)
            found += [Choice(id, heading) for id in ids if dice.random() < 0.2]
        registers = await self._ids("posting_register", "kind = 'output'")
        return (
            [*found, Choice(dice.choice(registers), Heading.REGISTER)] if registers and dice.random() < 0.3 else found
        )

    async def ask(self) -> str | None:
        """Ask for all of it; what is refused is left out, as people do. None where nothing is left."""
        choices = await self.choices()
        while choices:
            try:
                return await self.plant.ask(*choices)
            except Refused as refused:
                self.done.append(f"ask {refused}")
                refusals = {refusal.subject for refusal in refused.refusals}
                choices = [one for one in choices if one.subject not in refusals]
        return None

    async def decide(self, request: str) -> str:
        """Approve what was seen when it was asked; where that has changed, look again and approve what is there now."""
        try:
            return await self.plant.decide(request)
        except Refused as refused:
            self.done.append(f"decide {refused}")
            return await self.plant.as_("mia", lambda work: _decide_on_current_plan(work, request))

    async def _ids(self, table: str, condition: str) -> list[str]:
        async with self.plant.database.begin() as connection:
            sql = f"select id::text as id from {table} where {condition} order by number"
            return [row.id for row in await fetch(connection, sql)]

    def _output(self, act: Act) -> str:
        return self.outputs[act.place % len(self.outputs)]

    async def _ship(self, act: Act) -> None:
        await self.plant.ship(("BOLT", "NUT")[act.place % 2], act.quantity)

    async def _receive(self, act: Act) -> None:
        await self.plant.receive(("BOLT", "NUT")[act.place % 2], str(act.quantity), "2.5")

    async def _reserve(self, act: Act) -> None:
        entry = self._output(act)
        await self.plant.as_(
            "pia", lambda work: production_dependents.reserve(work, entry, act.quantity, demand="SO-1")
        )

    async def _release(self, act: Act) -> None:
        await self.plant.as_("pia", lambda work: production_dependents.release(work, self._output(act)))

    async def _type_back(self, act: Act) -> None:
        async with self.plant.database.begin() as connection:
            sql = """select o.number, e.lot from item_entry e join production_order o on o.id = e.order_id
                      where e.id = cast(:id as uuid)"""
            (row,) = await fetch(connection, sql, id=self._output(act))
        operation = {"RPO-1": "20", "RPO-2": None, "RPO-3": "10"}[row.number]
        back = figures(output=-act.quantity, **({"run": "-1"} if operation else {}))
        line = OutputLine(row.number, operation=operation, figures=back, lot=row.lot, applies_to=self._output(act))
        await self.plant.output(line)

    async def _take_back(self, act: Act) -> None:
        await self.plant.take_back(output(self._output(act), act.quantity if act.place % 2 else None))

    async def _block(self, act: Act) -> None:
        item = self.plant.items[("BOLT", "NUT", "PUMP")[act.place % 3]]
        change = ItemChange(blocked=act.place % 4 != 0)
        await self.plant.as_("pia", lambda work: production_setup.change_item(work, item, change, check=lambda _: None))

    async def _reprice(self, act: Act) -> None:
        change = ItemChange(unit_cost=act.quantity)
        item = self.plant.items["BOLT"]
        await self.plant.as_("pia", lambda work: production_setup.change_item(work, item, change, check=lambda _: None))

    async def _finish(self, act: Act) -> None:
        order = self.plant.orders[ORDERS[act.place % 3]]
        await self.plant.as_("pia", lambda work: production_orders.finish(work, order))

    async def _reopen(self, act: Act) -> None:
        order = self.plant.orders[ORDERS[act.place % 3]]
        await self.plant.as_("pia", lambda work: production_orders.reopen(work, order))

    async def _close(self, act: Act) -> None:
        day = (date(2026, 1, 31), date(2026, 2, 28))[act.place % 2]
        await self.plant.as_("admin", lambda work: calendar.close(work, self.plant.unit, day))

    async def _revalue(self, act: Act) -> None:
        """Somebody else changed what an output costs."""
        await self._cost_more("item_entry", "id", act)

    async def _revalue_work(self, act: Act) -> None:
        """Somebody else changed what the work on an output costs."""
        await self._cost_more("capacity_entry", "item_entry_id", act)

    async def _cost_more(self, ledger: str, key: str, act: Act) -> None:
        async with self.plant.database.begin() as connection:
            await execute(
                connection,
                f"""insert into value_entry (register_id, {ledger}_id, kind, amount, expected, valued_quantity)
                    select register_id, id, 'direct', :amount, false, 1 from {ledger}
                     where {key} = cast(:id as uuid) and not reversed""",
                id=self._output(act),
                amount=act.quantity,
            )

    async def _consume(self, act: Act) -> None:
        await self.plant.consume(ConsumptionLine("RPO-3", "BOLT", act.quantity))


async def _decide_on_current_plan(work: Work, request: str) -> str:
    stored = await deciding.request_to_decide(work, request, by=work.person)
    now = await deciding.current_lines(work, stored)
    seen = frozenset({request_hash({name: line.plan_hash for name, line in now.items()})})
    said = deciding.Said(Decision(work.person, Verdict.APPROVE), seen=seen)
    return (await deciding.take(work, stored, said, source=deciding.Source("api:mia", new_id(), ""))).decision
