"""Compares rows exactly: money in its currency's decimals, quantities in five, each expected row another actual."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from tilbake.conformance.outcomes import CaseFailed


def _codes(words: str) -> tuple[str, ...]:
    return tuple(words.split())


QUANTITY_PLACES = 5
MONEY_PLACES: Mapping[str, int] = {
    **dict.fromkeys(_codes("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"), 0),
    **dict.fromkeys(_codes("BHD IQD JOD KWD LYD OMR TND"), 3),
}
"""Decimals of a currency (ISO 4217), 2 where not listed. Kept here, so that the service's own table is judged too."""


def number(text: object) -> Decimal:
    """A decimal of an answer; the contract has them as plain strings."""
    if not isinstance(text, str):
        raise CaseFailed(f"the answer has {text!r} where the contract says a decimal string")
    try:
        return Decimal(text)
    except InvalidOperation as fault:
        raise CaseFailed(f'the answer has "{text}" where the contract says a decimal string') from fault


def rounded(value: Decimal, *, places: int) -> Decimal:
    """An expected figure in the precision of what it measures. Answers are never rounded: they must be exact."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def same_money(money: Mapping[str, Any], *, expected: Decimal) -> bool:
    """Whether an amount of an answer is the expected one, in the decimals of its currency."""
    places = MONEY_PLACES.get(money["currency"], 2)
    return number(money["amount"]) == rounded(expected, places=places)


def same_quantity(text: object, *, expected: Decimal) -> bool:
    """Whether a quantity of an answer is the expected one."""
    return number(text) == rounded(expected, places=QUANTITY_PLACES)


Compare = Callable[[Mapping[str, Any], Any], bool]

_ACTUAL: Mapping[str, Compare] = {
    "type": lambda row, expected: row["type"] == expected,
    "billing": lambda row, expected: row["billing_type"] == expected,
    "customer": lambda row, expected: row["customer"] == expected,
    "quantity": lambda row, expected: same_quantity(row["quantity"], expected=expected),
    "price": lambda row, expected: row["price"] is not None and number(row["price"]) == expected,
    "amount": lambda row, expected: same_money(row["amount"], expected=expected),
    "adjustment": lambda row, expected: row["adjustment"] == expected,
    "status": lambda row, expected: row["status"] == expected,
    "reverses": lambda row, expected: (row["reverses"] is not None) == expected,
    "date": lambda row, expected: row["accounting_date"] == expected.isoformat(),
    "base_amount": lambda row, expected: same_money(row["base_amount"], expected=expected),
}
"""Key of an expected row -> whether an actual has it."""


@dataclass(frozen=True)
class Kind:
    """How rows of one kind are compared: key of an expected row -> whether a row has it; and how a row is told in a few words."""

    noun: str
    keys: Mapping[str, Compare]
    brief: Callable[[Mapping[str, Any]], str]

    def differing(self, row: Mapping[str, Any], *, expected: Mapping[str, Any]) -> list[str]:
        """The keys of an expected row that a row does not meet."""
        return [key for key, value in expected.items() if not self.keys[key](row, value)]


def matching(candidates: Sequence[Sequence[int]]) -> list[int | None]:
    """For each left item the right item it gets, each right item once, as many as possible (augmenting paths)."""
    taken: dict[int, int] = {}

    def place(left: int, *, tried: set[int]) -> bool:
        for right in candidates[left]:
            if right in tried:
                continue
            tried.add(right)
            if right not in taken or place(taken[right], tried=tried):
                taken[right] = left
                return True
        return False

    for left in range(len(candidates)):
        place(left, tried=set())
    given = {left: right for right, left in taken.items()}
    return [given.get(left) for left in range(len(candidates))]


def brief(row: Mapping[str, Any]) -> str:
    """An actual in the words of the case format."""
    amount = row["amount"]["amount"]
    words = [row["type"], row["billing_type"], row["customer"], f"{row['quantity']} x {row['price']} = {amount}"]
    words += [row["adjustment"], row["status"], row["accounting_date"], "reverses" if row["reverses"] else None]
    return "{" + ", ".join(str(one) for one in words if one) + "}"


ACTUALS = Kind("actual", _ACTUAL, brief)


def compare_actuals(rows: Sequence[Mapping[str, Any]], *, expected: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is wrong with an entry's actuals."""
    return compare(rows, expected=expected, kind=ACTUALS)


def compare(rows: Sequence[Mapping[str, Any]], *, expected: Sequence[Mapping[str, Any]], kind: Kind) -> list[str]:
    """What is wrong with a complete list; empty when each expected row is another one of it and none is left."""
    fits = [[place for place, row in enumerate(rows) if not kind.differing(row, expected=one)] for one in expected]
    given = matching(fits)
    left_over = [row for place, row in enumerate(rows) if place not in given]
    problems = [
        f"no {kind.noun} is {_wanted(one)}{_nearest(left_over, expected=one, kind=kind)}"
        for one, place in zip(expected, given, strict=True)
        if place is None
    ]
    if left_over:
        problems.append("not expected: " + ", ".join(map(kind.brief, left_over)))
    return problems


def _wanted(expected: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in expected.items()) + "}"


def _nearest(rows: Sequence[Mapping[str, Any]], *, expected: Mapping[str, Any], kind: Kind) -> str:
    if not rows:
        return ""
    keys = min((kind.differing(row, expected=expected) for row in rows), key=len)
    return f" (the nearest differs in {', '.join(keys)})" if keys else ""


_DIMENSIONS = ("type", "billing_type", "customer", "project", "task", "resource", "role", "category", "product")


def not_zero(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The groups of rows (type, billing, customer, dimensions) whose quantities, amounts or base amounts are not 0."""
    sums: dict[tuple[str, ...], list[Decimal]] = {}
    for row in rows:
        key = (*(str(row[name]) for name in (*_DIMENSIONS, "unit_of_measure")), row["amount"]["currency"])
        figures = (number(row["quantity"]), number(row["amount"]["amount"]), number(row["base_amount"]["amount"]))
        before = sums.get(key, [Decimal(0)] * len(figures))
        sums[key] = [one + other for one, other in zip(before, figures, strict=True)]
    return [
        f"{' '.join(key[:3])} sums to quantity {found[0]}, amount {found[1]}, base amount {found[2]}"
        for key, found in sums.items()
        if any(found)
    ]
