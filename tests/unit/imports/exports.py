"""Builds small detailed time reports for the tests, the way Harvest writes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from imports.faults import FaultyFile, UnreadableFile
from imports.harvest import DEFAULT_OPTIONS, HarvestOptions, read_detailed_time
from imports.report import HarvestReport, TimeRow

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


def read_good(content: bytes, options: HarvestOptions = DEFAULT_OPTIONS) -> HarvestReport:
    """The report of a file that must be good."""
    result = read_detailed_time(content, options)
    assert isinstance(result, HarvestReport), result
    return result


def read_row(content: bytes) -> TimeRow:
    """The only row of a good file."""
    (row,) = read_good(content).rows
    return row


def codes(content: bytes, options: HarvestOptions = DEFAULT_OPTIONS) -> list[tuple[int, str | None, str]]:
    """The faults of a file as (record, heading, code)."""
    result = read_detailed_time(content, options)
    assert isinstance(result, FaultyFile | UnreadableFile), result
    return [(fault.record, fault.heading, fault.code) for fault in result.faults]
