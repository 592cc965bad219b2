"""Reads a report of any source into rows, or says everything that is wrong with the file.

Pure: bytes, a source and options in, a value out; never raises because of content, never writes, knows no clock. All or
nothing: a file with one fault gives no rows. The file is gone through three times, a few rows at a time, so that it
takes no more memory than they do: for its formats, to judge it, and for whoever takes its rows. Rules: time-exports,
the six rules and section 6 (what becomes of a row).
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final, Literal

from imports.cells import Bad
from imports.csv_records import Bytes
from imports.faults import Fault, FaultyFile, UnreadableFile, excerpt
from imports.findings import Findings, TableFindings
from imports.headings import Headings
from imports.identity import Identities, key_of
from imports.numbers import DecimalSign
from imports.report import Gathered, Report, Row
from imports.sheet import Sheet, SheetReader
from imports.source import Source
from imports.steps import Steps, finish
from imports.survey import Formats, Survey, find_formats, survey
from imports.table import ReportFile, Table, open_file
from imports.warnings import Warnings

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_FIELDS: Final = tuple(field.name for field in fields(Row))


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person importing answers.

    `date_format` is a name of `imports.dates.DATE_FORMATS` and `number_format` the decimal sign, both needed only
    when the file can be read in two ways. `accept_equal_rows` says that equal rows are meant. `unapproved` is what
    rows without approval become. `approved_without_column` answers for a file that has no Approved column: None and
    False both leave its rows unapproved, None with a warning, because missing approval is not approval. `currency`
    answers for a file in which none stands; where one stands, the file is right.
    """

    date_format: str | None = None
    number_format: DecimalSign | None = None
    accept_equal_rows: bool = False
    unapproved: Literal["draft", "submitted"] = "draft"
    approved_without_column: bool | None = None
    currency: str | None = None


DEFAULT_OPTIONS: Final = ImportOptions()


def read_report(
    content: Bytes, *, source: Source, options: ImportOptions = DEFAULT_OPTIONS
) -> Report | FaultyFile | UnreadableFile:
    """Reads a whole export.

    Returns the report, or `FaultyFile` when rows are wrong (422), or `UnreadableFile` when it is no such report or
    leaves a question open (400).
    """
    return finish(read_in_steps(content, source=source, options=options))


def read_in_steps(
    content: Bytes, *, source: Source, options: ImportOptions
) -> Steps[Report | FaultyFile | UnreadableFile]:
    """Reads as `read_report` does, in steps of some milliseconds. `content` must stay as it is while rows are read."""
    file = yield from open_file(content, source=source)
    if isinstance(file, UnreadableFile):
        return file
    surveyed = yield from survey(file, source=source)
    if isinstance(surveyed, UnreadableFile):
        return surveyed
    formats = yield from find_formats(file, surveyed, date_format=options.date_format, sign=options.number_format)
    if isinstance(formats, UnreadableFile):
        return formats
    currency = file.headings.currency or options.currency
    place = _unpriced_place(file.headings, filled=surveyed.filled, source=source)
    if currency is None and place is not None:
        return UnreadableFile((_no_currency(file.headings, place),))
    return (yield from _Reading(file, source, options, formats, currency).judge(surveyed))


def _unpriced_place(headings: Headings, *, filled: AbstractSet[int], source: Source) -> int | None:
    """The first column of money with something in it, in a file in which no currency can stand."""
    if not source.currency_in_heading:
        return None
    places = (headings.places[name] for name in source.priced if name in headings.places)
    return next((place for place in places if place in filled), None)


def _no_currency(headings: Headings, place: int) -> Fault:
    heading = headings.at(place)
    return Fault(
        line=1, record=0, column=place + 1, heading=heading, code="currency_required", excerpt=excerpt(heading or "")
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file whose formats and currency are known."""

    file: ReportFile
    source: Source
    options: ImportOptions
    formats: Formats
    currency: str | None

    def judge(self, surveyed: Survey) -> Steps[Report | FaultyFile]:
        """Look at every row; without a fault the file is a report."""
        findings, gathered, identities = Findings(), Gathered(self.source.kind), Identities()
        warnings = Warnings(self.source, self.file.headings)
        reader = self._sheets()
        for table in self.file.tables():
            with localcontext(_EXACT):
                sheet = reader.read(table)
                findings.add(self._find_faults(findings.of(table), sheet, surveyed))
                if not findings.total:
                    rows = self._make_rows(table, sheet, identity=[""] * sheet.size)
                    self._identify(sheet, rows, into=identities)
                    gathered.add(rows)
                    warnings.add(rows)
            yield
        identities.close()
        return findings.close() or self._report(gathered, identities, warnings)

    def _sheets(self) -> SheetReader:
        return SheetReader(self.source, self.formats, currency=self.currency)

    def _find_faults(self, findings: TableFindings, sheet: Sheet, surveyed: Survey) -> TableFindings:
        places = self.file.headings.places
        for place, bad in sheet.bad.items():
            findings.add_column(place, bad=bad)
        if not self.options.accept_equal_rows:
            findings.add_rows(places[self.source.needed[0]], found=_equal_rows(findings.table, surveyed.equal.lines))
        for name, found in self.source.judge(sheet):
            if name in places:
                findings.add_rows(places[name], found=found)
        return findings

    def _identify(self, sheet: Sheet, rows: Sequence[Row], *, into: Identities) -> None:
        columns = [_texts(_identifying(sheet, name)) for name in self.source.identity]
        for row, values in zip(rows, zip(*columns, strict=True), strict=True):
            into.add(key_of(values, source=self.source), invoiced=row.invoiced, approved=row.approved)

    def _report(self, gathered: Gathered, identities: Identities, warnings: Warnings) -> Report:
        sums = gathered.sums()
        headings = self.file.headings
        approval_column = "approved" in headings.places
        unstated = not approval_column and self.options.approved_without_column is None
        shown, counts = warnings.close(rows=sums.rows, unstated=unstated)
        return Report(
            source=self.source,
            portions=lambda: self._portions(identities.digests),
            identities=identities.digests,
            people=frozenset(gathered.people),
            latest=gathered.latest,
            invoices=frozenset(gathered.invoices),
            currencies=gathered.currencies,
            warnings=shown,
            warned=counts,
            sums=sums,
            columns=headings.names,
            places=headings.places,
            ignored=headings.ignored,
            approval_column=approval_column,
            unapproved=self.options.unapproved,
            date_format=self.formats.days.name,
            decimal_sign=self.formats.numbers.decimal,
        )

    def _portions(self, digests: Sequence[bytes]) -> Iterator[Sequence[Row]]:
        reader, first = self._sheets(), 0
        for table in self.file.tables():
            with localcontext(_EXACT):
                sheet = reader.read(table)
                identity = [digest.hex() for digest in digests[first : first + sheet.size]]
                rows = self._make_rows(table, sheet, identity=identity)
            first += sheet.size
            yield rows

    def _make_rows(self, table: Table, sheet: Sheet, *, identity: Sequence[str]) -> Sequence[Row]:
        """Every field from what the source derives, else from the column that gives it, else from the answers."""
        count = sheet.size
        found: dict[str, Sequence[object]] = {
            "line": table.lines,
            "record": table.numbers,
            "identity": identity,
            "approved": [self.options.approved_without_column is True] * count,
            "invoiced": [False] * count,
            "currency": [sheet.currency or ""] * count,
        }
        for heading in self.source.headings:
            column = sheet.column(heading.name)
            if column is not None:
                found[heading.gives or heading.name.replace(" ", "_")] = column.values
        found |= self.source.derive(sheet)
        found.setdefault("priced", [rate is not None for rate in found.get("billable_rate", (None,) * count)])
        found.setdefault("billable_quantity", found["quantity"])
        named = [name for name in _FIELDS if name in found]
        columns = zip(*(found[name] for name in named), strict=True)
        return [Row(**dict(zip(named, values, strict=True))) for values in columns]


def _equal_rows(table: Table, lines: Mapping[int, int]) -> list[tuple[int, Bad]]:
    """Rows equal to an earlier one in every column; the file cannot tell them from a copying mistake."""
    return [
        (index, Bad("duplicate_row", {"other_line": str(lines[number])}))
        for index, number in enumerate(table.numbers)
        if number in lines
    ]


def _identifying(sheet: Sheet, name: str) -> Sequence[object]:
    """A column of the identity: the currency wherever it stands, and a person by e-mail address, else by name."""
    if name == "currency":
        return sheet.currencies()
    if name == "person":
        return [email or user for email, user in zip(sheet.text("email"), sheet.text("user"), strict=True)]
    column = sheet.column(name)
    return (None,) * sheet.size if column is None else column.values


def _texts(values: Sequence[object]) -> list[str]:
    """Values as texts that do not depend on how the file writes numbers and days."""
    shown = {value: _canonical(value) for value in set(values)}
    return [shown[value] for value in values]


def _canonical(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
