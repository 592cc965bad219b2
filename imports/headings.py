"""Which column of a Harvest detailed time report stands where: by heading, never by position.

Headings are compared without case, without spaces around and without a trailing question mark. Unknown headings are
ignored and named. Rules: time-exports, rule 1 and section 1 (variants).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from imports.faults import Fault, UnreadableFile, excerpt

KNOWN: Final[dict[str, str]] = {
    "date": "Date",
    "client": "Client",
    "project": "Project",
    "project code": "Project Code",
    "task": "Task",
    "notes": "Notes",
    "hours": "Hours",
    "hours rounded": "Hours Rounded",
    "started at": "Started At",
    "ended at": "Ended At",
    "billable": "Billable?",
    "invoiced": "Invoiced?",
    "approved": "Approved?",
    "first name": "First Name",
    "last name": "Last Name",
    "employee id": "Employee Id",
    "roles": "Roles",
    "teams": "Teams",
    "department": "Department",
    "employee": "Employee?",
    "billable rate": "Billable Rate",
    "billable amount": "Billable Amount",
    "cost rate": "Cost Rate",
    "cost amount": "Cost Amount",
    "currency": "Currency",
    "external reference url": "External Reference URL",
}
"""Normal name -> the heading as Harvest writes it."""
NEEDED: Final = ("date", "client", "project", "task", "hours", "billable", "invoiced", "first name", "last name")
MONEY: Final = ("billable rate", "billable amount", "cost rate", "cost amount")
MOST: Final = 60
"""No report is this wide; a file that is would only cost memory."""
_ENOUGH: Final = 6  # so many needed headings make it this report with something missing, fewer make it another report
_DATA: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|-?\d+(?:[.,]\d+)*|Yes|No")


@dataclass(frozen=True, slots=True)
class Headings:
    """`names` as in the file; `places` from normal name to position, counted from 0; `ignored` are the unknown ones."""

    names: tuple[str, ...]
    places: Mapping[str, int]
    ignored: tuple[str, ...]

    def at(self, place: int) -> str | None:
        """The heading above a position, None where there is none."""
        return self.names[place] or None if place < len(self.names) else None


def map_headings(cells: Sequence[bytes], *, line: int) -> Headings | UnreadableFile:
    """Maps the first record of a file, which stands on physical line `line`."""
    names = tuple(cell.decode(errors="replace") for cell in cells)
    normal = [_normalise(name) for name in names]
    present = [name for name in NEEDED if name in normal]
    if len(present) < _ENOUGH or len(names) > MOST:
        code = "no_heading" if any(_DATA.fullmatch(name.strip()) for name in names) else "unknown_headings"
        return UnreadableFile((_fault(code, line=line, shown=", ".join(names)),))
    faults = [*_twice(names, normal=normal, line=line), *_missing(normal, line=line)]
    if faults:
        return UnreadableFile(tuple(faults))
    places = {name: place for place, name in enumerate(normal) if name in KNOWN}
    return Headings(
        names, places, tuple(shown for shown, name in zip(names, normal, strict=True) if name and name not in KNOWN)
    )


def _normalise(name: str) -> str:
    return " ".join(name.split()).removesuffix("?").rstrip().casefold()


def _twice(names: Sequence[str], *, normal: Sequence[str], line: int) -> list[Fault]:
    first: dict[str, int] = {}
    again = [(place, name) for place, name in enumerate(normal) if name and first.setdefault(name, place) != place]
    return [
        Fault(
            line=line,
            record=0,
            column=place + 1,
            heading=excerpt(names[place]),
            code="duplicate_heading",
            facts={"other_column": str(first[name] + 1)},
        )
        for place, name in again
    ]


def _missing(normal: Sequence[str], *, line: int) -> list[Fault]:
    needed = (*NEEDED, "currency") if any(name in normal for name in MONEY) else NEEDED
    return [
        Fault(line=line, record=0, column=None, heading=KNOWN[name], code="missing_heading")
        for name in needed
        if name not in normal
    ]


def _fault(code: str, *, line: int, shown: str) -> Fault:
    return Fault(line=line, record=0, column=None, heading=None, code=code, excerpt=excerpt(shown))
