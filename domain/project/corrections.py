"""Replacing live rows by new ones: repricing when a contract is confirmed, correction journals (project-recall, Generations)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from domain.money import multiply, product, round_amount, total
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
)
from domain.project.entries import AmountMethod, BillingType
from domain.project.reversal import reverse, rows_to_reverse
from domain.project.splitting import with_amount

CORRECTABLE: Final = frozenset({"task", "role", "category", "product", "unit_of_measure"})
"""Dimensions a correction journal may change: they say what was done, not how much or for what price."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Unit prices: cost in the contracting unit's currency, sales in the contract currency.

    `rounding` is the customer who takes what is left where sales are split.
    """

    cost: Decimal
    sales: Decimal
    cost_currency: str
    rounding: str | None = None


def reprice(actuals: Iterable[Actual], rates: Rates) -> Posting:
    """The contract was confirmed: each live row is neutralised and written again at the new price."""
    originals = rows_to_reverse(actuals)
    renewed = [_at_price(a.values, rates) for a in originals]
    for split in _splits(renewed):
        taker = next((place for place in reversed(split) if renewed[place].customer == rates.rounding), split[-1])
        renewed[taker] = _taking_the_rest(renewed[taker], [renewed[place] for place in split if place != taker], rates)
    for *first, last in _of_one_customer(renewed):
        renewed[last] = _in_base_the_rest(renewed[last], [renewed[place] for place in first], rates)
    return _replace(originals, renewed)


def correct(actuals: Iterable[Actual], changes: Mapping[str, str | None]) -> Posting:
    """A correction journal: each live row is neutralised and written again with other dimensions."""
    wanted = {name: value for name, value in changes.items() if name in CORRECTABLE}
    originals = rows_to_reverse(actuals)
    return _replace(originals, [_with_dimensions(a.values, wanted) for a in originals])


def _with_dimensions(values: ActualValues, changes: Mapping[str, str | None]) -> ActualValues:
    return replace(
        values,
        task=changes.get("task", values.task),
        role=changes.get("role", values.role),
        category=changes.get("category", values.category),
        product=changes.get("product", values.product),
        unit_of_measure=changes.get("unit_of_measure", values.unit_of_measure),
    )


def _replace(originals: Sequence[Actual], renewed: Sequence[ActualValues]) -> Posting:
    changes = tuple(StatusChange(a.id, Adjustment.ADJUSTED, a.billing) for a in originals)
    pairs = (
        (reverse(a, BillingStatus.CANCELED), NewActual(values, Adjustment.NONE, a.billing))
        for a, values in zip(originals, renewed, strict=True)
    )
    return Posting(changes, tuple(row for pair in pairs for row in pair))


def _at_price(values: ActualValues, rates: Rates) -> ActualValues:
    """A fixed amount stands as given; rows of other units keep their price, which is not this contract's."""
    prices = {ActualType.COST: rates.cost, ActualType.UNBILLED_SALES: rates.sales}
    price = prices.get(values.type)
    if price is None or values.amount_method is AmountMethod.FIXED:
        return values
    basis = product(values.basis_quantity, price, currency=values.currency)
    priced = replace(values, price=price, basis_amount=basis)
    amount = product(values.quantity, price, currency=values.currency)
    return with_amount(priced, amount, base_currency=rates.cost_currency)


def _splits(rows: Sequence[ActualValues]) -> Iterable[Sequence[int]]:
    """The places of the unbilled sales that share a price and a quantity: those of one entry and billing type."""
    found: dict[tuple[str | None, BillingType], list[int]] = {}
    for place, values in enumerate(rows):
        if values.type is ActualType.UNBILLED_SALES and values.amount_method is not AmountMethod.FIXED:
            found.setdefault((values.entry, values.billing_type), []).append(place)
    return found.values()


def _of_one_customer(rows: Sequence[ActualValues]) -> Iterable[Sequence[int]]:
    """The places of the unbilled sales of each entry that one customer alone has, in their order: what is billed and what is not."""
    found: dict[str | None, list[int]] = {}
    for places in _splits(rows):
        found.setdefault(rows[places[0]].entry, []).extend(places)
    return [sorted(places) for places in found.values() if len({rows[place].customer for place in places}) == 1]


def _in_base_the_rest(values: ActualValues, others: Sequence[ActualValues], rates: Rates) -> ActualValues:
    """The row with what the others leave of all of it in the currency of costs, as at an approval (project-recall, Money)."""
    whole = multiply(total((values.amount, *(other.amount for other in others))), values.exchange_rate)
    left = round_amount(whole, rates.cost_currency) - total(other.base_amount for other in others)
    return replace(values, base_amount=left)


def _taking_the_rest(values: ActualValues, others: Sequence[ActualValues], rates: Rates) -> ActualValues:
    """The row with what the others leave of the rounded total of the unsplit row (project-recall, Money)."""
    quantity = total((values.quantity, *(other.quantity for other in others)))
    whole = product(quantity, rates.sales, currency=values.currency)
    left = whole - total(other.amount for other in others)
    return with_amount(values, left, base_currency=rates.cost_currency)
