"""What a report of another system looks like, said once: its columns, what each holds, and the rules of its rows.

A source is data and a few small functions; everything that reads a file is shared (`imports.reading`). Rules:
time-exports, sections 1 to 4.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from domain.language import Text
from domain.limits import LONGEST_LINE
from domain.project.entries import EntryKind

if TYPE_CHECKING:
    from imports.checks import Found
    from imports.sheet import Sheet


class Content(Enum):
    """What the cells of a column hold; `imports.sheet` knows how each is read."""

    TEXT = auto()
    DAY = auto()
    HOURS = auto()
    UNITS = auto()
    MEASURE = auto()
    RATE = auto()
    AMOUNT = auto()
    TOTAL = auto()
    FLAG = auto()
    OPTIONAL_FLAG = auto()
    CURRENCY = auto()
    CLOCK = auto()
    DURATION = auto()


@dataclass(frozen=True, slots=True)
class Heading:
    """One column: the heading as the source writes it, what it holds, and the field of `imports.report.Row` it gives.

    `empty` is the code of the fault when nothing may be missing; without it an empty text is a text. `most` is how many
    characters a text may have, where it becomes a name that a request could give too.
    """

    shown: str
    content: Content = Content.TEXT
    gives: str | None = None
    empty: str | None = None
    most: int | None = None

    @property
    def name(self) -> str:
        """The normal name, as `normalise` makes it."""
        return normalise(self.shown)


def named(shown: str, *, gives: str | None = None, empty: str | None = None) -> Heading:
    """A column of names: of people, clients, projects and tasks."""
    return Heading(shown, gives=gives, empty=empty, most=LONGEST_LINE)


def normalise(heading: str) -> str:
    """A heading without case, spaces around and a trailing question mark (time-exports, rule 1)."""
    return " ".join(heading.split()).removesuffix("?").rstrip().casefold()


Judgements = Iterable[tuple[str, "Found"]]
"""Faults of whole rows, with the normal name of the column they are shown in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One report of one system.

    `slug` names it in commands and addresses; `origin` and `profile` go into the identity of its rows, with the columns
    named in `identity`. `enough` of the needed headings make a file this report with something missing; fewer make it
    another report. `renamed` are other headings of the same columns. `priced` are columns that need a currency, and
    `currency_in_heading` says that it stands behind their heading, `Amount (EUR)`. `price` is the column without which
    a row has no rate. `plain` gives back the text a source has written in its own way.
    """

    slug: str
    title: Text
    origin: str
    profile: str
    kind: EntryKind
    headings: Sequence[Heading]
    needed: Sequence[str]
    enough: int
    identity: Sequence[str]
    judge: Callable[["Sheet"], Judgements]
    derive: Callable[["Sheet"], Mapping[str, Sequence[object]]]
    priced: Sequence[str] = ()
    currency_in_heading: bool = False
    quantity: str | None = None
    price: str | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    plain: Callable[[str], str] = str

    @property
    def known(self) -> dict[str, Heading]:
        """The columns by their normal names."""
        return {heading.name: heading for heading in self.headings}
