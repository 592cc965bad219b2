"""Recognises a row of an export that carries no ids.

Identity = SHA-256 over source, profile, the fields of the entry that do not change, and the how-manieth of equal rows
it is (time-exports, rule 3). Not part of it: Invoiced and Approved, which change between two exports of the same
entry; Roles, Employee?, Teams, Department and Hours Rounded, which describe the person or the account today and would
make every old row of a person look new. Numbers and dates take part as values, so a comma account and a dot account
agree.

Equal rows are numbered with the furthest ones first (invoiced, then approved, then as they stand), so neither the
order of the rows nor a later approval or invoice moves a number from one entry to another.
"""

import hashlib
from collections.abc import Sequence

from imports.source import Source

_BETWEEN = "\x1f"  # control characters are refused in texts, so it cannot stand inside a field


def identify(
    fields: Sequence[Sequence[str]], *, source: Source, invoiced: Sequence[object], approved: Sequence[object]
) -> list[str]:
    """The identity of each row. `fields` are the columns that take part, always the same ones in the same order."""
    start = f"{source.origin}{_BETWEEN}{source.profile}{_BETWEEN}"
    keys = [start + _BETWEEN.join(row) for row in zip(*fields, strict=True)]
    ordinals = _number(keys, invoiced=invoiced, approved=approved)
    return [
        hashlib.sha256(f"{key}{_BETWEEN}{ordinal}".encode()).hexdigest()
        for key, ordinal in zip(keys, ordinals, strict=True)
    ]


def _number(keys: Sequence[str], *, invoiced: Sequence[object], approved: Sequence[object]) -> list[int]:
    ordinals = [1] * len(keys)
    for places in _repeated(keys).values():
        furthest_first = sorted(places, key=lambda place: (not invoiced[place], not approved[place], place))
        for ordinal, place in enumerate(furthest_first, start=1):
            ordinals[place] = ordinal
    return ordinals


def _repeated(keys: Sequence[str]) -> dict[str, list[int]]:
    if len(set(keys)) == len(keys):
        return {}
    groups: dict[str, list[int]] = {}
    for place, key in enumerate(keys):
        groups.setdefault(key, []).append(place)
    return groups
