"""Which column of a report stands where: by heading, never by position.

Headings are compared without case, without spaces around and without a trailing question mark. Unknown headings are
ignored and named. Rules: time-exports, rule 1, section 1 (variants) and section 3 (the currency stands in the headings).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.currencies import MINOR_DIGITS
from imports.faults import Fault, UnreadableFile, excerpt
from imports.source import Source, normalise

MOST: Final = 60
"""No report is this wide; a file that is would only cost memory."""
_DATA: Final = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|-?\d+(?:[.,]\d+)*|Yes|No")
_WITH_CURRENCY: Final = re.compile(r"(?P<name>.*\S) ?\((?P<code>[^()]*)\)")


@dataclass(frozen=True, slots=True)
class Headings:
    """`names` as in the file; `places` from normal name to position, counted from 0; `ignored` are the unknown ones.

    `currency` is the one that stands in the headings, None where none does.
    """

    names: tuple[str, ...]
    places: Mapping[str, int]
    ignored: tuple[str, ...]
    currency: str | None = None

    def at(self, place: int) -> str | None:
        """The heading above a position, None where there is none."""
        return self.names[place] or None if place < len(self.names) else None


@dataclass(frozen=True, slots=True)
class _Named:
    """A heading of the file: as written, its normal name, and the currency code behind it."""

    shown: str
    name: str
    code: str = ""


def map_headings(cells: Sequence[bytes], *, line: int, source: Source) -> Headings | UnreadableFile:
    """Maps the first record of a file, which stands on physical line `line`."""
    named = [_named(cell.decode(errors="replace"), source=source) for cell in cells]
    names = [one.name for one in named]
    present = [name for name in source.needed if name in names]
    if len(present) < source.enough or len(names) > MOST:
        code = "no_heading" if any(_DATA.fullmatch(one.shown.strip()) for one in named) else "unknown_headings"
        shown = excerpt(", ".join(one.shown for one in named))
        return UnreadableFile((Fault(line=line, record=0, column=None, heading=None, code=code, excerpt=shown),))
    faults = [*_twice(named, line=line), *_missing(names, line=line, source=source), *_currencies(named, line=line)]
    if faults:
        return UnreadableFile(tuple(faults))
    known = source.known
    places = {name: place for place, name in enumerate(names) if name in known}
    ignored = tuple(one.shown for one in named if one.name and one.name not in known)
    return Headings(tuple(one.shown for one in named), places, ignored, _currency(named))


def _named(shown: str, *, source: Source) -> _Named:
    name = normalise(shown)
    found = _WITH_CURRENCY.fullmatch(name) if source.currency_in_heading else None
    if found and found["name"] in source.priced:
        return _Named(shown, found["name"], found["code"].strip().upper())
    return _Named(shown, source.renamed.get(name, name))


def _currency(named: Sequence[_Named]) -> str | None:
    return next((one.code for one in named if one.code), None)


def _currencies(named: Sequence[_Named], *, line: int) -> list[Fault]:
    """Headings with another currency than the first, or one that ISO 4217 does not know: there is one for each file."""
    first = _currency(named)
    return [
        _fault(
            place,
            one.shown,
            line=line,
            code="unknown_currency" if one.code not in MINOR_DIGITS else "mixed_currencies",
            facts={"first": first or "", "second": one.code},
        )
        for place, one in enumerate(named)
        if one.code and (one.code not in MINOR_DIGITS or one.code != first)
    ]


def _twice(named: Sequence[_Named], *, line: int) -> list[Fault]:
    first: dict[str, int] = {}
    again = [(place, one) for place, one in enumerate(named) if one.name and first.setdefault(one.name, place) != place]
    return [
        _fault(place, one.shown, line=line, code="duplicate_heading", facts={"other_column": str(first[one.name] + 1)})
        for place, one in again
    ]


def _missing(names: Sequence[str], *, line: int, source: Source) -> list[Fault]:
    known = source.known
    money = "currency" in known and any(name in names for name in source.priced)
    needed = (*source.needed, "currency") if money else source.needed
    return [
        Fault(line=line, record=0, column=None, heading=known[name].shown, code="missing_heading")
        for name in needed
        if name not in names
    ]


def _fault(place: int, shown: str, *, line: int, code: str, facts: Mapping[str, str]) -> Fault:
    shown = excerpt(shown)
    return Fault(line=line, record=0, column=place + 1, heading=shown, code=code, excerpt=shown, facts=facts)
