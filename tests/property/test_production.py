"""Random postings, uses and reversals by both routes: the ledgers agree with a plain model after every step (output-reversal)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest

from application import production_dependents, production_setup
from application.production_setup import ItemChange
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.recall_facts import Choice, Heading
from domain.recall.request import Verdict
from store.production_setup import NewComponent
from tests.counts import count
from tests.databases import FreshDatabase
from tests.plant import Plant, plant
from tests.production_examples import figures
from tests.production_play import MATERIAL, MINUTE, PER_PIECE, STARTING_COSTS, Seen, begun

pytestmark = [pytest.mark.property, pytest.mark.store]

STEPS = count(40, 150)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlantLedger:
    """Implements tests.production_play.Ledger by the acts of the service on a database."""

    plant: Plant

    async def item_rows(self) -> Sequence[tuple[str, Seen]]:
        rows = await self.plant.entries()
        return [(r.id, (r.type, r.item_number, r.quantity, r.remaining, r.reversed, r.cost)) for r in rows]

    async def work_rows(self) -> Sequence[Seen]:
        return [(c.setup, c.run, c.output, c.reversed, c.direct + c.indirect) for c in await self.plant.capacities()]

    async def stock(self, item: str) -> Decimal:
        return await self.plant.stock(item)

    async def finished(self) -> Decimal:
        return await self.plant.finished("RPO-1")

    async def output(self, line: OutputLine) -> None:
        await self.plant.output(line)

    async def consume(self, line: ConsumptionLine) -> None:
        await self.plant.consume(line)

    async def ship(self, line: Shipment) -> None:
        await self.plant.ship(line.item, line.quantity)

    async def receive(self, line: Receipt) -> None:
        await self.plant.receive(line.item, str(line.quantity), str(line.unit_cost))

    async def take_back(self, choice: Choice) -> None:
        await self.plant.take_back(choice)

    async def reserve(self, entry: str, quantity: Decimal) -> None:
        await self.plant.as_("pia", lambda work: production_dependents.reserve(work, entry, quantity, demand="SO-1"))

    async def release(self, entry: str) -> None:
        await self.plant.as_("pia", lambda work: production_dependents.release(work, entry))

    async def reprice(self, item: str, cost: Decimal) -> None:
        change = ItemChange(unit_cost=cost)
        await self.plant.as_(
            "pia",
            lambda work: production_setup.change_item(work, self.plant.items[item], change, check=lambda _: None),
        )


@pytest.fixture
async def ledger(database: FreshDatabase) -> AsyncIterator[PlantLedger]:
    async with plant(database, output_reversal_needs_approval=False) as made:
        for item, cost in STARTING_COSTS.items():
            await made.item(item, str(cost))
        await made.center("100", str(MINUTE))
        material = NewComponent(MATERIAL, PER_PIECE, "backward")
        await made.order("RPO-1", "BOLT", "100", routing={"10": "100"}, components=[material])
        await made.order("RPO-2", "FRAME", "5")
        yield PlantLedger(made)


@pytest.mark.parametrize("seed", range(count(4, 30)))
async def test_ledgers_agree_with_the_model_after_every_step(ledger: PlantLedger, seed: int) -> None:
    play = await begun(ledger, seed)

    for _ in range(STEPS):
        await play.step()

    assert play.refused > STEPS / 20
    assert len(play.model.layers) > STEPS / 3


@pytest.mark.parametrize("seed", range(count(3, 20)))
async def test_taking_everything_back_restores_stock_and_costs_exactly(ledger: PlantLedger, seed: int) -> None:
    play = await begun(ledger, 1000 + seed)
    before = await ledger.stock(MATERIAL)
    for _ in range(4):
        await play.post()
        await play.asked_back()
        await play.typed_given_back()

    await play.take_all_back()

    after = await ledger.plant.entries()
    assert await ledger.stock("BOLT") == ZERO
    assert await ledger.stock(MATERIAL) == before
    assert sum(row.cost for row in after if row.type in ("output", "consumption")) == ZERO
    assert sum(row.direct + row.indirect for row in await ledger.plant.capacities()) == ZERO
    assert await ledger.finished() == ZERO
    assert all(row.reversed for row in after if row.type != "positive_adjustment")


async def test_a_register_is_taken_back_whole_or_not_at_all(ledger: PlantLedger) -> None:
    play, made = await begun(ledger, 7), ledger.plant
    lines = [OutputLine("RPO-1", operation="10", figures=figures(output=5, run=20)) for _ in range(3)]
    posted = await made.output(*lines)
    assert posted.register is not None
    whole = Choice(posted.register, Heading.REGISTER)
    request = await made.ask(whole)
    await made.ship("BOLT", "1")
    before = await made.entries()

    blocked = await made.settle(request, await made.decide(request))
    unchanged = await made.entries()
    await made.decide(request, Verdict.REJECT)

    assert blocked.blocked_by == ("remaining_too_low",)
    assert [tuple(row) for row in unchanged] == [tuple(row) for row in before]
    assert play.refused == 0
