"""What people are told a recall will do and has done, in sentences: the same in previews, in answers and in mails."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from domain.language import Language, Text
from domain.money import Money, total
from domain.recall.plan import Row
from domain.terms import TYPE, counted, fact_text

_WORTH: Final = (("unbilled_sales",), ("cost",))
_OUTPUT: Final = ("output",)
_TIME_AND_MATERIAL: Final = ("capacity", "consumption")


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
    """What the rows of a line are worth to a reader: the sales they take back, or else the cost; None for others.

    Of production it is the cost of output, or of time and material if that is more, as in the amount of the request (policies, the limit).
    """
    for types in _WORTH:
        if known := _amounts(rows, types):
            return Money(abs(total(one.amount for one in known)), known[0].currency)
    output, others = _amounts(rows, _OUTPUT), _amounts(rows, _TIME_AND_MATERIAL)
    if not output and not others:
        return None
    worth = max(total(abs(one.amount) for one in known) for known in (output, others))
    return Money(worth, (output or others)[0].currency)


def _amounts(rows: Sequence[Row], types: Collection[str]) -> list[Money]:
    """The amounts of rows of these types that are known."""
    found = [(row.get("amount"), row.get("currency")) for row in rows if row.get("type") in types]
    return [
        Money(Decimal(amount), currency) for amount, currency in found if amount is not None and currency is not None
    ]
