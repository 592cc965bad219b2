"""The typed columns of a detailed time report, and every fault in their cells.

Between `imports.table` (raw cells) and `imports.harvest` (rows): formats are found here from the whole file and then
applied strictly. Rules: time-exports, rules 2 and 6, section 1, and the bad file of section 6.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Final, TypeVar

from imports.cells import (
    Bad,
    Column,
    decode,
    read_amount,
    read_column,
    read_currency,
    read_day,
    read_flag,
    read_hours,
    read_needed,
    read_optional_flag,
    read_text,
    read_time,
)
from imports.dates import DATE_FORMATS, DateFormat, find_date_format
from imports.faults import Fault, UnreadableFile, excerpt
from imports.formats import Ambiguous, Mixed
from imports.headings import MONEY
from imports.numbers import DecimalSign, NumberFormat, find_number_format
from imports.table import Table

Value = TypeVar("Value")
NUMBERS: Final = ("hours", "hours rounded", *MONEY)
FLAGS: Final = ("billable", "invoiced", "approved")
_TYPED: Final = {"date", "project", "currency", "employee", "started at", "ended at", *NUMBERS, *FLAGS}


@dataclass(frozen=True, slots=True)
class Formats:
    """How this file writes days and numbers."""

    days: DateFormat
    numbers: NumberFormat


@dataclass(frozen=True, slots=True)
class Sheet:
    """Typed columns by normal heading name; a column the file does not have is missing here."""

    days: Column[date]
    texts: Mapping[str, Column[str]]
    numbers: Mapping[str, Column[Decimal]]
    flags: Mapping[str, Column[bool]]
    times: Mapping[str, Column[time]]
    bad: Mapping[int, Mapping[bytes, Bad]]


def find_formats(table: Table, *, date_format: str | None, sign: DecimalSign | None) -> Formats | UnreadableFile:
    """Finds both formats from all cells, unless the person named them."""
    days = DATE_FORMATS[date_format] if date_format else find_date_format(_texts(table, "date"))
    numbers = find_number_format((text for name in NUMBERS for text in _texts(table, name)), sign=sign)
    faults = []
    if isinstance(days, Mixed | Ambiguous):
        faults.append(_unclear(table, days, names=("date",), codes=("mixed_date_formats", "ambiguous_dates")))
    if isinstance(numbers, Mixed | Ambiguous):
        faults.append(_unclear(table, numbers, names=NUMBERS, codes=("mixed_number_formats", "ambiguous_numbers")))
    if isinstance(days, Mixed | Ambiguous) or isinstance(numbers, Mixed | Ambiguous):
        return UnreadableFile(tuple(faults))
    return Formats(days, numbers)


def read_sheet(table: Table, *, formats: Formats) -> Sheet:
    """Reads every column, also the unknown ones, whose texts must be harmless too."""
    reader = _Reader(table)
    amount = partial(read_amount, wanted=formats.numbers)
    hours = partial(read_hours, wanted=formats.numbers)
    days = reader.read("date", using=partial(read_day, wanted=formats.days))
    numbers = reader.read_all(MONEY, using=amount) | reader.read_all(NUMBERS[:2], using=hours)
    flags = reader.read_all(FLAGS, using=read_flag) | reader.read_all(("employee",), using=read_optional_flag)
    times = reader.read_all(("started at", "ended at"), using=read_time)
    texts = reader.read_all(("project",), using=partial(read_needed, code="project_required"))
    texts |= reader.read_all(("currency",), using=read_currency)
    texts |= reader.read_all(tuple(name for name in table.headings.places if name not in _TYPED), using=read_text)
    reader.read_rest()
    return Sheet(days, texts, numbers, flags, times, reader.bad)


class _Reader:
    """Reads columns of one table and gathers what is bad in them by position."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.bad: dict[int, Mapping[bytes, Bad]] = {}

    def read(self, name: str, *, using: Callable[[str], Value | Bad | None]) -> Column[Value]:
        """The column with this normal heading name, which the file has."""
        return self._read_place(self._table.headings.places[name], using=using)

    def read_all(self, names: Sequence[str], *, using: Callable[[str], Value | Bad | None]) -> dict[str, Column[Value]]:
        """Those of the named columns that the file has."""
        return {name: self.read(name, using=using) for name in names if name in self._table.headings.places}

    def read_rest(self) -> None:
        """Judges the columns nobody asked for."""
        known = set(self._table.headings.places.values())
        for place in range(len(self._table.headings.names)):
            if place not in known:
                self._read_place(place, using=read_text)

    def _read_place(self, place: int, *, using: Callable[[str], Value | Bad | None]) -> Column[Value]:
        column = read_column(self._table.columns[place], read=using)
        if column.bad:
            self.bad[place] = column.bad
        return column


def _texts(table: Table, name: str) -> Iterator[str]:
    """The different texts of a column in the order in which they first stand there."""
    decoded = (decode(cell) for cell in dict.fromkeys(table.column(name) or ()))
    return (text for text in decoded if text)


def _unclear(table: Table, found: Mixed | Ambiguous, *, names: Sequence[str], codes: tuple[str, str]) -> Fault:
    """The file-level fault, placed at a row that shows it."""
    text = found.second if isinstance(found, Mixed) else found.text
    places = [table.headings.places[name] for name in names if name in table.headings.places]
    cell = text.encode()
    index, place = min((table.columns[place].index(cell), place) for place in places if cell in table.columns[place])
    return Fault(
        line=table.lines[index],
        record=table.numbers[index],
        column=place + 1,
        heading=table.headings.at(place),
        code=codes[0] if isinstance(found, Mixed) else codes[1],
        excerpt=excerpt(text),
        facts={"first": excerpt(found.first), "second": excerpt(found.second)} if isinstance(found, Mixed) else {},
    )
