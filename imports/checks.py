"""Rules that look at several cells of a row: who worked, signs, amounts that follow from quantity and rate.

Every check returns (index of the row, why) in the order of the file. Rules: time-exports, section 1 (amounts), section 3
(amounts follow the exact time) and the bad file of section 6.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from domain import limits
from domain.currencies import MINOR_DIGITS
from imports.cells import Bad, beyond, longer

Found = list[tuple[int, Bad]]
Numbers = Sequence[Decimal | None]
UNITS: Final = {code: Decimal(1).scaleb(-digits) for code, digits in MINOR_DIGITS.items()}
"""The smallest amount of each currency."""
PER_HOUR: Final = Decimal(3600)
"""Seconds to an hour: the divisor of amounts that follow from seconds and an hourly rate."""


def find_nameless(*names: Sequence[str | None]) -> Found:
    """Rows in which nothing says who worked; a name that is bad otherwise (None) is not missing."""
    return [
        (index, Bad("person_required"))
        for index, row in enumerate(zip(*names, strict=True))
        if all(name is not None and not name.strip() for name in row)
    ]


def find_long_names(*names: Sequence[str | None]) -> Found:
    """Rows in which the names of a person, put together, are longer than a name may be."""
    whole = [" ".join(name or "" for name in row).strip() for row in zip(*names, strict=True)]
    return [(index, bad) for index, name in enumerate(whole) if (bad := longer(name, limits.LONGEST_LINE)) is not None]


def find_negative(amounts: Numbers, *, beside: Numbers) -> Found:
    """Negative rates and amounts. Where the quantity `beside` is bad, that is the fault and the sign only follows it."""
    pairs = zip(amounts, beside, strict=True)
    return [
        (index, Bad("negative_amount"))
        for index, (amount, quantity) in enumerate(pairs)
        if amount is not None and amount < 0 and quantity is not None
    ]


def find_too_fine(amounts: Numbers, *, currency: Sequence[str | None]) -> Found:
    """Amounts with more decimals than their currency has (ADR 040); a negative one has its own fault."""
    return [
        (index, bad)
        for index, (amount, code) in enumerate(zip(amounts, currency, strict=True))
        if amount is not None and amount >= 0 and code is not None
        if (bad := beyond(amount, limits.amount_in(code))) is not None
    ]


@dataclass(frozen=True, slots=True)
class Product:
    """What an amount is worked out from, row by row; `per` is how many of the quantity the rate is for.

    `rounded` is the quantity after time rounding, which may explain the amount instead. `counts` says for which rows
    the amount must be right at all.
    """

    quantity: Numbers
    rate: Numbers
    amount: Numbers
    currency: Sequence[str | None]
    rounded: Numbers | None = None
    counts: Sequence[bool | None] | None = None
    per: Decimal = Decimal(1)

    def factors(self) -> Iterable[tuple[int, "Factors"]]:
        """The rows that can be checked, by their index: nothing missing, nothing negative, and it counts."""
        nothing: Numbers = (None,) * len(self.quantity)
        columns = zip(self.quantity, self.rate, self.amount, self.currency, self.rounded or nothing, strict=True)
        for index, (quantity, rate, amount, currency, rounded) in enumerate(columns):
            if quantity is None or rate is None or amount is None or currency is None or rate < 0 or amount < 0:
                continue
            if self.counts is None or self.counts[index]:
                yield index, Factors(quantity, rate, amount, unit=UNITS[currency], rounded=rounded, per=self.per)


@dataclass(frozen=True, slots=True)
class Factors:
    """One row of a product; `unit` is the smallest amount of its currency."""

    quantity: Decimal
    rate: Decimal
    amount: Decimal
    unit: Decimal
    rounded: Decimal | None
    per: Decimal

    def explained_by(self, quantity: Decimal | None) -> bool:
        """Whether the amount is quantity times rate rounded to the unit, whichever way a half is rounded.

        Nothing is divided, so a third of an hour is exact.
        """
        if quantity is None:
            return False
        off = abs(quantity * self.rate - self.amount * self.per)
        return off * 2 <= self.unit * self.per and not self.amount % self.unit

    def mismatch(self) -> Bad:
        """What the amount would be."""
        expected = (self.quantity * self.rate / self.per).quantize(self.unit)
        quantity = (self.quantity / self.per).quantize(Decimal("0.00001")).normalize()
        return Bad("amount_mismatch", {"hours": f"{quantity:f}", "rate": f"{self.rate:f}", "expected": f"{expected:f}"})


def find_overpriced(prices: Numbers) -> Found:
    """Rows whose price, which follows from the amount and a very small quantity, is larger than a price may be.

    Its decimals are no fault: it is rounded, because the amount stands as given.
    """
    return [
        (index, bad)
        for index, price in enumerate(prices)
        if price is not None and (bad := beyond(price.to_integral_value(ROUND_DOWN), limits.PRICE)) is not None
    ]


def find_mismatches(product: Product) -> Found:
    """Amounts that neither the quantity nor the rounded one explains; where a factor or the currency is missing, no check."""
    return [
        (index, row.mismatch())
        for index, row in product.factors()
        if not (row.explained_by(row.quantity) or row.explained_by(row.rounded))
    ]


def billable_quantities(product: Product) -> list[Decimal | None]:
    """Per row of a file without faults: the rounded quantity where only that explains the amount, else the quantity."""
    found = list(product.quantity)
    for index, row in product.factors():
        if not row.explained_by(row.quantity) and row.explained_by(row.rounded):
            found[index] = row.rounded
    return found
