"""A journal: its lines one after the other in the same books, all of them or none (output-reversal 2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from domain.limits import BOOKED_AMOUNT, BOOKED_QUANTITY, holds
from domain.production.books import Books
from domain.production.model import Figures
from domain.production.rows import Rows
from domain.refusals import Code, Refusal

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
        if not isinstance(found, Refusal):
            books.apply(found)
            found = beyond_ledgers(found, books) or found
        if isinstance(found, Refusal):
            refused.append(replace(found, subject=str(place)))
        else:
            written.append(found)
    return tuple(refused) or Journal(tuple(written))


def beyond_ledgers(rows: Rows, books: Books) -> Refusal | None:
    """Why rows cannot be written, though every rule allows them: a figure, or a sum kept of it, is larger than its column."""
    quantities = [entry.quantity for entry in rows.entries]
    amounts = [entry.cost for entry in rows.entries]
    for capacity in rows.capacities:
        line = books.lines[capacity.line]
        done = line.operation(capacity.operation)
        quantities += [*_each(capacity.figures), *(_each(done.net) if done else ())]
        amounts += [capacity.cost.direct, capacity.cost.indirect]
    for id in {entry.traits.line for entry in rows.entries} - {None}:
        quantities += [books.lines[id or ""].finished, *books.lines[id or ""].consumed.values()]
    fits = holds(BOOKED_QUANTITY, *quantities) and holds(BOOKED_AMOUNT, *amounts)
    return None if fits else Refusal(Code.FIGURE_TOO_LARGE)


def _each(figures: Figures) -> tuple[Decimal, ...]:
    return figures.setup, figures.run, figures.stop, figures.output, figures.scrap
