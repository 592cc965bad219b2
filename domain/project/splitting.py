"""Dividing a row in two by quantity, without losing or gaining a smallest unit (project-recall, Money)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Protocol

from domain.money import ZERO, multiply, part_of, product, round_amount
from domain.project.actuals import ActualValues
from domain.project.entries import AmountMethod


class Priced(Protocol):
    """What has a quantity, a price for each and an amount for all: a row of the ledger, a line of an invoice."""

    @property
    def quantity(self) -> Decimal:
        """In its unit of measure."""

    @property
    def price(self) -> Decimal:
        """Per unit."""

    @property
    def amount(self) -> Decimal:
        """For all of it."""

    @property
    def currency(self) -> str:
        """That of price and amount."""


def split_quantity(
    values: ActualValues, quantity: Decimal, *, base_currency: str
) -> tuple[ActualValues | None, ActualValues | None]:
    """The part of a row with this quantity, and the rest of it; None for a part that is nothing.

    A quantity above the row's is a part of its own, without rest: the price stays, the amount grows. `base_currency` is that
    of the base amounts.
    """
    amount = amount_of(values, quantity, fixed=values.amount_method is AmountMethod.FIXED)
    part = None if quantity == ZERO else _with(values, quantity, amount, base_currency)
    rest_quantity = values.quantity - quantity
    if rest_quantity <= ZERO:
        return part, None
    if part is None:
        return None, values
    rest = _with(values, rest_quantity, values.amount - part.amount, base_currency)
    return part, replace(rest, base_amount=values.base_amount - part.base_amount)


def amount_of(row: Priced, quantity: Decimal, *, fixed: bool) -> Decimal:
    """What a quantity of a row brings: its amount for all of it, else a share of a fixed amount, or quantity times price."""
    if quantity == row.quantity:
        return row.amount
    if fixed and row.quantity != ZERO:
        return part_of(row.amount, quantity, of=row.quantity, currency=row.currency)
    return product(quantity, row.price, currency=row.currency)


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
