"""A rate belongs to two currencies (ADR 041)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.project.rates import check_rate

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("rate", "currency", "expected"),
    [
        ("11.4", "EUR", None),
        ("1", "EUR", None),
        (None, "EUR", "rate_of_two_currencies"),
        (None, "NOK", None),
        ("1", "NOK", None),
        ("1.000", "NOK", None),
        ("1.0001", "NOK", "one_of_one_currency"),
    ],
)
def test_a_rate_is_given_between_two_currencies_and_is_one_within_one(
    rate: str | None, currency: str, expected: str | None
) -> None:
    given = None if rate is None else Decimal(rate)

    found = check_rate(given, field="rate", currency=currency, cost_currency="NOK")

    assert [one.facts for one in found] == ([] if expected is None else [{"field": "rate", "expected": expected}])
