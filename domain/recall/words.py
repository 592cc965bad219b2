"""What people are told a recall will do and has done, in sentences: the same in previews, in answers and in mails."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from domain.language import Language, Text
from domain.money import ZERO, Money
from domain.recall.plan import Row
from domain.terms import TYPE, counted, fact_text

_WORTH: Final = ("unbilled_sales", "cost", "output")


def effect(rows: int, *, lines: int, amount: str, language: Language) -> str:
    """What approving will do. amount: with its currency, such as "1600.00 USD"."""
    words = Text(
        "Godkjenning tilbakefører {lines} med {rows}, {amount}.", "Approving takes back {lines} with {rows}, {amount}."
    )
    counts = {"lines": counted(lines, "line", language), "rows": counted(rows, "row", language)}
    return words.in_language(language).format(amount=amount, **counts)


def label_in(label: str, language: Language) -> str:
    """The label of a line, such as "2026-02-02 time 8 Development", with the name of its type in a language."""
    words = label.split(" ")
    for place, word in enumerate(words[:2]):
        if word in TYPE:
            words[place] = fact_text("type", value=word, language=language)
            break
    return " ".join(words)


def worth_of(rows: Sequence[Row]) -> Money | None:
    """What the rows of a line are worth to a reader: the sales they take back, or else the cost, or the output; None for others."""
    for type in _WORTH:
        found = [(row["amount"], row["currency"]) for row in rows if row.get("type") == type]
        known = [
            (Decimal(amount), currency) for amount, currency in found if amount is not None and currency is not None
        ]
        if known:
            return Money(abs(sum((amount for amount, _ in known), ZERO)), known[0][1])
    return None
