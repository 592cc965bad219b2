"""Days of an export: which order and signs the file uses, then strict reading with exactly those.

A day has no time zone and is taken verbatim. Rules: time-exports, rule 2 and section 1 (Date, older accounts), section
6 (ambiguous dates without an answer).
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Final

from imports.formats import Ambiguous, Mixed, settle

_PARTS: Final = {"YYYY": r"(?P<year>[0-9]{4})", "MM": r"(?P<month>[0-9]{1,2})", "DD": r"(?P<day>[0-9]{1,2})"}
_CLOCK: Final = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?(?: ?(?P<half>[ap]m))?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """How a file writes days, for example `DD.MM.YYYY`."""

    name: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> date | None:
        """The day, or None when `text` is not written in this format or there is no such day."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"]))
        except ValueError:
            return None


def _format(name: str) -> DateFormat:
    return DateFormat(name, re.compile(re.sub("[YMD]+", lambda part: _PARTS[part[0]], name.replace(".", "[.]"))))


DATE_FORMATS: Final = {
    name: _format(name)
    for name in (
        "YYYY-MM-DD",
        "DD.MM.YYYY",
        "DD/MM/YYYY",
        "MM/DD/YYYY",
        "DD-MM-YYYY",
        "MM-DD-YYYY",
        "YYYY/MM/DD",
        "YYYY.MM.DD",
    )
}
"""The formats a person may name, by their names."""


def find_date_format(texts: Iterable[str]) -> DateFormat | Mixed | Ambiguous:
    """The format of all days of a file; ISO when nothing in it is a day."""
    found = settle((text, _days(text)) for text in dict.fromkeys(texts))
    if isinstance(found, Mixed | Ambiguous):
        return found
    return DATE_FORMATS[found[0] if found else "YYYY-MM-DD"]


@lru_cache(maxsize=1024)
def evidence_of(text: str) -> Hashable:
    """What a text tells about the format of its file: texts of equal evidence exclude the same formats.

    It is which formats can read it, and which of them see the same day.
    """
    days = _days(text)
    seen = list(days.values())
    return tuple((name, seen.index(day)) for name, day in days.items())


def read_clock(text: str) -> time | None:
    """A time of the day as `8:00am` or `08:00`, with or without seconds; None when it is neither."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour = int(match["hour"])
    if match["half"]:
        if hour not in range(1, 13):
            return None
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None


def _days(text: str) -> dict[str, date]:
    days = ((name, option.read(text)) for name, option in DATE_FORMATS.items())
    return {name: day for name, day in days if day}
