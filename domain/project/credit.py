"""Corrective invoices: crediting billed rows in full or in part (project-recall, section 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from domain.money import ZERO, plain, total
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
from domain.project.reversal import reverse, rows_to_reverse
from domain.project.splitting import split_quantity
from domain.refusals import Code, Refusal


def credit(billed: Actual, *, keep: Decimal, cost_currency: str) -> Posting:
    """Credit a billed row down to the quantity `keep`; 0 is a full credit.

    The billed row is neutralised. What is kept is billed anew, what is credited becomes a live unbilled row again.
    """
    rows = [reverse(billed, BillingStatus.POSTED)]
    kept, freed = split_quantity(billed.values, keep, base_currency=cost_currency)
    if kept is not None:
        rows += billed_anew(kept, first=len(rows))
    if freed is not None:
        rows.append(NewActual(replace(freed, type=ActualType.UNBILLED_SALES)))
    change = StatusChange(billed.id, Adjustment.ADJUSTED, BillingStatus.POSTED)
    return Posting((change,), tuple(rows))


def billed_anew(values: ActualValues, *, first: int) -> list[NewActual]:
    """A quantity that is billed: its unbilled row, posted, with its reversal, and the billed row.

    `first` is the place of the first of these rows in its posting.
    """
    unbilled = replace(values, type=ActualType.UNBILLED_SALES)
    return [
        NewActual(unbilled, Adjustment.NONE, BillingStatus.POSTED),
        NewActual(negated(unbilled), Adjustment.UNADJUSTABLE, BillingStatus.POSTED, reverses_new=first),
        NewActual(replace(values, type=ActualType.BILLED_SALES), Adjustment.NONE, BillingStatus.POSTED),
    ]


def credit_milestone(milestone: Actual, *, keep: Decimal) -> Posting | Refusal:
    """A milestone is credited as a whole, so the quantity `keep` that stays is 0; nothing becomes unbilled again."""
    if keep != ZERO:
        return Refusal(Code.MILESTONE_PARTIAL_CREDIT, str(milestone.id))
    change = StatusChange(milestone.id, Adjustment.ADJUSTED, BillingStatus.POSTED)
    return Posting((change,), (reverse(milestone, BillingStatus.POSTED),))


def credited_quantity(actuals: Sequence[Actual], *, invoice: str | None) -> Decimal:
    """How much of an entry was credited on the way to an invoice: what was billed first, less what that invoice bills of it.

    A corrective invoice takes the place of the one whose rows it reverses, which may be a corrective one, too.
    """
    billed = [a for a in actuals if a.values.type is ActualType.BILLED_SALES]
    corrected = {a.reverses for a in billed if a.invoice == invoice}
    before = [a for a in billed if a.id in corrected]
    if not before:
        return ZERO
    kept = [a for a in billed if a.invoice == invoice and a.reverses is None]
    here = total(a.values.quantity for a in before) - total(a.values.quantity for a in kept)
    return here + credited_quantity(actuals, invoice=before[0].invoice)


def effect_once_credited(actuals: Iterable[Actual]) -> str:
    """A fingerprint of what taking an entry back comes to once every billed row of it is credited in full.

    A full credit puts an unbilled row of the same values in the place of a billed one, so the fingerprint is the same before the
    credit and after it, in however many steps it came. It covers sums of quantities and amounts by type, billing type and all
    dimensions, and neither ids nor the accounting date, which follows the periods.
    """
    rows = tuple(actuals)
    billed = [a.values for a in rows if a.values.type is ActualType.BILLED_SALES and is_live(a)]
    values = [a.values for a in rows_to_reverse(rows)]
    values += [replace(one, type=ActualType.UNBILLED_SALES) for one in billed]
    sums: dict[tuple[str | None, ...], list[Decimal]] = {}
    for one in values:
        figures = (one.quantity, one.amount, one.tax, one.extended_amount, one.base_amount)
        kept = sums.setdefault(_dimensions(one), [ZERO] * len(figures))
        sums[_dimensions(one)] = [known + figure for known, figure in zip(kept, figures, strict=True)]
    lines = sorted(repr((*key, *map(plain, figures))) for key, figures in sums.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def _dimensions(values: ActualValues) -> tuple[str | None, ...]:
    return (
        values.type.value,
        values.class_,
        values.billing_type.value,
        values.currency,
        values.document_date.isoformat(),
        values.project,
        values.task,
        values.resource,
        values.role,
        values.category,
        values.product,
        values.unit_of_measure,
        values.contract,
        values.contract_line,
        values.customer,
    )
