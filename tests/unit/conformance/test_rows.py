"""How rows are matched and figures compared."""

from decimal import Decimal
from typing import Any

import pytest

from tilbake.conformance.outcomes import CaseFailed
from tilbake.conformance.rows import compare_actuals, matching, not_zero, same_money, same_quantity

pytestmark = pytest.mark.unit


def actual(**changes: Any) -> dict[str, Any]:
    amount = changes.pop("amount", "800.00")
    dimensions = dict.fromkeys(("task", "resource", "role", "category", "product", "unit_of_measure"))
    row = {
        "type": "cost",
        "billing_type": "chargeable",
        "customer": None,
        "quantity": "8",
        "price": "100",
        "amount": {"amount": amount, "currency": "USD"},
        "base_amount": {"amount": amount, "currency": "USD"},
        "adjustment": "none",
        "status": "unbilled",
        "reverses": None,
        "accounting_date": "2026-02-02",
        "project": "P",
        **dimensions,
    }
    return {**row, **changes}


def test_each_expected_row_gets_another_actual_even_where_the_first_choice_is_wrong() -> None:
    loose, tight = {"type": "cost"}, {"type": "cost", "quantity": Decimal(8)}
    rows = [actual(), actual(quantity="-8")]

    assert compare_actuals(rows, expected=[loose, tight]) == []


def test_one_actual_cannot_stand_for_two_expected_rows() -> None:
    problems = compare_actuals([actual()], expected=[{"type": "cost"}, {"type": "cost"}])

    assert problems == ["no actual is {type: cost}"]


def test_an_actual_too_many_is_named() -> None:
    problems = compare_actuals([actual(), actual()], expected=[{"type": "cost"}])

    expected = "not expected: {cost, chargeable, 8 x 100 = 800.00, none, unbilled, 2026-02-02}"
    assert problems == [expected]


def test_a_missing_actual_is_named_with_the_nearest_one() -> None:
    problems = compare_actuals([actual(amount="799.99")], expected=[{"type": "cost", "amount": Decimal(800)}])

    assert problems[0] == "no actual is {type: cost, amount: 800} (the nearest differs in amount)"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", "billed_sales"),
        ("billing", "complimentary"),
        ("customer", "C1"),
        ("quantity", Decimal(7)),
        ("price", Decimal(101)),
        ("amount", Decimal("800.01")),
        ("adjustment", "adjusted"),
        ("status", "posted"),
        ("reverses", True),
        ("base_amount", Decimal(1)),
    ],
)
def test_every_key_of_a_row_is_compared(key: str, value: object) -> None:
    assert compare_actuals([actual()], expected=[{key: value}])


def test_matching_finds_an_assignment_of_all_where_there_is_one() -> None:
    assert matching([[0, 1], [0], [1, 2]]) == [1, 0, 2]


def test_money_is_compared_in_the_decimals_of_its_currency_and_answers_are_not_rounded() -> None:
    assert same_money({"amount": "5005", "currency": "JPY"}, expected=Decimal(5005))
    assert same_money({"amount": "31.969", "currency": "KWD"}, expected=Decimal("31.969"))
    assert not same_money({"amount": "31.96875", "currency": "KWD"}, expected=Decimal("31.969"))


def test_quantities_are_compared_exactly() -> None:
    assert same_quantity("2.44482", expected=Decimal("2.44482"))
    assert not same_quantity("2.44481", expected=Decimal("2.44482"))


@pytest.mark.parametrize("answer", [8, 8.0, None, "eight"])
def test_a_figure_that_is_no_decimal_string_fails(answer: object) -> None:
    with pytest.raises(CaseFailed):
        same_quantity(answer, expected=Decimal(8))


def test_rows_that_cancel_out_are_zero_and_rows_of_another_dimension_do_not_help() -> None:
    reversal = actual(quantity="-8", amount="-800.00")

    assert not_zero([actual(), reversal]) == []
    assert not_zero([actual(), {**reversal, "task": "Foundation"}])
    assert not_zero([actual(), {**reversal, "customer": "C1"}])
    assert not_zero([actual(), actual(quantity="-8", amount="-799.99")])
    assert not_zero([actual(), {**reversal, "base_amount": {"amount": "-900.00", "currency": "USD"}}])
