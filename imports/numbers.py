"""Numbers of an export: which decimal and grouping signs the file uses, then strict reading with exactly those.

Never takes exponents, underscores, NaN, Infinity, plus signs, spaces around, or digits other than 0 to 9, all of which
Python's own Decimal would. Rules: time-exports, rule 2 and section 1 (grouping).
"""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal

from imports.formats import Ambiguous, Mixed, settle

DecimalSign = Literal["dot", "comma"]
SIGNS: Final[dict[DecimalSign, str]] = {"dot": ".", "comma": ","}
GROUPS: Final = (",", ".", " ", "\u00a0", "\u202f", "'", "\u2019")
MOST_DIGITS: Final = 24
_SHAPE: Final = str.maketrans("12345678", "99999999")


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """How a file writes numbers. Without `group`, thousands are not grouped anywhere in it."""

    decimal: str
    group: str | None = None

    def read(self, text: str) -> Decimal | None:
        """The number, or None when `text` is not written in this format.

        At most MOST_DIGITS before and after the sign: more than any figure may have, so that one too large is still read and
        refused for its size.
        """
        if not _pattern(self).fullmatch(text):
            return None
        plain = text.replace(self.group, "") if self.group else text
        return Decimal(plain.replace(self.decimal, "."))


_ALL: Final = tuple(NumberFormat(sign, group) for sign in SIGNS.values() for group in GROUPS if group != sign)


def evidence_of(text: str) -> Hashable:
    """What a text tells about the format of its file: texts of equal evidence exclude the same formats."""
    return _evidence(text.translate(_SHAPE))


@lru_cache(maxsize=1024)
def _evidence(shape: str) -> Hashable:
    return tuple(_decimals(shape, options=_ALL).items())


def find_number_format(texts: Iterable[str], *, sign: DecimalSign | None = None) -> NumberFormat | Mixed | Ambiguous:
    """The format of all numbers of a file.

    Texts of the same shape are judged once, so the cost follows the number of shapes. `sign` is the person's answer
    when the file allows two readings; texts that do not fit it are then faults of their rows.
    """
    shapes: dict[str, str] = {}
    for text in texts:
        shapes.setdefault(text.translate(_SHAPE), text)
    options = tuple(option for option in _ALL if sign is None or option.decimal == SIGNS[sign])
    found = settle((text, _decimals(shape, options=options)) for shape, text in shapes.items())
    if isinstance(found, Mixed | Ambiguous):
        return found
    if not found:
        return NumberFormat(SIGNS[sign or "dot"])
    groups = {option.group for option in found}
    return NumberFormat(found[0].decimal, groups.pop() if len(groups) == 1 else None)


def _decimals(shape: str, *, options: Iterable[NumberFormat]) -> dict[NumberFormat, int]:
    """How many decimals each format sees in `shape`. Two formats read a text differently exactly when these differ."""
    return {option: len(shape.partition(option.decimal)[2]) for option in options if _pattern(option).fullmatch(shape)}


@lru_cache(maxsize=64)
def _pattern(wanted: NumberFormat) -> re.Pattern[str]:
    groups, digits = MOST_DIGITS // 3 - 1, MOST_DIGITS - 1
    grouped = rf"|[1-9][0-9]{{0,2}}(?:{re.escape(wanted.group)}[0-9]{{3}}){{1,{groups}}}" if wanted.group else ""
    decimals = rf"(?:{re.escape(wanted.decimal)}[0-9]{{1,{MOST_DIGITS}}})?"
    return re.compile(rf"-?(?:0|[1-9][0-9]{{0,{digits}}}{grouped}){decimals}")
