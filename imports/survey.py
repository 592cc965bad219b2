"""What has to be known of a whole file before its cells can be read: how it writes days and numbers, which rows are equal.

Kept is only what tells that, never the rows. Rules: time-exports, rule 2 and section 1 (equal rows).
"""

import hashlib
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from imports import dates, numbers
from imports.cells import decode
from imports.dates import DATE_FORMATS, DateFormat, find_date_format
from imports.faults import Fault, UnreadableFile, excerpt
from imports.formats import Ambiguous, Mixed
from imports.numbers import DecimalSign, NumberFormat, find_number_format
from imports.source import Content, Source
from imports.steps import Steps
from imports.table import MAX_ROWS, ReportFile, Table, too_many_rows

_NUMBERS: Final = (Content.HOURS, Content.UNITS, Content.MEASURE, Content.RATE, Content.AMOUNT, Content.TOTAL)
_DIGEST_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Formats:
    """How this file writes days and numbers."""

    days: DateFormat
    numbers: NumberFormat


@dataclass(slots=True)
class EqualRows:
    """Rows equal to an earlier one in every column: `lines` has the line of that one by the number of the record."""

    lines: dict[int, int] = field(default_factory=dict)
    _first: dict[bytes, int] = field(default_factory=dict)

    def add(self, table: Table) -> None:
        """Look at more rows of the file."""
        for row, line, number in zip(table.rows, table.lines, table.numbers, strict=True):
            digest = hashlib.blake2b(repr(row).encode(), digest_size=_DIGEST_BYTES).digest()
            earlier = self._first.setdefault(digest, line)
            if earlier != line:
                self.lines[number] = earlier

    def close(self) -> None:
        """All rows were seen."""
        self._first.clear()


@dataclass(slots=True)
class Survey:
    """By the place of a column the first text of each evidence for how days or numbers are written; `filled` have any text."""

    days: dict[int, dict[Hashable, str]]
    numbers: dict[int, dict[Hashable, str]]
    equal: EqualRows = field(default_factory=EqualRows)
    filled: set[int] = field(default_factory=set)
    records: int = 0

    def add(self, table: Table) -> None:
        """Look at more rows of the file."""
        self.records += len(table.rows) + len(table.misfits)
        self.equal.add(table)
        self.filled |= {place for place, cells in enumerate(table.columns) if place not in self.filled and any(cells)}
        for place, found in self.days.items():
            for text in _texts(table, place):
                found.setdefault(dates.evidence_of(text), text)
        for place, found in self.numbers.items():
            for text in _texts(table, place):
                found.setdefault(numbers.evidence_of(text), text)


def survey(file: ReportFile, *, source: Source) -> Steps[Survey | UnreadableFile]:
    """Goes through a whole file once."""
    found = Survey(
        days={place: {} for place in _places(file, source, Content.DAY)},
        numbers={place: {} for place in _places(file, source, *_NUMBERS)},
    )
    for table in file.tables():
        found.add(table)
        if found.records > MAX_ROWS:
            return too_many_rows()
        yield
    found.equal.close()
    return found


def find_formats(
    file: ReportFile, found: Survey, *, date_format: str | None, sign: DecimalSign | None
) -> Steps[Formats | UnreadableFile]:
    """Both formats, unless the person named them."""
    texts = (text for column in found.days.values() for text in column.values())
    days = DATE_FORMATS[date_format] if date_format else find_date_format(texts)
    counted = find_number_format((text for column in found.numbers.values() for text in column.values()), sign=sign)
    if isinstance(days, DateFormat) and isinstance(counted, NumberFormat):
        return Formats(days, counted)
    faults = []
    if isinstance(days, Mixed | Ambiguous):
        codes = ("mixed_date_formats", "ambiguous_dates")
        faults.append((yield from _unclear(file, days, places=list(found.days), codes=codes)))
    if isinstance(counted, Mixed | Ambiguous):
        codes = ("mixed_number_formats", "ambiguous_numbers")
        faults.append((yield from _unclear(file, counted, places=list(found.numbers), codes=codes)))
    return UnreadableFile(tuple(faults))


def _places(file: ReportFile, source: Source, *contents: Content) -> list[int]:
    """Where the columns of the file stand that hold these."""
    places = file.headings.places
    return [places[one.name] for one in source.headings if one.content in contents and one.name in places]


def _texts(table: Table, place: int) -> Iterator[str]:
    """The different texts of a column in the order in which they first stand there."""
    decoded = (decode(cell) for cell in dict.fromkeys(table.columns[place]))
    return (text for text in decoded if text)


def _unclear(
    file: ReportFile, found: Mixed | Ambiguous, *, places: Sequence[int], codes: tuple[str, str]
) -> Steps[Fault]:
    """The file-level fault, placed at the first row that shows it."""
    text = found.second if isinstance(found, Mixed) else found.text
    line, record, place = yield from _locate(file, text.encode(), places=places)
    return Fault(
        line=line,
        record=record,
        column=place + 1,
        heading=file.headings.at(place),
        code=codes[0] if isinstance(found, Mixed) else codes[1],
        excerpt=excerpt(text),
        facts={"first": excerpt(found.first), "second": excerpt(found.second)} if isinstance(found, Mixed) else {},
    )


def _locate(file: ReportFile, cell: bytes, *, places: Sequence[int]) -> Steps[tuple[int, int, int]]:
    """Line, record and column of the first such cell, which is known to be there."""
    for table in file.tables():
        hits = [(table.columns[place].index(cell), place) for place in places if cell in table.columns[place]]
        if hits:
            index, place = min(hits)
            return table.lines[index], table.numbers[index], place
        yield
    raise AssertionError(cell)
