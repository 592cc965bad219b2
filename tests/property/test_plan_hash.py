"""The hash of a plan holds every value of every row that is reversed, and nothing of how it is written (project-recall, section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain.project.actuals import Actual, ActualType, ActualValues
from domain.project.entries import AmountMethod, BillingType
from domain.project.recall_rules import EntryRecallFacts, ProjectEntries
from domain.project.reversal import REVERSIBLE
from domain.recall.kinds import Context
from domain.recall.policy import Policy
from tests.counts import count
from tests.project_examples import Situation, ledger_of, situations

pytestmark = pytest.mark.property
often = settings(max_examples=count(150, 5000), deadline=None)


def hash_of(ledger: Iterable[Actual], situation: Situation) -> str:
    facts = EntryRecallFacts(situation[0], tuple(ledger), {})
    return ProjectEntries().plan(facts, Context(situation[0].date, Policy())).hash


@often
@given(situations(), st.data())
def test_the_plan_hash_changes_with_any_value_of_any_row(situation: Situation, data: st.DataObject) -> None:
    ledger = ledger_of(situation)
    place = data.draw(st.integers(0, len(ledger) - 1))
    name = data.draw(st.sampled_from([field.name for field in fields(ActualValues)]))
    value: Any = another(getattr(ledger[place].values, name))
    changed = replace(ledger[place].values, **{name: value})
    assume(changed.type in REVERSIBLE)

    other = [*ledger[:place], replace(ledger[place], values=changed), *ledger[place + 1 :]]

    assert hash_of(other, situation) != hash_of(ledger, situation)


def another(value: object) -> object:
    """A value of the same type that is not this one."""
    match value:
        case Decimal():
            return value + Decimal("0.00001")
        case ActualType():
            return ActualType.COST if value is not ActualType.COST else ActualType.UNBILLED_SALES
        case BillingType():
            return BillingType.COMPLIMENTARY if value is not BillingType.COMPLIMENTARY else BillingType.CHARGEABLE
        case AmountMethod():
            return AmountMethod.FIXED if value is not AmountMethod.FIXED else AmountMethod.MULTIPLY
        case None | str():
            return "JPY" if value != "JPY" else "NOK"
        case date():
            return value.replace(year=2400)
        case _:
            raise AssertionError(f"nothing else is known for {value!r}")


@often
@given(situations())
def test_the_plan_hash_does_not_change_with_how_a_number_is_written(situation: Situation) -> None:
    ledger = ledger_of(situation)

    padded = [replace(row, values=with_all_decimals(row.values)) for row in reversed(ledger)]

    assert hash_of(padded, situation) == hash_of(ledger, situation)


def with_all_decimals(values: ActualValues) -> ActualValues:
    """The same numbers as a column of nine decimals gives them back."""
    numbers: dict[str, Any] = {
        field.name: value.quantize(Decimal("0.000000001"))
        for field in fields(ActualValues)
        if isinstance(value := getattr(values, field.name), Decimal)
    }
    return replace(values, **numbers)
