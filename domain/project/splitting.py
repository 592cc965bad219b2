"""Dividing a row in two by quantity, without losing or gaining a smallest unit (project-recall, Money)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final, Protocol

from domain.money import ZERO, divide, multiply, part_of, product, round_amount, round_quantity
from domain.project.actuals import ActualValues
from domain.project.entries import AmountMethod

_HUNDRED: Final = Decimal(100)


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

    A quantity above the row's is a part of its own, without rest: the price stays, the amount grows. The basis is divided as
    the quantity is, so a part keeps its percentage. `base_currency` is that of the base amounts.
    """
    if quantity == ZERO:
        return None, values
    part = _part(values, quantity, base_currency)
    return part, _rest(values, part) if quantity < values.quantity else None


def amount_of(row: Priced, quantity: Decimal, *, fixed: bool) -> Decimal:
    """What a quantity of a row brings: its amount for all of it, else a share of a fixed amount, or quantity times price.

    A fixed amount of no quantity has no shares: it stands as given.
    """
    if quantity == row.quantity or (fixed and row.quantity == ZERO):
        return row.amount
    if fixed:
        return part_of(row.amount, quantity, of=row.quantity, currency=row.currency)
    return product(quantity, row.price, currency=row.currency)


@dataclass(frozen=True, slots=True)
class _Basis:
    """What a row is a percentage of: all of it, or the unsplit row of several customers."""

    quantity: Decimal
    price: Decimal
    amount: Decimal
    currency: str


def _part(values: ActualValues, quantity: Decimal, base_currency: str) -> ActualValues:
    if quantity == values.quantity:
        return values
    fixed = values.amount_method is AmountMethod.FIXED
    basis = _Basis(values.basis_quantity, values.price, values.basis_amount, values.currency)
    basis_quantity = _basis_of(values, quantity)
    return with_amount(
        replace(
            values,
            quantity=quantity,
            basis_quantity=basis_quantity,
            basis_amount=amount_of(basis, basis_quantity, fixed=fixed),
        ),
        amount_of(values, quantity, fixed=fixed),
        base_currency=base_currency,
    )


def _basis_of(values: ActualValues, quantity: Decimal) -> Decimal:
    """What a quantity of a row is a percentage of, as all of it is one of its basis; of nothing its percentage says it."""
    whole, of = (values.basis_quantity, values.quantity) if values.quantity != ZERO else (_HUNDRED, values.percent)
    return round_quantity(divide(multiply(whole, quantity), of))


def _rest(values: ActualValues, part: ActualValues) -> ActualValues:
    """All that a part leaves, in both currencies."""
    amount = values.amount - part.amount
    return replace(
        values,
        quantity=values.quantity - part.quantity,
        amount=amount,
        extended_amount=amount,
        base_amount=values.base_amount - part.base_amount,
        basis_quantity=values.basis_quantity - part.basis_quantity,
        basis_amount=values.basis_amount - part.basis_amount,
    )


def with_amount(values: ActualValues, amount: Decimal, *, base_currency: str) -> ActualValues:
    """The row with another amount, and all that follows from it but its basis."""
    base = round_amount(multiply(amount, values.exchange_rate), base_currency)
    return replace(values, amount=amount, extended_amount=amount, base_amount=base)
