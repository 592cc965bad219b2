"""A journal: its lines one after the other in the same books, all of them or none (output-reversal 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from domain.production.books import Books
from domain.production.rows import Rows
from domain.refusals import Refusal

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class Journal:
    """The rows of each line, in order; a new entry's place counts through all of them."""

    lines: tuple[Rows, ...]


def decide_journal(
    lines: Sequence[Line], books: Books, decide: Callable[[Line, Books], Rows | Refusal]
) -> Journal | tuple[Refusal, ...]:
    """Post lines in their order, each in the books the ones before it left; or one refusal for each faulty line.

    The subject of a refusal is the line's place, counted from 0. Changes `books`, which are a working copy.
    """
    written: list[Rows] = []
    refused: list[Refusal] = []
    for place, line in enumerate(lines):
        found = decide(line, books)
        if isinstance(found, Refusal):
            refused.append(replace(found, subject=str(place)))
        else:
            books.apply(found)
            written.append(found)
    return tuple(refused) or Journal(tuple(written))
