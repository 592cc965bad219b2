"""What may stand in a text, wherever it comes from: a JSON body or a file of another system.

Source: API contract, Body parser: text without control or bidi override characters.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

# Unicode's stream-safe text format: no real word has more combining marks in a row, and ordering them is quadratic.
MOST_COMBINING_MARKS: Final = 30

_CONTROL: Final = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
# Line and paragraph separators, bidi marks, embeddings, overrides and isolates, what has no width, surrogates. Joiners
# (U+200C, U+200D) stay: words of several languages need them.
INVISIBLE: Final = "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff\ud800-\udfff"
"""Characters that are not seen or change how others are seen, as they stand in a class of a regular expression."""
_FORBIDDEN: Final = re.compile(f"[{_CONTROL}{INVISIBLE}]")
_CONTROLS: Final = re.compile(f"[{_CONTROL}]")
_PERHAPS_COMBINING: Final = re.compile(f"[^\x00-\u02ff]{{{MOST_COMBINING_MARKS + 1},}}")


class Disguise(StrEnum):
    """Why a text is not plain. Tab and line breaks are plain."""

    CONTROL_CHARACTER = "control_character"
    INVISIBLE_CHARACTER = "invisible_character"
    STACKED_MARKS = "stacked_marks"


def find_disguise(text: str) -> Disguise | None:
    """What makes a text something else than it looks, None where it is plain."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        return Disguise.CONTROL_CHARACTER if _CONTROLS.match(found[0]) else Disguise.INVISIBLE_CHARACTER
    return Disguise.STACKED_MARKS if not text.isascii() and _stacks_marks(text) else None


def _stacks_marks(text: str) -> bool:
    return any(_marks_in_a_row(found.group()) for found in _PERHAPS_COMBINING.finditer(text))


def _marks_in_a_row(text: str) -> bool:
    row = 0
    for character in text:
        row = row + 1 if unicodedata.combining(character) else 0
        if row > MOST_COMBINING_MARKS:
            return True
    return False
