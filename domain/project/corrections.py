"""Replacing live rows by new ones: repricing when a contract is confirmed, correction journals (project-recall, Generations)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from domain.money import multiply, product, round_amount
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
    negated,
)
from domain.project.entries import AmountMethod
from domain.project.reversal import rows_to_reverse

CORRECTABLE: Final = frozenset({"task", "role", "category", "product", "unit_of_measure"})
"""Dimensions a correction journal may change: they say what was done, not how much or for what price."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Unit prices: cost in the contracting unit's currency, sales in the contract currency."""

    cost: Decimal
    sales: Decimal
    cost_currency: str


def reprice(actuals: Iterable[Actual], rates: Rates) -> Posting:
    """The contract was confirmed: each live row is neutralised and written again at the new price."""
    return _replace_all(actuals, lambda values: _at_price(values, rates))


def correct(actuals: Iterable[Actual], changes: Mapping[str, str | None]) -> Posting:
    """A correction journal: each live row is neutralised and written again with other dimensions."""
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    return _replace_all(actuals, lambda values: _with_dimensions(values, wanted))


def _with_dimensions(values: ActualValues, changes: Mapping[str, str | None]) -> ActualValues:
    return replace(
        values,
        task=changes.get("task", values.task),
        role=changes.get("role", values.role),
        category=changes.get("category", values.category),
        product=changes.get("product", values.product),
        unit_of_measure=changes.get("unit_of_measure", values.unit_of_measure),
    )


def _replace_all(actuals: Iterable[Actual], renew: Callable[[ActualValues], ActualValues]) -> Posting:
    originals = rows_to_reverse(actuals)
    changes = tuple(StatusChange(a.id, Adjustment.ADJUSTED, a.billing) for a in originals)
    rows = tuple(row for original in originals for row in (_reversal(original), _renewed(original, renew)))
    return Posting(changes, rows)


def _reversal(original: Actual) -> NewActual:
    return NewActual(negated(original.values), Adjustment.UNADJUSTABLE, BillingStatus.CANCELED, reverses=original.id)


def _renewed(original: Actual, renew: Callable[[ActualValues], ActualValues]) -> NewActual:
    return NewActual(renew(original.values), Adjustment.NONE, original.billing)


def _at_price(values: ActualValues, rates: Rates) -> ActualValues:
    """A fixed amount stands as given; rows of other units keep their price, which is not this contract's."""
    prices = {ActualType.COST: rates.cost, ActualType.UNBILLED_SALES: rates.sales}
    price = prices.get(values.type)
    if price is None or values.amount_method is AmountMethod.FIXED:
        return values
    amount = product(values.quantity, price, currency=values.currency)
    return replace(
        values,
        price=price,
        amount=amount,
        extended_amount=amount,
        basis_amount=product(values.basis_quantity, price, currency=values.currency),
        base_amount=round_amount(multiply(amount, values.exchange_rate), rates.cost_currency),
    )
