"""The typed columns of a report, and every fault in their cells.

Between `imports.table` (raw cells) and `imports.reading` (rows): formats are found here from the whole file and then
applied strictly. Rules: time-exports, rules 2 and 6, and the bad file of section 6.
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
    read_duration,
    read_flag,
    read_hours,
    read_needed,
    read_optional_flag,
    read_text,
    read_time,
    read_total,
    read_units,
)
from imports.dates import DATE_FORMATS, DateFormat, find_date_format
from imports.faults import Fault, UnreadableFile, excerpt
from imports.formats import Ambiguous, Mixed
from imports.numbers import DecimalSign, NumberFormat, find_number_format
from imports.source import Content, Heading, Source
from imports.table import Table

Value = TypeVar("Value")
_NUMBERS: Final = (Content.HOURS, Content.UNITS, Content.AMOUNT, Content.TOTAL)


@dataclass(frozen=True, slots=True)
class Formats:
    """How this file writes days and numbers."""

    days: DateFormat
    numbers: NumberFormat


@dataclass(frozen=True, slots=True)
class Sheet:
    """Typed columns by normal heading name; a column the file does not have is missing here.

    Durations are numbers of seconds. `currency` holds for every row of a file without a column of currencies.
    """

    size: int
    days: Mapping[str, Column[date]]
    texts: Mapping[str, Column[str]]
    numbers: Mapping[str, Column[Decimal]]
    flags: Mapping[str, Column[bool]]
    times: Mapping[str, Column[time]]
    currency: str | None
    bad: Mapping[int, Mapping[bytes, Bad]]

    def number(self, name: str) -> Sequence[Decimal | None]:
        """The numbers of a column, None everywhere where the file has no such column."""
        return self.numbers[name].values if name in self.numbers else (None,) * self.size

    def text(self, name: str) -> Sequence[str | None]:
        """The texts of a column, empty where the file has no such column."""
        return self.texts[name].values if name in self.texts else ("",) * self.size

    def flag(self, name: str) -> Sequence[bool | None]:
        """The flags of a column, None everywhere where the file has no such column."""
        return self.flags[name].values if name in self.flags else (None,) * self.size

    def clock(self, name: str) -> Sequence[time | None]:
        """The times of a column, None everywhere where the file has no such column."""
        return self.times[name].values if name in self.times else (None,) * self.size

    def day(self, name: str) -> Sequence[date | None]:
        """The days of a column, None everywhere where the file has no such column."""
        return self.days[name].values if name in self.days else (None,) * self.size

    def currencies(self) -> Sequence[str | None]:
        """The currency of each row."""
        return self.texts["currency"].values if "currency" in self.texts else (self.currency,) * self.size

    def column(self, name: str) -> Column[date] | Column[str] | Column[Decimal] | Column[bool] | Column[time] | None:
        """The column of this normal name, whatever it holds."""
        kinds = (self.days, self.texts, self.numbers, self.flags, self.times)
        return next((columns[name] for columns in kinds if name in columns), None)


def find_formats(
    table: Table, *, source: Source, date_format: str | None, sign: DecimalSign | None
) -> Formats | UnreadableFile:
    """Finds both formats from all cells, unless the person named them."""
    dated, counted = (_named(source, table, *kinds) for kinds in ((Content.DAY,), _NUMBERS))
    days = (
        DATE_FORMATS[date_format]
        if date_format
        else find_date_format(text for name in dated for text in _texts(table, name))
    )
    numbers = find_number_format((text for name in counted for text in _texts(table, name)), sign=sign)
    faults = []
    if isinstance(days, Mixed | Ambiguous):
        faults.append(_unclear(table, days, names=dated, codes=("mixed_date_formats", "ambiguous_dates")))
    if isinstance(numbers, Mixed | Ambiguous):
        faults.append(_unclear(table, numbers, names=counted, codes=("mixed_number_formats", "ambiguous_numbers")))
    if isinstance(days, Mixed | Ambiguous) or isinstance(numbers, Mixed | Ambiguous):
        return UnreadableFile(tuple(faults))
    return Formats(days, numbers)


def read_sheet(table: Table, *, source: Source, formats: Formats, currency: str | None) -> Sheet:
    """Reads every column, also the unknown ones, whose texts must be harmless too."""
    reader = _Reader(table, source)
    numbers: dict[Content, Callable[[str], Decimal | Bad | None]] = {
        Content.HOURS: partial(read_hours, wanted=formats.numbers),
        Content.UNITS: partial(read_units, wanted=formats.numbers),
        Content.AMOUNT: partial(read_amount, wanted=formats.numbers),
        Content.TOTAL: partial(read_total, wanted=formats.numbers),
        Content.DURATION: read_duration,
    }
    sheet = Sheet(
        size=len(table.rows),
        days=reader.read_all({Content.DAY: partial(read_day, wanted=formats.days)}),
        texts=reader.read_all({Content.CURRENCY: read_currency}) | reader.read_texts(),
        numbers=reader.read_all(numbers),
        flags=reader.read_all({Content.FLAG: read_flag, Content.OPTIONAL_FLAG: read_optional_flag}),
        times=reader.read_all({Content.CLOCK: read_time}),
        currency=currency,
        bad=reader.bad,
    )
    reader.read_rest()
    return sheet


class _Reader:
    """Reads columns of one table and gathers what is bad in them by position."""

    def __init__(self, table: Table, source: Source) -> None:
        self._table = table
        self._source = source
        self.bad: dict[int, Mapping[bytes, Bad]] = {}

    def read_all(self, readers: Mapping[Content, Callable[[str], Value | Bad | None]]) -> dict[str, Column[Value]]:
        """The columns that hold one of these, by their normal names."""
        return {
            one.name: self._read_place(place, using=readers[one.content])
            for one, place in self._present()
            if one.content in readers
        }

    def read_texts(self) -> dict[str, Column[str]]:
        """The columns of texts, as the person wrote them."""
        return {
            one.name: self._read_place(place, using=partial(self._text, empty=one.empty))
            for one, place in self._present()
            if one.content is Content.TEXT
        }

    def read_rest(self) -> None:
        """Judges the columns nobody asked for."""
        known = set(self._table.headings.places.values())
        for place in range(len(self._table.headings.names)):
            if place not in known:
                self._read_place(place, using=read_text)

    def _present(self) -> Iterator[tuple[Heading, int]]:
        places = self._table.headings.places
        return ((one, places[one.name]) for one in self._source.headings if one.name in places)

    def _text(self, text: str, *, empty: str | None) -> str | Bad:
        plain = self._source.plain(text)
        return read_needed(plain, code=empty) if empty else read_text(plain)

    def _read_place(self, place: int, *, using: Callable[[str], Value | Bad | None]) -> Column[Value]:
        column = read_column(self._table.columns[place], read=using)
        if column.bad:
            self.bad[place] = column.bad
        return column


def _named(source: Source, table: Table, *contents: Content) -> list[str]:
    """The normal names of the columns of the file that hold these."""
    return [one.name for one in source.headings if one.content in contents and one.name in table.headings.places]


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
