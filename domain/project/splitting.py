"""Dividing a row in two by quantity, without losing or gaining a smallest unit (project-recall, Money)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from domain.money import ZERO, multiply, product, round_amount
from domain.project.actuals import ActualValues
from domain.project.entries import AmountMethod


def split_quantity(
    values: ActualValues, quantity: Decimal, *, base_currency: str
) -> tuple[ActualValues | None, ActualValues | None]:
    """The part of a row with this quantity, and the rest of it; None for a part that is nothing.

    A quantity above the row's is a part of its own, without rest: the price stays, the amount grows. `base_currency` is that
    of the base amounts.
    """
    part = None if quantity == ZERO else _with(values, quantity, _amount(values, quantity), base_currency)
    rest_quantity = values.quantity - quantity
    if rest_quantity <= ZERO:
        return part, None
    taken = ZERO if part is None else part.amount
    return part, _with(values, rest_quantity, values.amount - taken, base_currency)


def _amount(values: ActualValues, quantity: Decimal) -> Decimal:
    if quantity == values.quantity:
        return values.amount
    if values.amount_method is AmountMethod.FIXED and values.quantity != ZERO:
        return round_amount(multiply(values.amount, quantity) / values.quantity, values.currency)
    return product(quantity, values.price, currency=values.currency)


def _with(values: ActualValues, quantity: Decimal, amount: Decimal, base_currency: str) -> ActualValues:
    if quantity == values.quantity and amount == values.amount:
        return values
    return replace(
        values,
        quantity=quantity,
        amount=amount,
        extended_amount=amount,
        basis_quantity=quantity,
        basis_amount=amount,
        base_amount=round_amount(multiply(amount, values.exchange_rate), base_currency),
    )
