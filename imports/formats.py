"""Finds the one format that explains a whole file, or says why there is none.

Shared by numbers and dates. It never guesses: two readings with different results are a question for the person, and
formats that exclude each other are refused. Rule: time-exports, rule 2.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

Format = TypeVar("Format", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Mixed:
    """No format explains both texts, and each is well written in some format."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """All texts of the file can be read in two ways, and this text means something else in each."""

    text: str


def settle(readings: Iterable[tuple[str, Mapping[Format, object]]]) -> tuple[Format, ...] | Mixed | Ambiguous:
    """The formats that explain every text equally well; empty when no text is evidence of any.

    `readings` pairs a text with what each possible format makes of it. A text that no format can read is no evidence:
    it is a fault of its row, not of the file.
    """
    known = [(text, reading) for text, reading in readings if reading]
    left: tuple[Format, ...] | None = None
    for text, reading in known:
        still = tuple(reading) if left is None else tuple(option for option in left if option in reading)
        if not still:
            return Mixed(_opponent(known, reading), text)
        left = still
    left = left or ()
    for text, reading in known:
        if len({reading[option] for option in left}) > 1:
            return Ambiguous(text)
    return left


def _opponent(known: list[tuple[str, Mapping[Format, object]]], reading: Mapping[Format, object]) -> str:
    """The first text that shares no format with `reading`, else the very first: together they excluded every format."""
    for text, other in known:
        if not other.keys() & reading.keys():
            return text
    return known[0][0]
