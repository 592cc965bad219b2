"""How large figures may be, which days there are, and how much is asked at once, whoever sends it: a person or another system.

The largest quantity at the largest price and rate still fits the columns of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.currencies import MINOR_DIGITS


@dataclass(frozen=True, slots=True)
class Limit:
    """Most digits before and after the point."""

    digits: int
    places: int


QUANTITY: Final = Limit(8, 5)
PRICE: Final = Limit(9, 5)
AMOUNT: Final = Limit(12, 5)
EXCHANGE_RATE: Final = Limit(6, 9)
SHARE: Final = Limit(3, 5)
BOOKED_QUANTITY: Final = Limit(13, 5)
"""What a ledger, or a sum that is kept of it, holds of pieces and minutes."""
BOOKED_AMOUNT: Final = Limit(23, 5)
LONGEST_LINE: Final = 200
"""Characters of a name, a number, a task: what stands on one line."""
LONGEST_TEXT: Final = 2000
"""Characters of a reason, a note, a comment."""
MOST_LINES: Final = 10_000
"""Lines of one request, entries of one act."""
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199


@dataclass(frozen=True, slots=True)
class Excess:
    """What a figure has too much of, as a word of domain.terms.EXPECTED, and the most there may be."""

    expected: str
    most: int


def amount_in(currency: str) -> Limit:
    """An amount of money: no more decimals than ISO 4217 gives its currency (ADR 040).

    Raises KeyError for a code that is no currency: callers check codes where they come in.
    """
    return Limit(AMOUNT.digits, MINOR_DIGITS[currency])


def excess(limit: Limit, *, digits: int, places: int) -> Excess | None:
    """What a figure of so many digits before and after the point has too much of, decimals first."""
    if places > limit.places:
        return Excess("decimal_places", limit.places)
    return Excess("digits", limit.digits) if digits > limit.digits else None


def excess_of(number: Decimal, limit: Limit) -> Excess | None:
    """The same of a number that was read; zeros behind its last decimal do not count."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int), "no figure is NaN or infinite"
    return excess(limit, digits=max(number.adjusted() + 1, 1), places=max(-exponent, 0))


def holds(limit: Limit, *numbers: Decimal) -> bool:
    """Whether numbers have no more digits before the point than a limit allows."""
    return all(abs(number) < 10**limit.digits for number in numbers)


def is_known_day(day: date) -> bool:
    """Whether a day lies in the years that are reckoned with."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
