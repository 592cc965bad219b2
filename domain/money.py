"""Exact arithmetic on amounts and quantities. Never a binary float, never a rounding mode other than half away from zero."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce

from domain.currencies import MINOR_DIGITS

_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
QUANTITY_DIGITS = 5
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the units of a currency, for example Decimal("12.50") and "NOK"."""

    amount: Decimal
    currency: str


def round_to(value: Decimal, digits: int) -> Decimal:
    """Round half away from zero to `digits` decimals (project-recall, Money)."""
    return value.quantize(Decimal(1).scaleb(-digits), context=_EXACT)


def round_amount(amount: Decimal, currency: str) -> Decimal:
    """Round an amount to the decimals ISO 4217 gives its currency (project-recall, Money).

    Raises KeyError for a code that is no currency: callers check codes where they come in.
    """
    return round_to(amount, MINOR_DIGITS[currency])


def round_quantity(quantity: Decimal) -> Decimal:
    """Round a quantity to the five decimals every quantity has (project-recall, Money)."""
    return round_to(quantity, QUANTITY_DIGITS)


def multiply(left: Decimal, right: Decimal) -> Decimal:
    """The exact product of two stored numbers."""
    return _EXACT.multiply(left, right)


def product(quantity: Decimal, price: Decimal, *, currency: str) -> Decimal:
    """Quantity times price, rounded to the currency (project-recall, Money)."""
    return round_amount(multiply(quantity, price), currency)


def part_of(amount: Decimal, quantity: Decimal, *, of: Decimal, currency: str) -> Decimal:
    """What of an amount falls on a quantity of all it is for, rounded to the currency (project-recall, Money); of nothing, nothing."""
    return ZERO if of == ZERO else round_amount(_EXACT.divide(multiply(amount, quantity), of), currency)


def total(numbers: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts, however many digits it has."""
    return reduce(_EXACT.add, numbers, ZERO)


def plain(number: Decimal) -> str:
    """A number as people and JSON write it: no exponent, no trailing zeros, no minus zero."""
    if number == ZERO:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_amount(amount: Decimal, currency: str) -> str:
    """An amount with exactly the decimals of its currency, or more where a stored one has more."""
    rounded = round_amount(amount, currency)
    return format(rounded if rounded == amount else amount, "f") if amount != ZERO else format(abs(rounded), "f")
