"""Rules that look at several cells of a row: equal rows, who worked, signs, amounts that follow from hours and rate.

Every check returns (index of the row, why) in the order of the file. Rules: time-exports, section 1 (amounts, equal
rows) and the bad file of section 6.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.currencies import MINOR_DIGITS
from imports.cells import Bad
from imports.sheet import Sheet

Found = list[tuple[int, Bad]]
UNITS: Final = {code: Decimal(1).scaleb(-digits) for code, digits in MINOR_DIGITS.items()}
"""The smallest amount of each currency."""


def find_equal_rows(rows: Sequence[Sequence[bytes]], *, lines: Sequence[int]) -> Found:
    """Rows equal to an earlier one in every column; the file cannot tell them from a copying mistake."""
    first: dict[tuple[bytes, ...], int] = {}
    found = []
    for index, row in enumerate(rows):
        earlier = first.setdefault(tuple(row), index)
        if earlier != index:
            found.append((index, Bad("duplicate_row", {"other_line": str(lines[earlier])})))
    return found


def find_nameless(cells: tuple[Sequence[bytes], Sequence[bytes]]) -> Found:
    """Rows with neither first nor last name, given as raw cells: a name that is bad otherwise is not missing."""
    pairs = zip(*cells, strict=True)
    return [
        (index, Bad("person_required"))
        for index, (first, last) in enumerate(pairs)
        if not (first.strip() or last.strip())
    ]


def find_negative(sheet: Sheet, *, name: str) -> Found:
    """Negative rates and amounts. Where the hours are bad, that is the fault and the sign only follows it."""
    pairs = zip(sheet.numbers["hours"].values, sheet.numbers[name].values, strict=True)
    return [
        (index, Bad("negative_amount"))
        for index, (hours, value) in enumerate(pairs)
        if value is not None and value < 0 and hours is not None
    ]


@dataclass(frozen=True, slots=True)
class Product:
    """What an amount is worked out from; `counts` says for which rows it must be right at all."""

    rate: str
    amount: str
    counts: Sequence[bool | None] | None = None


BILLABLE: Final = ("billable rate", "billable amount")
COST: Final = ("cost rate", "cost amount")


def find_mismatches(sheet: Sheet, *, product: Product) -> Found:
    """Amounts that neither Hours nor Hours Rounded explain; where a factor or the currency is missing, no check."""
    found = []
    for index, (hours, rounded, rate, amount, currency) in enumerate(_factors(sheet, product=product)):
        if hours is None or rate is None or amount is None or currency is None or rate < 0 or amount < 0:
            continue
        if product.counts is not None and not product.counts[index]:
            continue
        unit = UNITS[currency]
        if explains(hours, rate=rate, amount=amount, unit=unit):
            continue
        if rounded is None or not explains(rounded, rate=rate, amount=amount, unit=unit):
            found.append((index, _mismatch(hours, rate=rate, unit=unit)))
    return found


def explains(hours: Decimal, *, rate: Decimal, amount: Decimal, unit: Decimal) -> bool:
    """Whether `amount` is hours times rate rounded to `unit`, whichever way a half is rounded."""
    return abs(hours * rate - amount) * 2 <= unit and not amount % unit


def billable_hours(sheet: Sheet, *, hours: Sequence[Decimal]) -> list[Decimal]:
    """Per row of a file without faults: Hours Rounded where only that explains the billable amount, else Hours."""
    if "hours rounded" not in sheet.numbers or "billable amount" not in sheet.numbers:
        return list(hours)
    product = Product(*BILLABLE)
    return [
        rounded if _only_rounded(factors) and (rounded := factors[1]) is not None else worked
        for worked, factors in zip(hours, _factors(sheet, product=product), strict=True)
    ]


Factors = tuple[Decimal | None, Decimal | None, Decimal | None, Decimal | None, str | None]


def _only_rounded(factors: Factors) -> bool:
    hours, rounded, rate, amount, currency = factors
    if hours is None or rounded is None or rate is None or amount is None or currency is None:
        return False
    unit = UNITS[currency]
    wrong = not explains(hours, rate=rate, amount=amount, unit=unit)
    return wrong and explains(rounded, rate=rate, amount=amount, unit=unit)


def _factors(sheet: Sheet, *, product: Product) -> Iterator[Factors]:
    hours = sheet.numbers["hours"].values
    nothing = (None,) * len(hours)
    numbers: Mapping[str, Sequence[Decimal | None]] = {name: column.values for name, column in sheet.numbers.items()}
    currency = sheet.texts["currency"].values if "currency" in sheet.texts else nothing
    return zip(
        hours,
        numbers.get("hours rounded", nothing),
        numbers.get(product.rate, nothing),
        numbers.get(product.amount, nothing),
        currency,
        strict=True,
    )


def _mismatch(hours: Decimal, *, rate: Decimal, unit: Decimal) -> Bad:
    expected = (hours * rate).quantize(unit)
    return Bad("amount_mismatch", {"hours": f"{hours:f}", "rate": f"{rate:f}", "expected": f"{expected:f}"})
