"""The typed columns of a report, and every fault in their cells.

Between `imports.table` (raw cells) and `imports.reading` (rows): the formats found from the whole file are applied
strictly. Rules: time-exports, rules 2 and 6, and the bad file of section 6.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from imports.cells import (
    Bad,
    Column,
    longer,
    read_amount,
    read_column,
    read_currency,
    read_day,
    read_duration,
    read_flag,
    read_hours,
    read_measure,
    read_needed,
    read_optional_flag,
    read_rate,
    read_text,
    read_time,
    read_total,
    read_units,
)
from imports.source import Content, Heading, Source
from imports.survey import Formats
from imports.table import Table

Value = TypeVar("Value")


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


class SheetReader:
    """Reads portions of one file, each different text of a column once, as long as there are not too many of them."""

    def __init__(self, source: Source, formats: Formats, *, currency: str | None) -> None:
        self._source = source
        self._formats = formats
        self._currency = currency
        self._known: dict[int, dict[bytes, Any]] = {}

    def read(self, table: Table) -> Sheet:
        """Reads every column, also the unknown ones, whose texts must be harmless too."""
        reader = _Reader(table, self._source, self._known)
        formats = self._formats
        numbers: dict[Content, Callable[[str], Decimal | Bad | None]] = {
            Content.HOURS: partial(read_hours, wanted=formats.numbers),
            Content.UNITS: partial(read_units, wanted=formats.numbers),
            Content.MEASURE: partial(read_measure, wanted=formats.numbers),
            Content.RATE: partial(read_rate, wanted=formats.numbers),
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
            currency=self._currency,
            bad=reader.bad,
        )
        reader.read_rest()
        return sheet


class _Reader:
    """Reads columns of one table and gathers what is bad in them by position."""

    def __init__(self, table: Table, source: Source, known: dict[int, dict[bytes, Any]]) -> None:
        self._table = table
        self._source = source
        self._known = known
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
            one.name: self._read_place(place, using=partial(self._text, heading=one))
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

    def _text(self, text: str, *, heading: Heading) -> str | Bad:
        plain = self._source.plain(text)
        found = read_needed(plain, code=heading.empty) if heading.empty else read_text(plain)
        return found if isinstance(found, Bad) else longer(found, heading.most) or found

    def _read_place(self, place: int, *, using: Callable[[str], Value | Bad | None]) -> Column[Value]:
        column = read_column(self._table.columns[place], read=using, known=self._known.setdefault(place, {}))
        if column.bad:
            self.bad[place] = column.bad
        return column
