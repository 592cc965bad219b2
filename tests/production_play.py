"""The same acts on a ledger and on a plain model of it; after every step they must say the same, refusals included."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

import pytest

from application.work import Refused
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.recall_facts import Choice, Heading
from tests.production_examples import figures
from tests.production_model import Layer, Model

ZERO = Decimal(0)
MADE, MATERIAL = "BOLT", "STEEL"
STARTING_COSTS = {MADE: Decimal("16.667"), MATERIAL: Decimal(3), "FRAME": Decimal(400)}
MINUTE, PER_PIECE = Decimal("1.37"), Decimal("0.7")
"""What a ledger begins with: RPO-1 makes bolts of steel, flushed backward, at one center; RPO-2 frames, of nothing."""

Seen = tuple[object, ...]


class Ledger(Protocol):
    """What posts, uses and takes back: the service on its database, or its rules alone. What it refuses raises Refused."""

    async def item_rows(self) -> Sequence[tuple[str, Seen]]:
        """Each item entry: its id; type, item, quantity, remaining, reversed, cost."""

    async def work_rows(self) -> Sequence[Seen]:
        """Each capacity entry: setup, run, output, reversed, cost."""

    async def stock(self, item: str) -> Decimal: ...

    async def finished(self) -> Decimal: ...

    async def output(self, line: OutputLine) -> object: ...

    async def consume(self, line: ConsumptionLine) -> object: ...

    async def ship(self, line: Shipment) -> object: ...

    async def receive(self, line: Receipt) -> object: ...

    async def take_back(self, choice: Choice) -> object: ...

    async def reserve(self, entry: str, quantity: Decimal) -> object: ...

    async def release(self, entry: str) -> object: ...

    async def reprice(self, item: str, cost: Decimal) -> object: ...


@dataclass
class Play:
    """`ids` are the ledger's, in the order of the model's layers; `refused` counts what both refused."""

    ledger: Ledger
    model: Model
    dice: random.Random
    ids: list[str] = field(default_factory=list)
    refused: int = 0

    async def step(self) -> None:
        """One act, drawn."""
        acts = [
            *[self.post] * 4, self.receive, *[self.ship] * 2, self.consume, *[self.reserve] * 2, self.release,
            *[self.typed_back] * 3, *[self.asked_back] * 4, *[self.given_back] * 2, *[self.typed_given_back] * 2, self.reprice,
        ]  # fmt: skip
        await self.dice.choice(acts)()

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
        """The model first; what it refuses the ledger refuses with the same code, and nothing is changed."""
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
        rows = await self.ledger.item_rows()
        assert [seen for _, seen in rows] == [one.seen() for one in self.model.layers]
        self.ids = [id for id, _ in rows]
        assert await self.ledger.work_rows() == [one.seen() for one in self.model.work]
        for item in (MADE, MATERIAL):
            assert await self.ledger.stock(item) == self.model.stock(item)
        assert await self.ledger.finished() == self.model.finished()

    async def post(self) -> None:
        quantity = self.quantity()
        setup, run = self.quantity(Decimal(20)), self.quantity(Decimal(200))
        line = OutputLine("RPO-1", operation="10", figures=figures(output=quantity, setup=setup, run=run))
        await self.both(lambda: self.model.post(quantity, setup, run), lambda: self.ledger.output(line))

    async def receive(self) -> None:
        await self.receive_of(self.quantity(Decimal(60)), self.quantity(Decimal(5)))

    async def receive_of(self, quantity: Decimal, cost: Decimal) -> None:
        line = Receipt(MATERIAL, quantity, cost)
        await self.both(lambda: self.model.receive(quantity, cost), lambda: self.ledger.receive(line))

    async def ship(self) -> None:
        quantity = self.quantity(Decimal(12))
        line = Shipment(MADE, quantity)
        await self.both(lambda: self.model.take_out(quantity, "sale"), lambda: self.ledger.ship(line))

    async def consume(self) -> None:
        quantity = self.quantity(Decimal(12))
        line = ConsumptionLine("RPO-2", MADE, quantity)
        await self.both(lambda: self.model.take_out(quantity, "consumption"), lambda: self.ledger.consume(line))

    async def reserve(self) -> None:
        if found := self.layer("output"):
            layer, id = found
            quantity = self.quantity(Decimal(8))
            await self.both(lambda: self.model.reserve(layer, quantity), lambda: self.ledger.reserve(id, quantity))

    async def release(self) -> None:
        if found := self.layer("output"):
            layer, id = found
            layer.reserved = ZERO
            await self.ledger.release(id)
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

            await self.both(act, lambda: self.ledger.output(line))

    async def asked_back(self) -> None:
        """Route 2, a part or all of an output."""
        if found := self.layer("output"):
            layer, id = found
            whole = self.dice.random() < 0.5
            quantity = layer.quantity if whole else self.quantity(min(Decimal(20), layer.quantity))
            if self.dice.random() < 0.3 and layer.quantity > layer.taken:
                quantity, whole = layer.quantity - layer.taken, False
            choice = Choice(id, Heading.OUTPUT, None if whole else quantity)

            def act() -> None:
                self.model.back(layer, quantity)
                self.model.work_back(layer, quantity)

            await self.both(act, lambda: self.ledger.take_back(choice))

    async def given_back(self) -> None:
        """A consumption, by a request: all that is left of it."""
        if found := self.layer("consumption"):
            layer, id = found
            quantity = -(layer.quantity - layer.taken)
            choice = Choice(id, Heading.CONSUMPTION)
            await self.both(lambda: self.model.give_back(layer, quantity), lambda: self.ledger.take_back(choice))

    async def typed_given_back(self) -> None:
        """A negative consumption line."""
        if found := self.layer("consumption"):
            layer, id = found
            quantity = self.quantity(min(Decimal(20), -layer.quantity))
            order, item = ("RPO-1" if layer.item == MATERIAL else "RPO-2"), layer.item
            line = ConsumptionLine(order, item, -quantity, applies_from=id)
            await self.both(lambda: self.model.give_back(layer, quantity), lambda: self.ledger.consume(line))

    async def reprice(self) -> None:
        cost = self.quantity(Decimal(80))
        self.model.costs[MADE] = cost
        await self.ledger.reprice(MADE, cost)

    async def take_all_back(self) -> None:
        """Whatever is left of output and consumption, by requests; the model is not asked."""
        for layer, id in zip(list(self.model.layers), list(self.ids), strict=True):
            if layer.reversed or layer.type not in ("output", "consumption"):
                continue
            left = layer.quantity - layer.taken if layer.type == "output" else None
            await self.ledger.take_back(Choice(id, Heading(layer.type), left))


async def begun(ledger: Ledger, seed: int) -> Play:
    """A play on a ledger that begins as said above, with some steel in stock."""
    model = Model({MADE: STARTING_COSTS[MADE]}, MINUTE, PER_PIECE)
    play = Play(ledger, model, random.Random(seed))
    await play.receive_of(Decimal(40), Decimal("3.333"))
    return play
