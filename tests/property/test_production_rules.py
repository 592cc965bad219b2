"""Random postings, uses and reversals on the rules alone: they agree with a plain model after every step (output-reversal)."""

from __future__ import annotations

import pytest

from domain.money import ZERO
from domain.production.model import EntryType
from tests.counts import MUTANTS, count
from tests.production_memory import MemoryLedger
from tests.production_play import MADE, MATERIAL, begun

pytestmark = pytest.mark.property

STEPS = count(100, 250)


@pytest.mark.parametrize("seed", range(count(20, 400)))
async def test_rules_agree_with_the_model_after_every_step(seed: int) -> None:
    play = await begun(MemoryLedger(), seed)

    for _ in range(STEPS):
        await play.step()

    assert len(play.model.layers) > STEPS / 3
    assert MUTANTS or play.refused > STEPS / 20


@pytest.mark.parametrize("seed", range(count(10, 200)))
async def test_taking_everything_back_restores_stock_and_costs_exactly(seed: int) -> None:
    ledger = MemoryLedger()
    play = await begun(ledger, 1000 + seed)
    before = await ledger.stock(MATERIAL)
    for _ in range(8):
        await play.post()
        await play.asked_back()
        await play.typed_given_back()

    await play.take_all_back()

    of_orders = [one for one in ledger.entries if one.type is not EntryType.POSITIVE_ADJUSTMENT]
    assert await ledger.stock(MADE) == ZERO
    assert await ledger.stock(MATERIAL) == before
    assert sum(one.cost for one in of_orders) == ZERO
    assert all(one.reversed for one in of_orders)
    assert sum(one.cost.total for one in ledger.capacities.values()) == ZERO
    assert await ledger.finished() == ZERO
