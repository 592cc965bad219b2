"""What invoices do to actuals: draft, remove, confirm (project-recall, section 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.project.actuals import (
    Actual,
    ActualType,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
    is_live,
    negated,
)
from domain.refusals import Code, Refusal


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as far as recalls and its own checks need it."""

    id: str
    number: str
    status: InvoiceStatus


def rows_to_invoice(actuals: Iterable[Actual], *, customer: str | None) -> tuple[Actual, ...]:
    """The live unbilled sales rows that are on no draft yet, of one customer or of all."""
    return tuple(
        actual
        for actual in actuals
        if actual.values.type is ActualType.UNBILLED_SALES
        and is_live(actual)
        and actual.billing in (BillingStatus.UNBILLED, BillingStatus.READY)
        and customer in (None, actual.values.customer)
    )


def draft(actuals: Iterable[Actual]) -> Posting:
    """Put rows on a draft."""
    return Posting(tuple(StatusChange(a.id, a.adjustment, BillingStatus.ON_DRAFT) for a in actuals), ())


def take_off_draft(actuals: Iterable[Actual]) -> Posting:
    """Rows removed from a draft, or of a deleted draft, are unbilled again."""
    return Posting(tuple(StatusChange(a.id, a.adjustment, BillingStatus.UNBILLED) for a in actuals), ())


def confirm(actuals: Iterable[Actual]) -> Posting:
    """Confirm rows unchanged: each unbilled row is posted, gets its reversal, and becomes a billed sales row."""
    originals = tuple(actuals)
    changes = tuple(StatusChange(a.id, a.adjustment, BillingStatus.POSTED) for a in originals)
    rows = tuple(row for original in originals for row in (_reversal(original), _billed(original)))
    return Posting(changes, rows)


def _reversal(original: Actual) -> NewActual:
    return NewActual(negated(original.values), Adjustment.UNADJUSTABLE, BillingStatus.POSTED, reverses=original.id)


def _billed(original: Actual) -> NewActual:
    values = replace(original.values, type=ActualType.BILLED_SALES)
    return NewActual(values, Adjustment.NONE, BillingStatus.POSTED)


def check_draft(invoice: Invoice) -> Refusal | None:
    """Only a draft may be changed, deleted or confirmed; a confirmed invoice is read-only."""
    if invoice.status is InvoiceStatus.DRAFT:
        return None
    if invoice.status is InvoiceStatus.DELETED:
        return Refusal(Code.UNKNOWN_INVOICE, invoice.id)
    return Refusal(Code.INVOICE_CONFIRMED, invoice.id, {"invoice": invoice.number})
