"""How an entry's actuals are taken back: which rows, and the exact rows that neutralise them (project-recall, section 4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from domain.money import Money, plain, plain_amount, total
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
    is_live,
    negated,
)

REVERSIBLE: Final = frozenset(
    {ActualType.COST, ActualType.UNBILLED_SALES, ActualType.RESOURCING_COST, ActualType.INTERORG_SALES},
)
_NO_CURRENCY: Final = "XXX"


def rows_to_reverse(actuals: Iterable[Actual]) -> tuple[Actual, ...]:
    """All live rows of the four reversible types, in the order they were written; never by position, date or count."""
    chosen = (actual for actual in actuals if actual.values.type in REVERSIBLE and is_live(actual))
    return tuple(sorted(chosen, key=lambda actual: actual.id))


def reverse(actual: Actual, billing: BillingStatus, *, accounting_date: date | None = None) -> NewActual:
    """The row that neutralises `actual`: canceled with it or posted by an invoice, dated `accounting_date` or as `actual` is."""
    values = negated(actual.values, accounting_date=accounting_date)
    return NewActual(values, Adjustment.UNADJUSTABLE, billing, reverses=actual.id)


def reversal_of(actuals: Iterable[Actual], *, day_of: Callable[[date], date]) -> Posting:
    """All that taking back an entry writes: each live row adjusted and canceled, and its reversal.

    `day_of` gives the accounting date of a reversal from that of its original (domain.periods).
    """
    originals = rows_to_reverse(actuals)
    return Posting(
        changes=tuple(StatusChange(a.id, Adjustment.ADJUSTED, BillingStatus.CANCELED) for a in originals),
        rows=tuple(
            reverse(a, BillingStatus.CANCELED, accounting_date=day_of(a.values.accounting_date)) for a in originals
        ),
    )


def describe(row: NewActual) -> dict[str, str | None]:
    """A planned row as plain text values: what the preview shows, what the approver sees, what the hash covers."""
    v = row.values
    money = {
        "amount": plain_amount(v.amount, v.currency),
        "tax": plain_amount(v.tax, v.currency),
        "extended_amount": plain_amount(v.extended_amount, v.currency),
        "base_amount": plain(v.base_amount),
    }
    dates = {
        "exchange_rate_date": v.exchange_rate_date.isoformat(),
        "document_date": v.document_date.isoformat(),
        "start_date": v.start_date.isoformat(),
        "end_date": v.end_date.isoformat(),
        "accounting_date": v.accounting_date.isoformat(),
    }
    return _identity(row) | money | dates | _dimensions(row)


def _identity(row: NewActual) -> dict[str, str | None]:
    v = row.values
    return {
        "reverses": None if row.reverses is None else str(row.reverses),
        "type": v.type.value,
        "class": v.class_,
        "billing_type": v.billing_type.value,
        "adjustment": row.adjustment.value,
        "status": row.billing.value,
        "quantity": plain(v.quantity),
        "price": plain(v.price),
        "amount_method": v.amount_method.value,
        "currency": v.currency,
        "exchange_rate": plain(v.exchange_rate),
        "percent": plain(v.percent),
        "basis_quantity": plain(v.basis_quantity),
        "basis_amount": plain(v.basis_amount),
    }


def _dimensions(row: NewActual) -> dict[str, str | None]:
    v = row.values
    return {
        "project": v.project,
        "entry": v.entry,
        "task": v.task,
        "resource": v.resource,
        "role": v.role,
        "category": v.category,
        "product": v.product,
        "unit_of_measure": v.unit_of_measure,
        "contract": v.contract,
        "contract_line": v.contract_line,
        "customer": v.customer,
    }


def value_taken_back(actuals: Iterable[Actual], *, currency: str) -> Money:
    """What a recall is worth to a reader: the unbilled sales it takes back, or the cost where there are no sales."""
    chosen = _of_worth(actuals)
    return Money(total(v.amount for v in chosen), chosen[0].currency if chosen else currency)


def values_taken_back(ledgers: Sequence[Iterable[Actual]]) -> Money:
    """The same of several entries. Where these are of several currencies, in that of the unit, by the base amounts of the rows."""
    known = [tuple(actuals) for actuals in ledgers]
    values = [value for rows in known if (value := value_taken_back(rows, currency="")).currency]
    if len({value.currency for value in values}) > 1:
        return Money(total(map(base_value_taken_back, known)), _currency_of_unit(known))
    return Money(total(value.amount for value in values), values[0].currency if values else _NO_CURRENCY)


def _currency_of_unit(ledgers: Iterable[Iterable[Actual]]) -> str:
    """That of the cost rows: what is approved has one that lives as long as any of its rows."""
    costs = (a.values.currency for rows in ledgers for a in rows_to_reverse(rows) if a.values.type is ActualType.COST)
    return next(costs, _NO_CURRENCY)


def base_value_taken_back(actuals: Iterable[Actual]) -> Decimal:
    """The same in the currency of the unit, by the base amounts of the rows."""
    return total(v.base_amount for v in _of_worth(actuals))


def _of_worth(actuals: Iterable[Actual]) -> list[ActualValues]:
    rows = rows_to_reverse(actuals)
    sales = [a.values for a in rows if a.values.type is ActualType.UNBILLED_SALES]
    return sales or [a.values for a in rows if a.values.type is ActualType.COST]
