"""Entries as something recallable: the checks at the request and at the decision, and the plan (project-recall, section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from domain.money import plain
from domain.periods import Periods, reversal_day
from domain.project.actuals import Actual, ActualType, Adjustment, BillingStatus, Posting, is_live
from domain.project.credit import credited_quantity, effect_once_credited
from domain.project.entries import Entry, EntryStatus
from domain.project.reversal import describe, reversal_of, rows_to_reverse
from domain.recall.kinds import Context, RequestCheck
from domain.recall.plan import Plan
from domain.recall.policy import ReversalDate
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class InvoiceOf:
    """An invoice as a refusal names it, and whether it is a corrective one."""

    number: str
    corrective: bool = False


@dataclass(frozen=True, slots=True)
class EntryRecallFacts:
    """An entry, all its actuals, the invoices they are on by id, its vendor invoice, and the closed periods of its unit."""

    entry: Entry
    actuals: tuple[Actual, ...]
    invoices: Mapping[str, InvoiceOf]
    vendor_invoice: str | None = None
    periods: Periods = field(default_factory=Periods)


class ProjectEntries:
    """Implements domain.recall.kinds.RecallKind for time, expense and material entries."""

    name = "project_entry"

    def check_request(self, facts: EntryRecallFacts, context: Context) -> RequestCheck:
        """The first condition of section 6 that is in the way; a draft invoice only warns unless the policy says more."""
        refusal = next(_refusals_at_request(facts, context), None)
        if refusal is not None:
            return RequestCheck(refusal)
        on_draft = _on_draft_invoice(facts)
        if on_draft is None:
            return RequestCheck()
        return (
            RequestCheck(on_draft)
            if context.policy.block_request_on_draft_invoice
            else RequestCheck(warnings=(on_draft,))
        )

    def check_decision(self, facts: EntryRecallFacts, context: Context) -> Refusal | None:
        """What blocks taking back at this very moment: a correction, an invoice, a closed day."""
        return _check_ledger(facts) or _on_closed_day(facts, context)

    def plan(self, facts: EntryRecallFacts, context: Context) -> Plan:
        """The reversals of all live rows, exactly as they will be written."""
        floating = context.policy.reversal_date is ReversalDate.TODAY
        unbound = frozenset({"accounting_date"}) if floating else frozenset()
        return Plan(facts.entry.id, tuple(describe(row) for row in planned(facts, context).rows), unbound)

    def effect_once_credited(self, facts: EntryRecallFacts, refusal: Refusal | None) -> str | None:
        """What taking back comes to with every billed row credited in full; only an invoice is a reason to wait."""
        if refusal is not None and refusal.code not in _CLEARED_BY_CREDIT:
            return None
        return effect_once_credited(facts.actuals)


def planned(facts: EntryRecallFacts, context: Context) -> Posting:
    """What taking the entry back writes: the object that preview, approver and ledger share."""

    def day_of(original: date) -> date:
        policy = context.policy.reversal_date
        return reversal_day(original, policy=policy, today=context.today, periods=facts.periods)

    return reversal_of(facts.actuals, day_of=day_of)


def check_replacement(facts: EntryRecallFacts) -> Refusal | None:
    """What blocks replacing the live rows by others, on any day: a correction under way, an invoice, a vendor invoice."""
    return _without_recall(_check_ledger(facts))


def check_cancel(facts: EntryRecallFacts, context: Context) -> Refusal | None:
    """What blocks canceling an approval, besides status and right: what blocks a decision, for it writes the same rows."""
    return _without_recall(_check_ledger(facts) or _on_closed_day(facts, context))


def _without_recall(refusal: Refusal | None) -> Refusal | None:
    """The same refusal where there is no recall that its way out could speak of."""
    if refusal is None or refusal.code is not Code.ON_DRAFT_INVOICE:
        return refusal
    return replace(refusal, facts={**refusal.facts, "why": "not_a_recall"})


def accounting_day(facts: EntryRecallFacts) -> date | None:
    """The day the cost of an entry counts for, or would if it were approved now; None where an approved one has none."""
    if facts.entry.status in _WITH_ROWS:
        days = [
            row.values.accounting_date for row in rows_to_reverse(facts.actuals) if row.values.type is ActualType.COST
        ]
        return days[-1] if days else None
    return facts.periods.first_open(facts.entry.date)


_WITH_ROWS: Final = frozenset({EntryStatus.APPROVED, EntryStatus.RECALL_REQUESTED})


def _check_ledger(facts: EntryRecallFacts) -> Refusal | None:
    return next(_refusals_of_ledger(facts), None) or _on_draft_invoice(facts)


def _refusals_at_request(facts: EntryRecallFacts, context: Context) -> Iterator[Refusal]:
    entry = facts.entry
    if entry.status is not EntryStatus.APPROVED:
        yield Refusal(Code.NOT_RECALLABLE, entry.id, {"status": entry.status.value})
    if entry.external:
        yield Refusal(Code.EXTERNAL_ENTRY, entry.id)
    if context.policy.is_outside_window(entry.date, today=context.today):
        yield Refusal(Code.OUTSIDE_RECALL_WINDOW, entry.id, {"days": str(context.policy.recall_window_days)})
    yield from _refusals_of_ledger(facts)
    if not rows_to_reverse(facts.actuals):
        yield Refusal(Code.NO_LIVE_ACTUALS, entry.id)


def _refusals_of_ledger(facts: EntryRecallFacts) -> Iterator[Refusal]:
    entry = facts.entry.id
    if any(actual.adjustment is Adjustment.IN_PROCESS for actual in facts.actuals):
        yield Refusal(Code.CORRECTION_IN_PROCESS, entry)
    billed = next((a for a in facts.actuals if a.values.type is ActualType.BILLED_SALES and is_live(a)), None)
    if billed is not None:
        yield _billed_refusal(facts, billed)
    if facts.vendor_invoice is not None:
        yield Refusal(Code.VENDOR_INVOICE_LOCK, entry, {"invoice": facts.vendor_invoice})


def _billed_refusal(facts: EntryRecallFacts, billed: Actual) -> Refusal:
    """Billed, or billed again by a corrective invoice that credited only a part."""
    invoice = _invoice_of(facts, billed)
    if not invoice.corrective:
        return Refusal(Code.ALREADY_INVOICED, facts.entry.id, {"invoice": invoice.number})
    credited = plain(credited_quantity(facts.actuals, invoice=billed.invoice))
    return Refusal(Code.PARTIALLY_CREDITED, facts.entry.id, {"invoice": invoice.number, "quantity": credited})


def _on_closed_day(facts: EntryRecallFacts, context: Context) -> Refusal | None:
    """Only the policy today can point at a closed day; the others move to an open one."""
    if context.policy.reversal_date is not ReversalDate.TODAY or facts.periods.is_open(context.today):
        return None
    return Refusal(Code.PERIOD_CLOSED, facts.entry.id, {"date": context.today.isoformat(), "why": "today"})


def _on_draft_invoice(facts: EntryRecallFacts) -> Refusal | None:
    drafted = next((a for a in facts.actuals if a.billing is BillingStatus.ON_DRAFT and is_live(a)), None)
    if drafted is None:
        return None
    return Refusal(Code.ON_DRAFT_INVOICE, facts.entry.id, {"invoice": _invoice_of(facts, drafted).number})


def _invoice_of(facts: EntryRecallFacts, actual: Actual) -> InvoiceOf:
    """The invoice a row stands on; one that is not known is named by a question mark."""
    return _UNKNOWN if actual.invoice is None else facts.invoices.get(actual.invoice, _UNKNOWN)


_CLEARED_BY_CREDIT: Final = frozenset({Code.ALREADY_INVOICED, Code.PARTIALLY_CREDITED})
_UNKNOWN: Final = InvoiceOf("?")
