"""Builds small detailed time reports for the tests, the way Harvest writes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from imports.faults import FaultyFile, UnreadableFile
from imports.harvest import DETAILED_TIME
from imports.reading import DEFAULT_OPTIONS, ImportOptions, read_report
from imports.report import Report, Row
from imports.source import Source

SAMPLES = Path(__file__).parents[3] / "samples"
FILES = Path(__file__).parent / "files"

GOOD: Mapping[str, str] = {
    "Date": "2026-02-10",
    "Client": "Nordbjørk Møbler AS",
    "Project": "Nettbutikk",
    "Project Code": "NBM-01",
    "Task": "Development",
    "Notes": "Fixed the login page",
    "Hours": "1.5",
    "Billable?": "Yes",
    "Invoiced?": "No",
    "Approved?": "Yes",
    "First Name": "Mia",
    "Last Name": "Hart",
    "Employee Id": "",
    "Roles": "Senior Developer",
    "Employee?": "Yes",
    "Billable Rate": "1,250.0",
    "Billable Amount": "1,875.0",
    "Cost Rate": "655.0",
    "Cost Amount": "982.5",
    "Currency": "Norwegian Krone - NOK",
    "External Reference URL": "",
}
HEADINGS = tuple(GOOD)


def cell(value: str, *, delimiter: str = ",") -> str:
    """A field, quoted only where needed."""
    if any(sign in value for sign in (delimiter, '"', "\r", "\n")):
        return '"' + value.replace('"', '""') + '"'
    return value


def export(*changes: Mapping[str, str], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> bytes:
    """A file with one row for each of `changes`, each a change of the good row."""
    rows = [headings, *([{**GOOD, **change}[heading] for heading in headings] for change in changes)]
    return "".join(delimiter.join(cell(v, delimiter=delimiter) for v in row) + "\r\n" for row in rows).encode()


def read_good(content: bytes, options: ImportOptions = DEFAULT_OPTIONS, *, source: Source = DETAILED_TIME) -> Report:
    """The report of a file that must be good."""
    result = read_report(content, source=source, options=options)
    assert isinstance(result, Report), result
    return result


def read_row(content: bytes, options: ImportOptions = DEFAULT_OPTIONS, *, source: Source = DETAILED_TIME) -> Row:
    """The only row of a good file."""
    (row,) = read_good(content, options, source=source).rows
    return row


def codes(
    content: bytes, options: ImportOptions = DEFAULT_OPTIONS, *, source: Source = DETAILED_TIME
) -> list[tuple[int, str | None, str]]:
    """The faults of a file as (record, heading, code)."""
    result = read_report(content, source=source, options=options)
    assert isinstance(result, FaultyFile | UnreadableFile), result
    return [(fault.record, fault.heading, fault.code) for fault in result.faults]


def written(row: Mapping[str, str], *changes: Mapping[str, str], headings: Sequence[str] | None = None) -> bytes:
    """A file of another report: its good row with each of `changes`, every field quoted."""
    shown = tuple(headings or row)
    rows = [shown, *([{**row, **change}[heading] for heading in shown] for change in changes)]
    return "".join(",".join('"' + value.replace('"', '""') + '"' for value in one) + "\n" for one in rows).encode()


CLOCKIFY_ROW: Mapping[str, str] = {
    "Project": "Nettbutikk",
    "Client": "Nordbjørk Møbler AS",
    "Description": "Checkout",
    "Task": "Utvikling",
    "User": "Åse Ødegård",
    "Group": "Utvikling, Ledelse",
    "Email": "ase@team.example",
    "Tags": "",
    "Type": "Regular",
    "Billable": "Yes",
    "Invoiced": "No",
    "Invoice ID": "",
    "Start Date": "01/14/2026",
    "Start Time": "04:30:00 PM",
    "End Date": "01/14/2026",
    "End Time": "04:50:00 PM",
    "Duration (h)": "00:20:00",
    "Duration (decimal)": "0.33",
    "Billable Rate (EUR)": "112.50",
    "Billable Amount (EUR)": "37.50",
    "Date of creation": "01/14/2026",
}
TOGGL_ROW: Mapping[str, str] = {
    "User": "Tom Field",
    "Email": "tom@team.example",
    "Client": "Nordbjørk Møbler AS",
    "Project": "Nettbutikk",
    "Task": "",
    "Description": "Standup",
    "Billable": "Yes",
    "Start date": "2026-01-05",
    "Start time": "16:30:17",
    "End date": "2026-01-05",
    "End time": "16:45:55",
    "Duration": "00:15:38",
    "Tags": "",
    "Amount (EUR)": "24.75",
}
EXPENSE_ROW: Mapping[str, str] = {
    "Date": "2026-01-22",
    "Client": "Sakura Example KK",
    "Project": "App review",
    "Project Code": "",
    "Category": "Kilometres",
    "Notes": "Taxi",
    "Units": "391.5",
    "Amount": "29,642.0",
    "Billable": "Yes",
    "Reimbursable": "No",
    "Invoiced?": "No",
    "Approved?": "Yes",
    "First name": "Sunniva",
    "Last name": "",
    "Roles": "",
    "Employee?": "No",
    "Currency": "Japanese Yen - JPY",
}
