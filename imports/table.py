"""Opens the bytes of a report as a table: headings, raw cells, and what is wrong with its shape.

Only the shape is judged here; what a cell means is not known yet. Rule: time-exports, section 6 (file-level faults).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Final, NamedTuple

from imports.csv_records import LONGEST, Bytes, Problem, Records, find_delimiter, read_records
from imports.faults import Fault, UnreadableFile, excerpt
from imports.headings import Headings, map_headings
from imports.source import Source
from imports.steps import Steps

MAX_BYTES: Final = 24 * 1024 * 1024
MAX_ROWS: Final = 100_000
_WIDE_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff")


class Misfit(NamedTuple):
    """A record that is no row, by its number; its fault is made only when it is shown."""

    record: int
    fault: Callable[[], Fault]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that have as many values as there are headings, and the faults of those that do not.

    `rows[i]` begins on physical line `lines[i]` and is record `numbers[i]`; `columns[c][i]` is its cell c. `misfits`
    stand in the order of the file.
    """

    headings: Headings
    rows: Sequence[Sequence[bytes]]
    columns: Sequence[Sequence[bytes]]
    lines: Sequence[int]
    numbers: Sequence[int]
    misfits: Sequence[Misfit]

    def column(self, name: str) -> Sequence[bytes] | None:
        """The cells under the heading with this normal name, None when the file has no such column."""
        place = self.headings.places.get(name)
        return None if place is None else self.columns[place]


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file with the headings of a report. Its rows are read in portions, as often as they are needed."""

    content: Bytes
    delimiter: bytes
    headings: Headings

    def tables(self) -> Iterator[Table]:
        """The rows below the headings, a few at a time; now and then there are none."""
        for records in read_records(self.content, delimiter=self.delimiter):
            yield _arrange(records, headings=self.headings)


def open_file(content: Bytes, *, source: Source) -> Steps[ReportFile | UnreadableFile]:
    """Finds the headings of a file of at most 24 MiB."""
    if len(content) > MAX_BYTES:
        return whole_file("too_large", size=str(len(content)), most=str(MAX_BYTES), unit_nb="byte", unit_en="bytes")
    if content[:2] in _WIDE_ENCODINGS:
        return whole_file("invalid_encoding", shown=content[:8])
    delimiter = find_delimiter(content)
    for records in read_records(content, delimiter=delimiter):
        if records.problems and records.problems[0].record == 0:
            return UnreadableFile((_structural(records.problems[0], headings=None),))
        if records.rows:
            headings = map_headings(records.rows[0], line=records.lines[0], source=source)
            return headings if isinstance(headings, UnreadableFile) else ReportFile(content, delimiter, headings)
        yield
    return whole_file("empty_file")


def too_many_rows() -> UnreadableFile:
    """What a file of more than MAX_ROWS rows gives."""
    return whole_file("too_large", size=f"> {MAX_ROWS}", most=str(MAX_ROWS), unit_nb="rader", unit_en="rows")


def _arrange(records: Records, *, headings: Headings) -> Table:
    width = len(headings.names)
    misfits = [Misfit(one.record, partial(_structural, one, headings=headings)) for one in records.problems]
    rows, lines, numbers = [], [], []
    for row, line, number in zip(records.rows, records.lines, records.numbers, strict=True):
        if number == 0:
            continue
        if len(row) == width:
            rows.append(row)
            lines.append(line)
            numbers.append(number)
        else:
            misfits.append(Misfit(number, partial(_width, row, line=line, number=number, headings=headings)))
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return Table(headings, rows, columns, lines, numbers, sorted(misfits, key=itemgetter(0)))


def _width(row: Sequence[bytes], *, line: int, number: int, headings: Headings) -> Fault:
    """The fault stands at the first value without a heading, or at the first heading without a value."""
    width = len(headings.names)
    place = min(len(row), width)
    return Fault(
        line=line,
        record=number,
        column=place + 1,
        heading=headings.at(place),
        code="column_count",
        excerpt=excerpt(row[place]) if place < len(row) else "",
        facts={"values": str(len(row)), "headings": str(width)},
    )


def _structural(problem: Problem, *, headings: Headings | None) -> Fault:
    return Fault(
        line=problem.line,
        record=problem.record,
        column=problem.column,
        heading=headings.at(problem.column - 1) if headings else None,
        code=problem.code,
        excerpt=excerpt(problem.excerpt),
        facts={"most": str(LONGEST // 1024)},
    )


def whole_file(code: str, *, shown: bytes = b"", **facts: str) -> UnreadableFile:
    """A fault that the whole file has, or lacks a place."""
    return UnreadableFile(
        (Fault(line=1, record=0, column=None, heading=None, code=code, excerpt=excerpt(shown), facts=facts),)
    )
