"""How large figures may be, and which days there are: the same for people and for other systems."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.currencies import MINOR_DIGITS
from domain.limits import Excess, Limit, amount_in, excess, excess_of, is_known_day
from domain.money import round_amount

pytestmark = pytest.mark.unit

LIMIT = Limit(digits=3, places=2)
TOO_LARGE, TOO_FINE = Excess("digits", 3), Excess("decimal_places", 2)


@pytest.mark.parametrize(
    ("number", "found"),
    [
        ("0", None),
        ("0.00", None),
        ("999.99", None),
        ("-999.99", None),
        ("1000", TOO_LARGE),
        ("-1000", TOO_LARGE),
        ("1E+2", None),
        ("1E+3", TOO_LARGE),
        ("0.01", None),
        ("0.001", TOO_FINE),
        ("0.00001", TOO_FINE),
        ("12.3400", None),
        ("100.000", None),
        ("1000.001", TOO_FINE),
    ],
)
def test_a_number_has_so_many_digits_before_and_after_the_point(number: str, found: Excess | None) -> None:
    assert excess_of(Decimal(number), LIMIT) == found


def test_a_number_below_one_has_one_digit_before_the_point() -> None:
    assert excess_of(Decimal("0.5"), Limit(digits=0, places=2)) == Excess("digits", 0)
    assert excess_of(Decimal("0.005"), Limit(digits=1, places=3)) is None


def test_a_whole_number_has_no_decimals() -> None:
    assert excess_of(Decimal("7.00"), Limit(digits=1, places=0)) is None
    assert excess_of(Decimal("7.1"), Limit(digits=1, places=0)) == Excess("decimal_places", 0)


def test_what_is_counted_may_be_as_much_as_the_limit() -> None:
    assert excess(LIMIT, digits=3, places=2) is None
    assert excess(LIMIT, digits=4, places=2) == TOO_LARGE
    assert excess(LIMIT, digits=4, places=3) == TOO_FINE


@pytest.mark.parametrize(("currency", "places"), [("NOK", 2), ("JPY", 0), ("KWD", 3)])
def test_an_amount_has_the_decimals_of_its_currency_and_as_many_digits_as_any(currency: str, places: int) -> None:
    assert amount_in(currency) == Limit(12, places)


@given(st.decimals("-999999999999", "999999999999", places=5), st.sampled_from(sorted(MINOR_DIGITS)))
def test_an_amount_is_accepted_in_a_currency_exactly_if_rounding_changes_nothing(
    amount: Decimal, currency: str
) -> None:
    for one in (amount, round_amount(amount, currency)):
        too_fine = Excess("decimal_places", MINOR_DIGITS[currency])
        assert (excess_of(one, amount_in(currency)) == too_fine) is (round_amount(one, currency) != one)


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_what_is_no_number_is_never_measured(number: str) -> None:
    with pytest.raises(AssertionError, match=r"^no figure is NaN or infinite$"):
        excess_of(Decimal(number), LIMIT)


@pytest.mark.parametrize(
    ("day", "known"),
    [
        (date(1899, 12, 31), False),
        (date(1900, 1, 1), True),
        (date(2199, 12, 31), True),
        (date(2200, 1, 1), False),
    ],
)
def test_the_years_that_are_reckoned_with(day: date, *, known: bool) -> None:
    assert is_known_day(day) is known
