"""What can be wrong with an imported file, where, and what a person can do about it.

Faults are values: reading a file never raises because of what is in it. The texts live in `imports.texts`; this module
only says which facts a text may name. Rule: time-exports, section 6 (the bad file).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.catalogue import fill
from domain.language import Language, Text
from imports.texts import FAULT_TEXTS, WARNING_TEXTS

LIMIT: Final = 100
"""At most so many faults are handed out; the rest is a count."""
EXCERPT_LENGTH: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `line` is the physical line its record begins on (heading = 1), `record` counts from 1 (heading = 0).

    `column` counts from 1 and `heading` is the text above it; both are None where the fault concerns the whole file,
    and `heading` also where a value stands under no heading. `excerpt` is a short, printable piece of the file.
    """

    line: int
    record: int
    column: int | None
    heading: str | None
    code: str
    excerpt: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is wrong, in English."""
        return self.describe(Language.EN)

    def describe(self, language: Language) -> str:
        """What is wrong, in one sentence."""
        return _fill(FAULT_TEXTS[self.code].what, self, language=language)

    def advise(self, language: Language) -> str:
        """What the person can do about it, in one sentence."""
        return _fill(FAULT_TEXTS[self.code].advice, self, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowWarning:
    """Something worth knowing that never blocks. Places are counted as in `Fault`; record 0 means the whole file.

    `facts` are what its text names.
    """

    line: int
    record: int
    column: int | None
    heading: str | None
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """What is unusual, in English."""
        return self.describe(Language.EN)

    def describe(self, language: Language) -> str:
        """What is unusual, in one sentence."""
        return fill(WARNING_TEXTS[self.code], {"heading": self.heading or "?", **self.facts}, language=language)


@dataclass(frozen=True, slots=True)
class UnreadableFile:
    """The file cannot be read as such a report at all (HTTP 400)."""

    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class FaultyFile:
    """The file can be read, but rows are wrong (HTTP 422): the first 100 faults in order, and how many there are."""

    faults: tuple[Fault, ...]
    total: int


def excerpt(raw: bytes | str) -> str:
    """At most 60 printable characters of `raw`; bytes that are not UTF-8 and control characters appear as escapes."""
    text = raw[: EXCERPT_LENGTH * 4].decode(errors="backslashreplace") if isinstance(raw, bytes) else raw
    shown = "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text[: EXCERPT_LENGTH + 1]
    )
    return shown if len(shown) <= EXCERPT_LENGTH else shown[: EXCERPT_LENGTH - 1] + "\u2026"


def _fill(text: Text, fault: Fault, *, language: Language) -> str:
    heading = fault.heading or "?"
    named = {"excerpt": fault.excerpt, "heading": heading, "field": heading, "column": str(fault.column), **fault.facts}
    return fill(text, named, language=language)
