"""Plain text for people: paragraphs and tables of at most 100 columns, without escape codes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

from domain.language import Text
from domain.terms import STATUS, TYPE
from tilbake.language import said
from tilbake.story import texts

WIDTH: Final = 100
INDENT: Final = "   "
HEADINGS: Final = (
    texts.ROW, texts.TYPE, texts.QUANTITY, texts.PRICE, texts.AMOUNT, texts.ADJUSTMENT, texts.STATUS, texts.REVERSES,
)  # fmt: skip
FIGURES: Final = frozenset(
    {texts.ROW, texts.QUANTITY, texts.PRICE, texts.AMOUNT, texts.SETUP, texts.RUN, texts.COST, texts.REMAINING}
)


def paragraph(text: str, *, indent: str = INDENT) -> list[str]:
    """The text in lines of at most WIDTH columns; what is one word, such as a link, is never broken."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def table(headings: Sequence[Text], rows: Sequence[Sequence[str]]) -> list[str]:
    """Aligned columns two blanks apart; figures end under each other."""
    head = [said(heading) for heading in headings]
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    return [_line(headings, cells, widths) for cells in chain([head], rows)]


def _line(headings: Sequence[Text], cells: Sequence[str], widths: Sequence[int]) -> str:
    columns = zip(headings, cells, widths, strict=True)
    aligned = (cell.rjust(width) if heading in FIGURES else cell.ljust(width) for heading, cell, width in columns)
    return f"{INDENT}{'  '.join(aligned)}".rstrip()


def ledger(actuals: Sequence[Mapping[str, Any]]) -> list[str]:
    """The actuals of an entry as a table. Rows are numbered, and a reversal names the number of its original."""
    numbers = {actual["id"]: str(number) for number, actual in enumerate(actuals, start=1)}
    return table(HEADINGS, [_cells(actual, numbers) for actual in actuals])


def _cells(actual: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    amount, reverses = actual["amount"], actual["reverses"]
    original = said(texts.THAT_ROW, number=numbers[reverses]) if reverses in numbers else said(texts.EARLIER_ROW)
    return [
        numbers[actual["id"]],
        said(TYPE[actual["type"]]),
        actual["quantity"],
        actual["price"],
        f"{amount['amount']} {amount['currency']}",
        said(STATUS[actual["adjustment"]]).lower(),
        said(STATUS[actual["status"]]).lower(),
        original if reverses else "",
    ]
