"""Reads the cells of one column into values, each different text once.

A reader takes decoded text and gives a value or a `Bad`; `read_column` adds the decoding, so bytes that are not UTF-8
spoil only the cells they stand in. Rules: time-exports, rule 6 (texts) and section 6 (the bad file).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Final, Generic, TypeVar

from domain import limits
from domain.currencies import MINOR_DIGITS
from domain.limits import Limit
from domain.plain_text import find_disguise
from imports.dates import DateFormat, read_clock
from imports.numbers import NumberFormat

Value = TypeVar("Value")
_MOST_KNOWN: Final = 1000
_FLAGS: Final = {"Yes": True, "No": False}
_DURATION: Final = re.compile(r"(?P<sign>-?)(?P<hours>[0-9]{1,3}):(?P<minutes>[0-5][0-9])(?::(?P<seconds>[0-5][0-9]))?")
_CURRENCY: Final = re.compile(r"(?:.*[\s(-])?([A-Z]{3})\)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a text is not a value: a code of `imports.texts` and the facts its sentence names."""

    code: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column(Generic[Value]):
    """The values of a column in the order of the rows, None where a cell is empty or bad, and why the bad ones are."""

    values: Sequence[Value | None]
    bad: Mapping[bytes, Bad]


def read_column(
    cells: Sequence[bytes],
    *,
    read: Callable[[str], Value | Bad | None],
    known: dict[bytes, Value | Bad | None] | None = None,
) -> Column[Value]:
    """Applies `read` to every different text of `cells`; `known` is what it gave for earlier ones of the column."""
    known = {} if known is None else known
    if len(known) > _MOST_KNOWN:
        known.clear()
    for cell in set(cells):
        if cell not in known:
            known[cell] = _read_cell(cell, read=read)
    values = [known[cell] for cell in cells]
    bad = {cell: value for cell, value in zip(cells, values, strict=True) if isinstance(value, Bad)}
    return Column([None if isinstance(value, Bad) else value for value in values], bad)


def decode(cell: bytes) -> str | None:
    """The text of a cell, None when its bytes are not UTF-8."""
    try:
        return cell.decode()
    except UnicodeDecodeError:
        return None


def read_text(text: str) -> str | Bad:
    """The text as it is; refused are what no JSON body may hold either, and what a spreadsheet runs."""
    disguise = find_disguise(text)
    if disguise is not None:
        return Bad(disguise.value)
    return Bad("formula_text") if text.lstrip().startswith("=") else text


def read_needed(text: str, *, code: str) -> str | Bad:
    """A text that must not be empty; `code` names the fault."""
    return read_text(text) if text.strip() else Bad(code)


def read_day(text: str, *, wanted: DateFormat) -> date | Bad:
    """A day in the format of the file, in the years that are reckoned with."""
    day = wanted.read(text)
    if day is None:
        return Bad("invalid_date", {"format": wanted.name})
    return day if limits.is_known_day(day) else Bad("invalid_value", {"expected": "day_range"})


def read_hours(text: str, *, wanted: NumberFormat) -> Decimal | Bad:
    """A quantity of hours; empty is no number, and nothing is corrected by negative hours."""
    return _read_number(text, wanted=wanted, limit=limits.QUANTITY, negative="negative_quantity")


def read_units(text: str, *, wanted: NumberFormat) -> Decimal | Bad | None:
    """A quantity of something that has a unit price, None when empty."""
    return read_hours(text, wanted=wanted) if text else None


def read_measure(text: str, *, wanted: NumberFormat) -> Decimal | Bad | None:
    """A quantity that is only compared with another, None when empty."""
    return _read_number(text, wanted=wanted, negative="negative_quantity") if text else None


def read_rate(text: str, *, wanted: NumberFormat) -> Decimal | Bad | None:
    """A unit price, None when empty (no rate, or no right to see it). The sign is judged with the hours."""
    return _read_number(text, wanted=wanted, limit=limits.PRICE) if text else None


def read_amount(text: str, *, wanted: NumberFormat) -> Decimal | Bad | None:
    """An amount, None when empty. The sign is judged with the hours."""
    return _read_number(text, wanted=wanted, limit=limits.AMOUNT) if text else None


def read_total(text: str, *, wanted: NumberFormat) -> Decimal | Bad:
    """The amount of an expense, which must stand there and cannot be negative."""
    return _read_number(text, wanted=wanted, limit=limits.AMOUNT, negative="negative_amount")


def _read_number(
    text: str, *, wanted: NumberFormat, limit: Limit | None = None, negative: str | None = None
) -> Decimal | Bad:
    """A number within a limit; `negative` is the fault of one below zero, where that is judged by itself."""
    number = wanted.read(text)
    if number is None:
        return Bad("invalid_number")
    if negative is not None and number < 0:
        return Bad(negative)
    return number if limit is None else beyond(number, limit) or number


def beyond(number: Decimal, limit: Limit) -> Bad | None:
    """Why a figure is not accepted: it is larger, or has more decimals, than the same figure of a request may have."""
    found = limits.excess_of(number, limit)
    return None if found is None else Bad("invalid_value", {"expected": found.expected, "most": str(found.most)})


def longer(text: str, most: int | None) -> Bad | None:
    """Why a text is not accepted: it is longer than the same text of a request may be."""
    return (
        None if most is None or len(text) <= most else Bad("invalid_value", {"expected": "shorter", "most": str(most)})
    )


def read_duration(text: str) -> Decimal | Bad:
    """`26:15:00` or `3:00` in seconds; the hours may exceed 24, minutes and seconds not 59 (time-exports, section 3)."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return Bad("invalid_duration")
    seconds = int(found["hours"]) * 3600 + int(found["minutes"]) * 60 + int(found["seconds"] or 0)
    return Bad("negative_quantity") if found["sign"] and seconds else Decimal(seconds)


def read_flag(text: str) -> bool | Bad:
    """Yes or No, written so."""
    return _FLAGS.get(text, Bad("invalid_flag"))


def read_optional_flag(text: str) -> bool | Bad | None:
    """Yes, No or nothing."""
    return read_flag(text) if text else None


def read_currency(text: str) -> str | Bad:
    """The code at the end of `British Pound - GBP`, or alone; only what ISO 4217 knows."""
    if not text.strip():
        return Bad("currency_required")
    found = _CURRENCY.fullmatch(text.strip())
    return found[1] if found and found[1] in MINOR_DIGITS else Bad("unknown_currency")


def read_time(text: str) -> time | Bad | None:
    """A time of the day, or nothing."""
    if not text:
        return None
    clock = read_clock(text)
    return Bad("invalid_time") if clock is None else clock


def _read_cell(cell: bytes, *, read: Callable[[str], Value | Bad | None]) -> Value | Bad | None:
    text = decode(cell)
    return Bad("invalid_encoding") if text is None else read(text)
