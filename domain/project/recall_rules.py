"""Entries as something recallable: the checks at the request and at the decision, and the plan (project-recall, section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.project.actuals import Actual, ActualType, Adjustment, BillingStatus, is_live
from domain.project.entries import Entry, EntryStatus
from domain.project.reversal import describe, reversal_of, rows_to_reverse
from domain.recall.kinds import Context, RequestCheck
from domain.recall.plan import Plan
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class EntryRecallFacts:
    """An entry, all its actuals, and the numbers of the invoices they are on (by invoice id)."""

    entry: Entry
    actuals: tuple[Actual, ...]
    invoice_numbers: Mapping[str, str]


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

    def check_decision(self, facts: EntryRecallFacts, _context: Context) -> Refusal | None:
        """What blocks taking back at this very moment: a correction, a confirmed invoice, a draft invoice."""
        return next(_refusals_of_ledger(facts), None) or _on_draft_invoice(facts)

    def plan(self, facts: EntryRecallFacts, _context: Context) -> Plan:
        """The reversals of all live rows, exactly as they will be written."""
        return Plan(facts.entry.id, tuple(describe(row) for row in reversal_of(facts.actuals).rows))


def _refusals_at_request(facts: EntryRecallFacts, context: Context) -> Iterator[Refusal]:
    entry = facts.entry
    if entry.status is not EntryStatus.APPROVED:
        yield Refusal(Code.NOT_RECALLABLE, entry.id, {"status": entry.status.value})
    if entry.external:
        yield Refusal(Code.EXTERNAL_ENTRY, entry.id)
    if _outside_window(entry.date, context):
        yield Refusal(Code.OUTSIDE_RECALL_WINDOW, entry.id, {"days": str(context.policy.recall_window_days)})
    yield from _refusals_of_ledger(facts)
    if not rows_to_reverse(facts.actuals):
        yield Refusal(Code.NO_LIVE_ACTUALS, entry.id)


def _outside_window(day: date, context: Context) -> bool:
    window = context.policy.recall_window_days
    return window is not None and (context.today - day).days > window


def _refusals_of_ledger(facts: EntryRecallFacts) -> Iterator[Refusal]:
    entry = facts.entry.id
    if any(actual.adjustment is Adjustment.IN_PROCESS for actual in facts.actuals):
        yield Refusal(Code.CORRECTION_IN_PROCESS, entry)
    billed = next((a for a in facts.actuals if a.values.type is ActualType.BILLED_SALES and is_live(a)), None)
    if billed is not None:
        yield Refusal(Code.ALREADY_INVOICED, entry, {"invoice": _number(facts, billed)})


def _on_draft_invoice(facts: EntryRecallFacts) -> Refusal | None:
    drafted = next((a for a in facts.actuals if a.billing is BillingStatus.ON_DRAFT and is_live(a)), None)
    if drafted is None:
        return None
    return Refusal(Code.ON_DRAFT_INVOICE, facts.entry.id, {"invoice": _number(facts, drafted)})


def _number(facts: EntryRecallFacts, actual: Actual) -> str:
    return facts.invoice_numbers.get(actual.invoice or "", "?")
