"""What taking production back is worth: no line hides another, and output is not added to what went into it (policies, the limit)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from application.production_recallable import ProductionRecallable
from domain.production.model import CapacityCost
from domain.production.recall_facts import (
    CapacityPart,
    Choice,
    ConsumptionPart,
    Heading,
    OutputPart,
    Part,
    ProductionFacts,
)
from domain.production.worth import worth_of
from tests.production_examples import BOLT, CONSUMPTION, ORDER, OUTPUT, SAWN, STOP, WORK

pytestmark = pytest.mark.unit

D = Decimal

GOLD = replace(CONSUMPTION, id="entry-9", cost=Decimal(-500_000))
OF_OUTPUT = OutputPart(OUTPUT, BOLT, ORDER)
OF_GOLD = ConsumptionPart(GOLD, ORDER)
OF_CONSUMPTION = ConsumptionPart(CONSUMPTION, ORDER)


def facts(*parts: Part, heading: Heading = Heading.OUTPUT, **choice: Any) -> ProductionFacts:
    return ProductionFacts(Choice(parts[0].__class__.__name__, heading, **choice), parts, "pia", "plant", "USD")


def test_output_is_worth_the_share_of_its_cost_that_is_taken_back() -> None:
    assert worth_of(facts(OF_OUTPUT)) == 2000
    assert worth_of(facts(OF_OUTPUT, quantity=Decimal(10))) == 500


def test_material_and_time_are_worth_what_earlier_reversals_left() -> None:
    most_given_back = replace(GOLD, cost_taken_back=Decimal(-499_990))
    worked = replace(
        SAWN, cost=CapacityCost(Decimal(30), Decimal(12)), cost_taken=CapacityCost(Decimal(10), Decimal(2))
    )

    assert worth_of(facts(ConsumptionPart(most_given_back, ORDER))) == 10
    assert worth_of(facts(CapacityPart(worked, ORDER, of_output=False))) == 30


def test_a_register_is_worth_its_output_or_what_else_it_holds_if_that_is_more() -> None:
    assert worth_of(facts(OF_OUTPUT, OF_CONSUMPTION, heading=Heading.REGISTER)) == 2000
    assert worth_of(facts(OF_OUTPUT, OF_GOLD, heading=Heading.REGISTER)) == 500_000


def test_an_output_is_worth_the_time_that_goes_along_with_it_if_that_is_more() -> None:
    dear = replace(WORK, cost=CapacityCost(D(6000), D(450)))
    part = replace(OF_OUTPUT, capacity=dear, stop=STOP)

    assert worth_of(facts(replace(OF_OUTPUT, capacity=WORK))) == 2000
    assert worth_of(facts(part)) == 6450
    assert worth_of(facts(part, quantity=D(10))) == 1500
    assert worth_of(facts(part, quantity=D(10), run=D(0), setup=D(0))) == 500


def test_the_time_of_an_output_counts_once_in_its_register() -> None:
    dear = replace(WORK, cost=CapacityCost(D(6000), D(450)))
    along = [CapacityPart(row, ORDER, of_output=True) for row in (dear, STOP)]
    whole = facts(replace(OF_OUTPUT, capacity=dear, stop=STOP), *along, heading=Heading.REGISTER)

    assert worth_of(whole) == 6450


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_cheap_output_beside_dear_material_makes_a_request_worth_no_less(order: tuple[int, int]) -> None:
    both = facts(OF_GOLD, heading=Heading.CONSUMPTION), facts(OF_OUTPUT, quantity=Decimal(1))
    lines = [both[place] for place in order]

    assert ProductionRecallable().base_worth(lines) == 500_050
    assert ProductionRecallable().worth(lines).amount == 500_050
