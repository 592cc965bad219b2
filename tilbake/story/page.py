"""Plain text for people: paragraphs and tables of at most 100 columns, without escape codes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

WIDTH: Final = 100
INDENT: Final = "   "
HEADINGS: Final = ("row", "type", "quantity", "price", "amount", "adjustment", "status", "reverses")
RIGHT: Final = frozenset({"row", "quantity", "price", "amount"})


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


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[str] = RIGHT) -> list[str]:
    """Aligned columns two blanks apart; those whose heading is in `right` end under each other."""
    widths = [max(len(cell) for cell in column) for column in zip(headings, *rows, strict=True)]
    return [_line(headings, cells, widths, right) for cells in chain([headings], rows)]


def _line(headings: Sequence[str], cells: Sequence[str], widths: Sequence[int], right: frozenset[str]) -> str:
    columns = zip(headings, cells, widths, strict=True)
    aligned = (cell.rjust(width) if heading in right else cell.ljust(width) for heading, cell, width in columns)
    return f"{INDENT}{'  '.join(aligned)}".rstrip()


def ledger(actuals: Sequence[Mapping[str, Any]]) -> list[str]:
    """The actuals of an entry as a table. Rows are numbered, and a reversal names the number of its original."""
    numbers = {actual["id"]: str(number) for number, actual in enumerate(actuals, start=1)}
    return table(HEADINGS, [_cells(actual, numbers) for actual in actuals])


def _cells(actual: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    amount, reverses = actual["amount"], actual["reverses"]
    original = f"row {numbers[reverses]}" if reverses in numbers else "an earlier row"
    return [
        numbers[actual["id"]],
        actual["type"].replace("_", " "),
        actual["quantity"],
        actual["price"],
        f"{amount['amount']} {amount['currency']}",
        actual["adjustment"],
        actual["status"].replace("_", " "),
        original if reverses else "",
    ]
