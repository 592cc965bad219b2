"""Reads Harvest's detailed time report into rows, or says everything that is wrong with the file.

Pure: bytes and options in, a value out; never raises because of content, never writes, knows no clock. All or
nothing: a file with one fault gives no rows. Rules: time-exports, section 1 (columns, variants) and section 6 (what
becomes of a row).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Final, Literal, TypeVar

from imports.checks import (
    BILLABLE,
    COST,
    Product,
    billable_hours,
    find_equal_rows,
    find_mismatches,
    find_nameless,
    find_negative,
)
from imports.faults import FaultyFile, RowWarning, UnreadableFile
from imports.findings import Findings
from imports.headings import MONEY
from imports.identity import identify
from imports.numbers import DecimalSign
from imports.report import HarvestReport, Sums, TimeRow
from imports.sheet import Formats, Sheet, find_formats, read_sheet
from imports.table import Table, open_table

Value = TypeVar("Value")
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP)
_IDENTITY_TEXTS: Final = (
    "client",
    "project",
    "project code",
    "task",
    "notes",
    "first name",
    "last name",
    "employee id",
    "currency",
    "external reference url",
)
_IDENTITY_NUMBERS: Final = ("hours", *MONEY)


@dataclass(frozen=True, slots=True)
class HarvestOptions:
    """What the person importing answers.

    `date_format` is a name of `imports.dates.DATE_FORMATS` and `number_format` the decimal sign, both needed only
    when the file can be read in two ways. `accept_equal_rows` says that equal rows are meant. `unapproved` is what
    rows without approval become. `approved_without_column` answers for a file that has no Approved column: None and
    False both leave its rows unapproved, None with a warning, because missing approval is not approval.
    """

    date_format: str | None = None
    number_format: DecimalSign | None = None
    accept_equal_rows: bool = False
    unapproved: Literal["draft", "submitted"] = "draft"
    approved_without_column: bool | None = None


DEFAULT_OPTIONS: Final = HarvestOptions()


def read_detailed_time(
    content: bytes, options: HarvestOptions = DEFAULT_OPTIONS
) -> HarvestReport | FaultyFile | UnreadableFile:
    """Reads a whole export.

    Returns the report, or `FaultyFile` when rows are wrong (422), or `UnreadableFile` when it is no such report or
    can be read in two ways (400).
    """
    table = open_table(content)
    if isinstance(table, UnreadableFile):
        return table
    formats = find_formats(table, date_format=options.date_format, sign=options.number_format)
    if isinstance(formats, UnreadableFile):
        return formats
    with localcontext(_EXACT):
        sheet = read_sheet(table, formats=formats)
        faulty = _find_faults(table, sheet=sheet, options=options)
        return faulty or _make_report(table, sheet=sheet, formats=formats, options=options)


def _find_faults(table: Table, *, sheet: Sheet, options: HarvestOptions) -> FaultyFile | None:
    findings = Findings(table)
    places = table.headings.places
    for place, bad in sheet.bad.items():
        findings.add_column(place, bad=bad)
    names = table.columns[places["first name"]], table.columns[places["last name"]]
    findings.add_rows(places["first name"], found=find_nameless(names))
    if not options.accept_equal_rows:
        findings.add_rows(places["date"], found=find_equal_rows(table.rows, lines=table.lines))
    for name in MONEY:
        if name in places:
            findings.add_rows(places[name], found=find_negative(sheet, name=name))
    for product in (Product(*BILLABLE, counts=sheet.flags["billable"].values), Product(*COST)):
        if product.amount in places:
            findings.add_rows(places[product.amount], found=find_mismatches(sheet, product=product))
    return findings.close()


def _make_report(table: Table, *, sheet: Sheet, formats: Formats, options: HarvestOptions) -> HarvestReport:
    rows = _make_rows(table, sheet=sheet, options=options)
    approval_column = "approved" in table.headings.places
    unstated = not approval_column and options.approved_without_column is None
    return HarvestReport(
        rows=rows,
        warnings=(*_warn_file(unstated=unstated), *_warn_rows(rows, table=table)),
        sums=add_up(rows),
        columns=table.headings.names,
        ignored=table.headings.ignored,
        approval_column=approval_column,
        unapproved=options.unapproved,
        date_format=formats.days.name,
        decimal_sign=formats.numbers.decimal,
    )


def _make_rows(table: Table, *, sheet: Sheet, options: HarvestOptions) -> tuple[TimeRow, ...]:
    count = len(table.rows)
    flags = {name: _whole(column.values) for name, column in sheet.flags.items() if name != "employee"}
    flags.setdefault("approved", [options.approved_without_column is True] * count)
    hours = _whole(sheet.numbers["hours"].values)
    columns: dict[str, Sequence[object]] = {
        "line": table.lines,
        "record": table.numbers,
        "date": sheet.days.values,
        "hours": hours,
        "billable_hours": billable_hours(sheet, hours=hours),
        "identity": identify(
            _identity_fields(sheet, count=count), invoiced=flags["invoiced"], approved=flags["approved"]
        ),
    }
    found = {**sheet.texts, **sheet.numbers, **sheet.times, "employee": sheet.flags.get("employee")}
    for name, column in found.items():
        if column:
            columns.setdefault(_FIELD_OF.get(name, name.replace(" ", "_")), column.values)
    columns |= flags
    ordered = (columns.get(field.name) or [_ABSENT.get(field.name)] * count for field in fields(TimeRow))
    return tuple(TimeRow(*values) for values in zip(*ordered, strict=True))


_FIELD_OF: Final = {"external reference url": "external_reference"}
_ABSENT: Final = dict.fromkeys(("project_code", "notes", "employee_id", "roles", "currency", "external_reference"), "")


def _identity_fields(sheet: Sheet, *, count: int) -> list[list[str]]:
    """The columns of `imports.identity`, as texts that do not depend on how the file writes numbers and days."""
    absent = [""] * count
    texts = [_texts(sheet.texts[name].values) if name in sheet.texts else absent for name in _IDENTITY_TEXTS]
    numbers = [_texts(sheet.numbers[name].values) if name in sheet.numbers else absent for name in _IDENTITY_NUMBERS]
    times = [_texts(sheet.times[name].values) if name in sheet.times else absent for name in ("started at", "ended at")]
    return [_texts(sheet.days.values), _texts(sheet.flags["billable"].values), *texts, *numbers, *times]


def _texts(values: Sequence[object]) -> list[str]:
    shown = {value: _canonical(value) for value in set(values)}
    return [shown[value] for value in values]


def _canonical(value: object) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _whole(values: Sequence[Value | None]) -> list[Value]:
    """The values of a column that has no gaps, because a file with faults never comes here."""
    return [value for value in values if value is not None]


def _warn_file(*, unstated: bool) -> list[RowWarning]:
    if not unstated:
        return []
    return [RowWarning(line=1, record=0, column=None, heading=None, code="no_approval_column")]


def _warn_rows(rows: Sequence[TimeRow], *, table: Table) -> list[RowWarning]:
    places = table.headings.places
    warnings = []
    if rows and "billable rate" not in places:
        warnings.append(RowWarning(line=1, record=0, column=None, heading=None, code="no_rate"))
    for row in rows:
        for name, code in _unusual(row, places=places):
            place = places[name]
            heading = table.headings.at(place)
            warnings.append(RowWarning(line=row.line, record=row.record, column=place + 1, heading=heading, code=code))
    return warnings


def _unusual(row: TimeRow, *, places: Mapping[str, int]) -> list[tuple[str, str]]:
    """What to warn of in one row, as (normal heading, code), from left to right."""
    found = []
    if not row.hours:
        found.append(("hours", "zero_quantity"))
    if row.invoiced and not row.approved:
        found.append(("invoiced", "invoiced_without_approval"))
    if row.billable_rate is None and "billable rate" in places:
        found.append(("billable rate", "no_rate"))
    return found


def add_up(rows: Sequence[TimeRow]) -> Sums:
    """The control sums of some rows (expected.json: billable amounts of rows with Billable Yes, cost of all rows)."""
    billable: dict[str, Decimal] = {}
    cost: dict[str, Decimal] = {}
    for row in rows:
        if row.billable and row.billable_amount is not None:
            billable[row.currency] = billable.get(row.currency, Decimal(0)) + row.billable_amount
        if row.cost_amount is not None:
            cost[row.currency] = cost.get(row.currency, Decimal(0)) + row.cost_amount
    return Sums(
        rows=len(rows),
        hours=sum((row.hours for row in rows), Decimal(0)),
        zero_hours=sum(not row.hours for row in rows),
        not_billable=sum(not row.billable for row in rows),
        no_rate=sum(row.billable_rate is None for row in rows),
        outcomes=Counter(row.outcome for row in rows),
        statuses=Counter(row.status for row in rows),
        billable_amount=billable,
        cost_amount=cost,
    )
