"""Rows of a plan in JSON: as actuals are shown, with money as money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from api.render.values import Json, money
from domain.recall.plan import Row

_IN_ITS_CURRENCY: Final = frozenset({"amount", "tax", "extended_amount", "basis_amount"})


def planned_rows(rows: Sequence[Row]) -> list[Json]:
    """The rows of one line. Base amounts are in the currency costs are kept in: that of the line's cost row."""
    base_currency = next((row["currency"] for row in rows if row["type"] == "cost"), None)
    return [_planned(row, base_currency=base_currency) for row in rows]


def brief_row(row: Row) -> Json:
    """A row by the few columns that tell what has changed."""
    return _planned(row, base_currency=None)


def _planned(row: Row, *, base_currency: str | None) -> Json:
    shown: Json = {}
    for name, value in row.items():
        if name in _IN_ITS_CURRENCY:
            shown[name] = _money(value, row["currency"])
        elif name == "base_amount":
            shown[name] = _money(value, base_currency)
        elif name != "currency":
            shown[name] = value
    return shown


def _money(amount: str | None, currency: str | None) -> Json | None:
    return None if amount is None or currency is None else money(Decimal(amount), currency)
