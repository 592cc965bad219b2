"""Rounding and the written form of numbers: half away from zero, no exponent, no minus zero."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.money import part_of, plain, plain_amount, product, round_amount, round_quantity, total

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("0.5", "JPY", "1"),
        ("-0.5", "JPY", "-1"),
        ("1.5", "JPY", "2"),
        ("2.5", "JPY", "3"),
        ("-2.5", "JPY", "-3"),
        ("2.4999", "JPY", "2"),
        ("1.005", "NOK", "1.01"),
        ("-1.005", "NOK", "-1.01"),
        ("1.0049999", "NOK", "1.00"),
        ("1.0005", "KWD", "1.001"),
        ("-1.0005", "KWD", "-1.001"),
        ("99999999999999999999.995", "EUR", "100000000000000000000.00"),
    ],
)
def test_an_amount_is_rounded_half_away_from_zero_to_the_digits_of_its_currency(
    amount: str, currency: str, rounded: str
) -> None:
    assert str(round_amount(Decimal(amount), currency)) == rounded


def test_a_product_is_rounded_once() -> None:
    assert product(Decimal("0.333335"), Decimal("1.5"), currency="EUR") == Decimal("0.50")
    assert product(Decimal("1.00001"), Decimal("100.5"), currency="JPY") == Decimal(101)
    assert product(Decimal("999999999.99999"), Decimal("999999999.99999"), currency="KWD") == Decimal(
        "999999999999980000.000"
    )


def test_a_part_is_rounded_once_however_many_digits_its_quotient_has() -> None:
    """A hair below a half, which 28 digits would round up to one."""
    amount, quantity, of = Decimal("1000004999999000.00"), Decimal("9999999.99998"), Decimal("9999999.99999")

    assert part_of(amount, quantity, of=of, currency="NOK") == Decimal("1000004999997999.99")
    assert part_of(-amount, quantity, of=of, currency="NOK") == Decimal("-1000004999997999.99")


def test_a_quantity_has_five_decimals() -> None:
    assert round_quantity(Decimal("2.666665")) == Decimal("2.66667")
    assert round_quantity(Decimal("-2.666665")) == Decimal("-2.66667")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("8", "8"),
        ("8.00000", "8"),
        ("0", "0"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("0E+5", "0"),
        ("1E+3", "1000"),
        ("1E-5", "0.00001"),
        ("100", "100"),
        ("-7.250", "-7.25"),
        ("12345678901234567890.10", "12345678901234567890.1"),
    ],
)
def test_a_number_has_one_plain_form(number: str, written: str) -> None:
    assert plain(Decimal(number)) == written


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("1600", "USD", "1600.00"),
        ("-0", "USD", "0.00"),
        ("-0.00", "JPY", "0"),
        ("1E+3", "JPY", "1000"),
        ("5", "KWD", "5.000"),
        ("1.00000", "NOK", "1.00"),
        ("1.00500", "NOK", "1.00500"),
        ("0.0000001", "NOK", "0.0000001"),
        ("-1249.90", "NOK", "-1249.90"),
    ],
)
def test_an_amount_is_written_with_the_decimals_of_its_currency(amount: str, currency: str, written: str) -> None:
    assert plain_amount(Decimal(amount), currency) == written


def test_a_sum_is_exact_however_many_digits_it_has() -> None:
    large = Decimal("99999999999999999999999.99999")

    assert total([large] * 100_000) == Decimal("9999999999999999999999999999.00000")
    assert total([]) == Decimal(0)


def test_a_part_just_below_a_half_is_rounded_down_however_large_it_is() -> None:
    whole, part = Decimal("99999999.99999"), Decimal("33333333.33331")

    assert part_of(Decimal("99000091666656766.66"), part, of=whole, currency="USD") == Decimal("33000030555532455.53")
