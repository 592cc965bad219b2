"""Random postings, uses and reversals by both routes: the ledgers agree with a plain model after every step (output-reversal)."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from application import production_dependents, production_setup
from application.production_setup import ItemChange
from application.work import Refused
from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.recall_facts import Choice, Heading
from domain.recall.request import Verdict
from store.production_setup import NewComponent
from tests.counts import count
from tests.databases import FreshDatabase
from tests.plant import Plant, output, plant
from tests.production_examples import figures
from tests.production_model import Layer, Model

pytestmark = [pytest.mark.property, pytest.mark.store]

STEPS = count(40, 150)
ZERO = Decimal(0)


@pytest.fixture
async def empty(database: FreshDatabase) -> AsyncIterator[Plant]:
    async with plant(database, output_reversal_needs_approval=False) as made:
        yield made


@dataclass
class Play:
    """The same acts on the service and on the model; `ids` are the service's, in the order of the model's layers."""

    plant: Plant
    model: Model
    dice: random.Random
    ids: list[str] = field(default_factory=list)
    refused: int = 0

    def quantity(self, most: Decimal = Decimal(30)) -> Decimal:
        return max(
            Decimal("0.00001"),
            (most * self.dice.randrange(1, 130) / 100).quantize(Decimal(10) ** -self.dice.choice((0, 2, 5))),
        )

    def layer(self, *types: str) -> tuple[Layer, str] | None:
        places = [place for place, one in enumerate(self.model.layers) if one.type in types and not one.is_reversal]
        place = self.dice.choice(places) if places else None
        return None if place is None else (self.model.layers[place], self.ids[place])

    async def both(self, act: Callable[[], object], does: Callable[[], Awaitable[object]]) -> None:
        """The model first; what it refuses the service refuses with the same code, and nothing is changed."""
        code = self.model.refuses(act)
        if code is None:
            await does()
        else:
            self.refused += 1
            with pytest.raises(Refused) as refused:
                await does()
            assert [one.code.value for one in refused.value.refusals] == [code]
        await self.compare()

    async def compare(self) -> None:
        rows = await self.plant.entries()
        seen = [(r.type, r.item_number, r.quantity, r.remaining, r.reversed, r.cost) for r in rows]
        assert seen == [one.seen() for one in self.model.layers]
        self.ids = [row.id for row in rows]
        work = [(c.setup, c.run, c.output, c.reversed, c.direct + c.indirect) for c in await self.plant.capacities()]
        assert work == [one.seen() for one in self.model.work]
        assert await self.plant.stock("BOLT") == self.model.stock("BOLT")
        assert await self.plant.stock("STEEL") == self.model.stock("STEEL")
        assert await self.plant.finished("RPO-1") == self.model.finished()

    async def post(self) -> None:
        quantity = self.quantity()
        setup, run = self.quantity(Decimal(20)), self.quantity(Decimal(200))
        line = OutputLine("RPO-1", operation="10", figures=figures(output=quantity, setup=setup, run=run))
        await self.both(lambda: self.model.post(quantity, setup, run), lambda: self.plant.output(line))

    async def receive(self) -> None:
        quantity, cost = self.quantity(Decimal(60)), self.quantity(Decimal(5))
        await self.both(
            lambda: self.model.receive(quantity, cost), lambda: self.plant.receive("STEEL", str(quantity), str(cost))
        )

    async def ship(self) -> None:
        quantity = self.quantity(Decimal(12))
        await self.both(lambda: self.model.take_out(quantity, "sale"), lambda: self.plant.ship("BOLT", quantity))

    async def consume(self) -> None:
        quantity = self.quantity(Decimal(12))
        line = ConsumptionLine("RPO-2", "BOLT", quantity)
        await self.both(lambda: self.model.take_out(quantity, "consumption"), lambda: self.plant.consume(line))

    async def reserve(self) -> None:
        if found := self.layer("output"):
            layer, id = found
            quantity = self.quantity(Decimal(8))
            await self.both(
                lambda: self.model.reserve(layer, quantity),
                lambda: self.plant.as_(
                    "pia", lambda work: production_dependents.reserve(work, id, quantity, demand="SO-1")
                ),
            )

    async def release(self) -> None:
        if found := self.layer("output"):
            layer, id = found
            layer.reserved = ZERO
            await self.plant.as_("pia", lambda work: production_dependents.release(work, id))
            await self.compare()

    async def typed_back(self) -> None:
        """Route 1."""
        if found := self.layer("output"):
            layer, id = found
            quantity, run = self.quantity(min(Decimal(20), layer.quantity)), self.quantity(Decimal(60))
            line = OutputLine("RPO-1", operation="10", figures=figures(output=-quantity, run=-run), applies_to=id)

            def act() -> None:
                self.model.back(layer, quantity)
                self.model.typed_work(layer, quantity, run)

            await self.both(act, lambda: self.plant.output(line))

    async def asked_back(self) -> None:
        """Route 2, a part or all of an output."""
        if found := self.layer("output"):
            layer, id = found
            whole = self.dice.random() < 0.5
            quantity = layer.quantity if whole else self.quantity(min(Decimal(20), layer.quantity))
            if self.dice.random() < 0.3 and layer.quantity > layer.taken:
                quantity, whole = layer.quantity - layer.taken, False

            def act() -> None:
                self.model.back(layer, quantity)
                self.model.work_back(layer, quantity)

            await self.both(act, lambda: self.plant.take_back(output(id, None if whole else quantity)))

    async def given_back(self) -> None:
        """A consumption, by a request: all that is left of it."""
        if found := self.layer("consumption"):
            layer, id = found
            quantity = -(layer.quantity - layer.taken)
            choice = Choice(id, Heading.CONSUMPTION)
            await self.both(lambda: self.model.give_back(layer, quantity), lambda: self.plant.take_back(choice))

    async def typed_given_back(self) -> None:
        """A negative consumption line."""
        if found := self.layer("consumption"):
            layer, id = found
            quantity = self.quantity(min(Decimal(20), -layer.quantity))
            order, item = ("RPO-1" if layer.item == "STEEL" else "RPO-2"), layer.item
            line = ConsumptionLine(order, item, -quantity, applies_from=id)
            await self.both(lambda: self.model.give_back(layer, quantity), lambda: self.plant.consume(line))

    async def reprice(self) -> None:
        cost = self.quantity(Decimal(80))
        self.model.costs["BOLT"] = cost
        change = ItemChange(unit_cost=cost)
        await self.plant.as_(
            "pia",
            lambda work: production_setup.change_item(work, self.plant.items["BOLT"], change, check=lambda _: None),
        )


async def started(empty: Plant, seed: int) -> Play:
    for item, cost in (("BOLT", "16.667"), ("STEEL", "3"), ("FRAME", "400")):
        await empty.item(item, cost)
    await empty.center("100", "1.37")
    material = NewComponent("STEEL", Decimal("0.7"), "backward")
    await empty.order("RPO-1", "BOLT", "100", routing={"10": "100"}, components=[material])
    await empty.order("RPO-2", "FRAME", "5")
    model = Model({"BOLT": Decimal("16.667")}, Decimal("1.37"), Decimal("0.7"))
    play = Play(empty, model, random.Random(seed))
    await play.both(lambda: model.receive(Decimal(40), Decimal("3.333")), lambda: empty.receive("STEEL", "40", "3.333"))
    return play


@pytest.mark.parametrize("seed", range(count(4, 60)))
async def test_ledgers_agree_with_the_model_after_every_step(empty: Plant, seed: int) -> None:
    play = await started(empty, seed)
    acts = [
        *[play.post] * 4, play.receive, *[play.ship] * 2, play.consume, *[play.reserve] * 2, play.release, *[play.typed_back] * 3,
        *[play.asked_back] * 4, *[play.given_back] * 2, *[play.typed_given_back] * 2, play.reprice,
    ]  # fmt: skip

    for _ in range(STEPS):
        await play.dice.choice(acts)()

    assert play.refused > STEPS / 20
    assert len(play.model.layers) > STEPS / 3


@pytest.mark.parametrize("seed", range(count(3, 40)))
async def test_taking_everything_back_restores_stock_and_costs_exactly(empty: Plant, seed: int) -> None:
    play = await started(empty, 1000 + seed)
    before = await empty.stock("STEEL")
    for _ in range(4):
        await play.post()
        await play.asked_back()
        await play.typed_given_back()

    rows = await empty.entries()
    reversed_ones = {row.id for row in rows if row.reversed or row.is_reversal}
    for row in rows:
        if row.type == "output" and row.id not in reversed_ones:
            await empty.take_back(output(row.id, row.quantity - row.taken_back))
        if row.type == "consumption" and row.id not in reversed_ones:
            await empty.take_back(Choice(row.id, Heading.CONSUMPTION))

    after = await empty.entries()
    assert await empty.stock("BOLT") == ZERO
    assert await empty.stock("STEEL") == before
    assert sum(row.cost for row in after if row.type in ("output", "consumption")) == ZERO
    assert sum(row.direct + row.indirect for row in await empty.capacities()) == ZERO
    assert await empty.finished("RPO-1") == ZERO
    assert all(row.reversed for row in after if row.type != "positive_adjustment")


async def test_a_register_is_taken_back_whole_or_not_at_all(empty: Plant) -> None:
    play = await started(empty, 7)
    lines = [OutputLine("RPO-1", operation="10", figures=figures(output=5, run=20)) for _ in range(3)]
    posted = await empty.output(*lines)
    assert posted.register is not None
    whole = Choice(posted.register, Heading.REGISTER)
    request = await empty.ask(whole)
    await empty.ship("BOLT", "1")
    before = await empty.entries()

    blocked = await empty.settle(request, await empty.decide(request))
    unchanged = await empty.entries()
    await empty.decide(request, Verdict.REJECT)

    assert blocked.blocked_by == ("remaining_too_low",)
    assert [tuple(row) for row in unchanged] == [tuple(row) for row in before]
    assert play.refused == 0
