"""What invoices do to actuals: draft, remove, confirm (project-recall, section 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from domain.money import ZERO, divide, multiply, round_quantity
from domain.project.actuals import (
    Actual,
    ActualType,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
    is_live,
)
from domain.project.credit import billed_anew
from domain.project.entries import BillingType
from domain.project.reversal import reverse
from domain.project.splitting import amount_of, split_quantity
from domain.refusals import Code, Refusal


class InvoiceStatus(StrEnum):
    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PAID = "paid"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice as far as recalls and its own checks need it.

    `lines` is how many rows stand on it; `creditable` whether anything that was billed on it is still to be credited.
    """

    id: str
    number: str
    status: InvoiceStatus
    lines: int = 0
    creditable: bool = False


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


@dataclass(frozen=True, slots=True)
class Billed:
    """A drafted row and the quantity that is billed of it; the rest becomes non-chargeable.

    On a corrective draft a billed row and the quantity that is kept of it; the rest is unbilled again.
    """

    actual: Actual
    quantity: Decimal


def confirm(lines: Iterable[Billed], *, cost_currency: str) -> Posting:
    """Confirm a draft. Unchanged: the row is posted, reversed, and becomes a billed row.

    With another quantity: the row is adjusted and reversed; what is billed and, if it was cut, the non-chargeable rest are written
    anew, each posted with its reversal and its billed row. `cost_currency` is that of the base amounts.
    """
    changes: list[StatusChange] = []
    rows: list[NewActual] = []
    for line in lines:
        changed = line.quantity != line.actual.values.quantity
        adjustment = Adjustment.ADJUSTED if changed else line.actual.adjustment
        changes.append(StatusChange(line.actual.id, adjustment, BillingStatus.POSTED))
        rows.append(reverse(line.actual, BillingStatus.POSTED))
        if changed:
            rows += _changed(line, cost_currency, first=len(rows))
        else:
            rows.append(_billed(line.actual))
    return Posting(tuple(changes), tuple(rows))


def _changed(line: Billed, cost_currency: str, *, first: int) -> list[NewActual]:
    billed, rest = split_quantity(line.actual.values, line.quantity, base_currency=cost_currency)
    rows = [] if billed is None else billed_anew(billed, first=first)
    if rest is not None:
        free = replace(rest, billing_type=BillingType.NON_CHARGEABLE)
        rows += billed_anew(free, first=first + len(rows))
    return rows


def _billed(original: Actual) -> NewActual:
    values = replace(original.values, type=ActualType.BILLED_SALES)
    return NewActual(values, Adjustment.NONE, BillingStatus.POSTED)


def rows_to_credit(actuals: Iterable[Actual], *, invoice: str) -> tuple[Actual, ...]:
    """The live billed rows of an invoice that can be credited: those of entries, and milestones."""
    billed = (ActualType.BILLED_SALES, ActualType.MILESTONE)
    return tuple(a for a in actuals if a.values.type in billed and is_live(a) and a.invoice == invoice)


def kept_quantities(billed: Sequence[Actual], keep: Decimal) -> list[Decimal]:
    """How much of each billed row of an entry stays when `keep` of all of them does.

    Chargeable rows share it by their quantities, five decimals, the last one takes the rest; other rows are kept as far as
    something is kept at all. Of up to what all rows have, no row keeps more than it has, or less than nothing.
    """
    chargeable = [a for a in billed if a.values.billing_type is BillingType.CHARGEABLE] or list(billed)
    total = sum((a.values.quantity for a in chargeable), ZERO)
    bounded = keep <= total and all(a.values.quantity >= ZERO for a in chargeable)
    shares: dict[int, Decimal] = {}
    left, behind = keep, total
    for actual in chargeable[:-1]:
        quantity = actual.values.quantity
        behind -= quantity
        share = ZERO if total == ZERO else round_quantity(divide(multiply(keep, quantity), total))
        shares[actual.id] = min(max(share, left - behind), left) if bounded else share
        left -= shares[actual.id]
    shares |= {actual.id: left for actual in chargeable[-1:]}
    return [shares.get(a.id, ZERO if keep == ZERO else a.values.quantity) for a in billed]


def is_credit(lines: Sequence[Billed]) -> bool:
    """Whether this takes less than is billed of an entry: no row keeps more than it has, or less than nothing, and one keeps less.

    A full credit does, whatever the quantities are: of no hours, too, and of a rounding customer's less than nothing.
    """
    if all(line.quantity == ZERO for line in lines):
        return len(lines) > 0
    bounded = all(ZERO <= line.quantity <= line.actual.values.quantity for line in lines)
    return bounded and any(line.quantity < line.actual.values.quantity for line in lines)


def check_draft(invoice: Invoice) -> Refusal | None:
    """Only a draft may be changed, deleted or confirmed; a confirmed invoice is read-only."""
    if invoice.status is InvoiceStatus.DRAFT:
        return None
    if invoice.status is InvoiceStatus.DELETED:
        return Refusal(Code.UNKNOWN_INVOICE, invoice.id)
    return Refusal(Code.INVOICE_CONFIRMED, invoice.id, {"invoice": invoice.number})


def check_confirmed(invoice: Invoice) -> Refusal | None:
    """Only a confirmed or paid invoice may be paid or revised."""
    if invoice.status in (InvoiceStatus.CONFIRMED, InvoiceStatus.PAID):
        return None
    if invoice.status is InvoiceStatus.DELETED:
        return Refusal(Code.UNKNOWN_INVOICE, invoice.id)
    return Refusal(Code.INVOICE_NOT_CONFIRMED, invoice.id, {"invoice": invoice.number})


class InvoiceAction(StrEnum):
    CHANGE = "change"
    REMOVE_LINES = "remove_lines"
    DELETE = "delete"
    CONFIRM = "confirm"
    PAY = "pay"
    REVISE = "revise"


def check_action(invoice: Invoice, action: InvoiceAction) -> Refusal | None:
    """What is in the way of an action on an invoice, whatever its lines are named: its status, then that it has none.

    Asked by the act and by whoever offers it.
    """
    match action:
        case InvoiceAction.DELETE:
            return check_draft(invoice)
        case InvoiceAction.CHANGE | InvoiceAction.REMOVE_LINES | InvoiceAction.CONFIRM:
            return check_draft(invoice) or (None if invoice.lines else _nothing(invoice, why="no_lines"))
        case InvoiceAction.PAY:
            return check_confirmed(invoice)
        case InvoiceAction.REVISE:
            return check_confirmed(invoice) or (None if invoice.creditable else _nothing(invoice, why="all_credited"))


def _nothing(invoice: Invoice, *, why: str) -> Refusal:
    return Refusal(Code.NOT_INVOICEABLE, invoice.id, {"invoice": invoice.number, "why": why})


@dataclass(frozen=True, slots=True)
class Figures:
    """What a line of an invoice is about: the row's quantity, price and amount, and the quantity to bill or to keep of it."""

    quantity: Decimal
    price: Decimal
    amount: Decimal
    currency: str
    fixed: bool
    chargeable: bool
    billed: Decimal | None


def invoiced_amount(line: Figures, *, corrective: bool) -> Decimal:
    """What a line brings: the amount of what is billed of it, or, on a corrective invoice, minus the amount credited.

    Of what keeps nothing all is credited, also of a fixed amount of no quantity.
    """
    if not line.chargeable:
        return ZERO
    billed = line.quantity if line.billed is None else line.billed
    if corrective and billed == ZERO:
        return -line.amount
    amount = amount_of(line, billed, fixed=line.fixed)
    return amount - line.amount if corrective else amount
