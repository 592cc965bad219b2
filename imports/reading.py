"""Reads a report of any source into rows, or says everything that is wrong with the file.

Pure: bytes, a source and options in, a value out; never raises because of content, never writes, knows no clock. All or
nothing: a file with one fault gives no rows. Rules: time-exports, the six rules and section 6 (what becomes of a row).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final, Literal

from imports.checks import find_equal_rows
from imports.faults import Fault, FaultyFile, RowWarning, UnreadableFile, excerpt
from imports.findings import Findings
from imports.identity import identify
from imports.numbers import DecimalSign
from imports.report import Report, Row, add_up
from imports.sheet import Formats, Sheet, find_formats, read_sheet
from imports.source import Source
from imports.table import Table, open_table

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
    content: bytes, *, source: Source, options: ImportOptions = DEFAULT_OPTIONS
) -> Report | FaultyFile | UnreadableFile:
    """Reads a whole export.

    Returns the report, or `FaultyFile` when rows are wrong (422), or `UnreadableFile` when it is no such report or
    leaves a question open (400).
    """
    table = open_table(content, source=source)
    if isinstance(table, UnreadableFile):
        return table
    formats = find_formats(table, source=source, date_format=options.date_format, sign=options.number_format)
    if isinstance(formats, UnreadableFile):
        return formats
    currency = table.headings.currency or options.currency
    if currency is None and (place := _unpriced_place(table, source=source)) is not None:
        return UnreadableFile((_no_currency(table, place),))
    with localcontext(_EXACT):
        sheet = read_sheet(table, source=source, formats=formats, currency=currency)
        faulty = _find_faults(table, sheet=sheet, source=source, options=options)
        return faulty or _make_report(table, sheet=sheet, source=source, formats=formats, options=options)


def _unpriced_place(table: Table, *, source: Source) -> int | None:
    """The first column of money with something in it, in a file in which no currency can stand."""
    if not source.currency_in_heading:
        return None
    places = (table.headings.places[name] for name in source.priced if name in table.headings.places)
    return next((place for place in places if any(table.columns[place])), None)


def _no_currency(table: Table, place: int) -> Fault:
    heading = table.headings.at(place)
    return Fault(
        line=1, record=0, column=place + 1, heading=heading, code="currency_required", excerpt=excerpt(heading or "")
    )


def _find_faults(table: Table, *, sheet: Sheet, source: Source, options: ImportOptions) -> FaultyFile | None:
    findings = Findings(table)
    places = table.headings.places
    for place, bad in sheet.bad.items():
        findings.add_column(place, bad=bad)
    if not options.accept_equal_rows:
        findings.add_rows(places[source.needed[0]], found=find_equal_rows(table.rows, lines=table.lines))
    for name, found in source.judge(sheet):
        if name in places:
            findings.add_rows(places[name], found=found)
    return findings.close()


def _make_report(table: Table, *, sheet: Sheet, source: Source, formats: Formats, options: ImportOptions) -> Report:
    rows = _make_rows(table, sheet=sheet, source=source, options=options)
    approval_column = "approved" in table.headings.places
    unstated = not approval_column and options.approved_without_column is None
    return Report(
        source=source,
        rows=rows,
        warnings=(*_warn_file(table, rows, source=source, unstated=unstated), *_warn_rows(rows, table, source=source)),
        sums=add_up(rows, kind=source.kind),
        columns=table.headings.names,
        ignored=table.headings.ignored,
        approval_column=approval_column,
        unapproved=options.unapproved,
        date_format=formats.days.name,
        decimal_sign=formats.numbers.decimal,
    )


def _make_rows(table: Table, *, sheet: Sheet, source: Source, options: ImportOptions) -> tuple[Row, ...]:
    """Every field from what the source derives, else from the column that gives it, else from the answers."""
    count = len(table.rows)
    found: dict[str, Sequence[object]] = {
        "line": table.lines,
        "record": table.numbers,
        "approved": [options.approved_without_column is True] * count,
        "invoiced": [False] * count,
        "currency": [sheet.currency or ""] * count,
    }
    for heading in source.headings:
        column = sheet.column(heading.name)
        if column is not None:
            found[heading.gives or heading.name.replace(" ", "_")] = column.values
    found |= source.derive(sheet)
    found.setdefault("priced", [rate is not None for rate in found.get("billable_rate", (None,) * count)])
    found.setdefault("billable_quantity", found["quantity"])
    keys = [_texts(_identifying(sheet, name)) for name in source.identity]
    found["identity"] = identify(keys, source=source, invoiced=found["invoiced"], approved=found["approved"])
    named = [name for name in _FIELDS if name in found]
    columns = zip(*(found[name] for name in named), strict=True)
    return tuple(Row(**dict(zip(named, values, strict=True))) for values in columns)


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


def _warn_file(table: Table, rows: Sequence[Row], *, source: Source, unstated: bool) -> Iterator[RowWarning]:
    places = table.headings.places
    codes = {
        "no_approval_column": unstated,
        "no_rate": bool(rows) and source.price is not None and source.price not in places,
        "no_billable_column": bool(rows) and "billable" not in places,
    }
    for code, given in codes.items():
        if given:
            yield RowWarning(line=1, record=0, column=None, heading=None, code=code)


def _warn_rows(rows: Sequence[Row], table: Table, *, source: Source) -> Iterator[RowWarning]:
    places = table.headings.places
    for row in rows:
        for name, code in _unusual(row, source=source, places=places):
            place = places[name]
            heading = table.headings.at(place)
            yield RowWarning(line=row.line, record=row.record, column=place + 1, heading=heading, code=code)


def _unusual(row: Row, *, source: Source, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """What to warn of in one row, as (normal heading, code), from left to right."""
    found = []
    if source.quantity is not None and not row.quantity:
        found.append((source.quantity, "zero_quantity"))
    if row.invoiced and not row.approved:
        found.append(("invoiced", "invoiced_without_approval"))
    if not row.priced and source.price in places:
        found.append((source.price or "", "no_rate"))
    return found
