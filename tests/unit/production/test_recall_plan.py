"""The plan of a request on posted production: the exact rows, their days, and what a decision is bound to (output-reversal 4.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.periods import Periods
from domain.production.describing import describe
from domain.production.recall_facts import (
    CapacityPart,
    Choice,
    ConsumptionPart,
    Heading,
    OutputPart,
    Part,
    ProductionFacts,
    number_of,
    type_of,
)
from domain.production.recall_rules import ProductionEntries, planned
from domain.production.reversal import Reversal, rows_of
from domain.recall.kinds import Context
from domain.recall.plan import Plan
from domain.recall.policy import Policy, ReversalDate
from tests.production_examples import (
    BOLT,
    CONSUMPTION,
    FEBRUARY,
    MARCH,
    ORDER,
    OUTPUT,
    SAWN,
    STOP,
    WORK,
)

pytestmark = pytest.mark.unit

KIND = ProductionEntries()
OF_OUTPUT = OutputPart(OUTPUT, BOLT, ORDER, WORK, STOP)
OF_WORK = CapacityPart(SAWN, ORDER, of_output=False)
OF_CONSUMPTION = ConsumptionPart(CONSUMPTION, ORDER)


def context(reversal_date: ReversalDate = ReversalDate.ORIGINAL) -> Context:
    return Context(MARCH, Policy(reversal_date=reversal_date))


def facts(*parts: Part, heading: Heading = Heading.OUTPUT, **more: Any) -> ProductionFacts:
    return ProductionFacts(
        Choice("subject", heading, **more.pop("choice", {})), parts, "pia", "plant", more.pop("currency", "USD"), **more
    )


def test_the_plan_is_the_rows_an_approval_writes_in_their_order() -> None:
    one = facts(OF_OUTPUT, choice={"quantity": Decimal(15)})
    how = Reversal(one.choice, lambda day: day, "USD")

    assert planned(one, context()) == (rows_of(OF_OUTPUT, how),)
    assert KIND.plan(one, context()) == Plan("subject", tuple(describe(rows_of(OF_OUTPUT, how), currency="USD")))


def test_a_plan_is_in_the_currency_of_the_unit() -> None:
    rows = KIND.plan(facts(OF_OUTPUT, currency="JPY"), context()).rows

    assert [(row["amount"], row["currency"]) for row in rows] == [("-2000", "JPY"), ("-172", "JPY"), ("0", "JPY")]


def test_a_register_has_rows_for_all_its_parts_and_those_of_an_output_once() -> None:
    own = (CapacityPart(WORK, ORDER, of_output=True), CapacityPart(STOP, ORDER, of_output=False))

    rows = KIND.plan(facts(OF_CONSUMPTION, OF_OUTPUT, OF_WORK, *own, heading=Heading.REGISTER), context()).rows

    assert [row["reverses"] for row in rows] == ["entry-8", "entry-7", "capacity-3", "capacity-4", "capacity-2"]


@pytest.mark.parametrize(
    ("policy", "closed_until", "day"),
    [
        (ReversalDate.ORIGINAL, None, FEBRUARY),
        (ReversalDate.ORIGINAL, FEBRUARY, date(2026, 2, 17)),
        (ReversalDate.NEXT_OPEN_PERIOD, FEBRUARY, date(2026, 2, 17)),
        (ReversalDate.NEXT_OPEN_PERIOD, None, FEBRUARY),
        (ReversalDate.TODAY, None, MARCH),
        (ReversalDate.TODAY, FEBRUARY, MARCH),
    ],
)
def test_the_day_follows_from_the_policy(policy: ReversalDate, closed_until: date | None, day: date) -> None:
    rows = KIND.plan(facts(OF_OUTPUT, periods=Periods(closed_until)), context(policy)).rows

    assert {row["posting_date"] for row in rows} == {day.isoformat()}


def test_only_where_the_day_is_that_of_the_decision_a_decision_is_not_bound_to_it() -> None:
    unbound = {policy: KIND.plan(facts(OF_OUTPUT), context(policy)).unbound for policy in ReversalDate}

    assert unbound == {
        ReversalDate.ORIGINAL: frozenset(),
        ReversalDate.NEXT_OPEN_PERIOD: frozenset(),
        ReversalDate.TODAY: frozenset({"posting_date"}),
    }
    tomorrow = Context(date(2026, 3, 3), context(ReversalDate.TODAY).policy)
    assert KIND.plan(facts(OF_OUTPUT), tomorrow).hash == KIND.plan(facts(OF_OUTPUT), context(ReversalDate.TODAY)).hash


def test_the_hash_and_the_rows_of_a_line_come_from_one_plan() -> None:
    one = facts(OF_OUTPUT)

    assert planned(one, context()) is planned(one, context())
    changed = replace(one, parts=(replace(OF_OUTPUT, stop=None),))
    assert planned(changed, context()) != planned(one, context())


def test_a_part_is_called_by_the_number_and_type_of_its_entry() -> None:
    assert [number_of(part) for part in (OF_OUTPUT, OF_WORK, OF_CONSUMPTION)] == [7, 2, 8]
    assert [type_of(part) for part in (OF_OUTPUT, OF_WORK, OF_CONSUMPTION)] == ["output", "capacity", "consumption"]
