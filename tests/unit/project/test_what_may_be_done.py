"""What may be done with an invoice or an approved entry, beside its recall: asked by the act and by whoever offers it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.periods import Periods
from domain.project import invoicing
from domain.project.actuals import Actual, ActualType, Adjustment, BillingStatus
from domain.project.credit import effect_once_credited
from domain.project.entries import EntryStatus
from domain.project.invoicing import Billed, Invoice, InvoiceAction, InvoiceStatus, check_action
from domain.project.recall_rules import (
    EntryRecallFacts,
    InvoiceOf,
    ProjectEntries,
    accounting_day,
    check_cancel,
    check_replacement,
)
from domain.recall.kinds import Context
from domain.recall.policy import Policy, ReversalDate
from domain.refusals import Code, Refusal
from tests.project_examples import EIGHT_HOURS, ENTRY, ledger_of, written

pytestmark = pytest.mark.unit

DRAFT = Invoice("I1", "INV-7", InvoiceStatus.DRAFT, lines=1)
CONFIRMED = Invoice("I1", "INV-7", InvoiceStatus.CONFIRMED, lines=1, creditable=True)
TO_A_DRAFT = (InvoiceAction.CHANGE, InvoiceAction.REMOVE_LINES, InvoiceAction.CONFIRM)


def nothing(why: str) -> Refusal:
    return Refusal(Code.NOT_INVOICEABLE, "I1", {"invoice": "INV-7", "why": why})


@pytest.mark.parametrize("action", InvoiceAction)
def test_an_action_needs_the_status_it_is_for(action: InvoiceAction) -> None:
    for_draft = action not in (InvoiceAction.PAY, InvoiceAction.REVISE)
    confirmed = Refusal(Code.INVOICE_CONFIRMED, "I1", {"invoice": "INV-7"})
    not_confirmed = Refusal(Code.INVOICE_NOT_CONFIRMED, "I1", {"invoice": "INV-7"})

    assert check_action(DRAFT, action) == (None if for_draft else not_confirmed)
    assert check_action(CONFIRMED, action) == (confirmed if for_draft else None)


def test_a_draft_without_lines_may_only_be_deleted() -> None:
    empty = replace(DRAFT, lines=0)

    assert check_action(empty, InvoiceAction.DELETE) is None
    assert [check_action(empty, action) for action in TO_A_DRAFT] == [nothing("no_lines")] * 3


def test_an_invoice_that_was_credited_in_full_is_paid_but_not_revised() -> None:
    credited = replace(CONFIRMED, creditable=False)

    assert check_action(credited, InvoiceAction.PAY) is None
    assert check_action(credited, InvoiceAction.REVISE) == nothing("all_credited")


def test_the_status_is_said_before_what_the_invoice_lacks() -> None:
    deleted = Invoice("I1", "INV-7", InvoiceStatus.DELETED)

    assert {check_action(deleted, action) for action in InvoiceAction} == {Refusal(Code.UNKNOWN_INVOICE, "I1")}


TODAY = date(2026, 2, 12)
FACTS = EntryRecallFacts(
    replace(ENTRY, status=EntryStatus.APPROVED), tuple(ledger_of(EIGHT_HOURS)), {"I1": InvoiceOf("INV-1")}
)


def context(reversal_date: ReversalDate = ReversalDate.ORIGINAL) -> Context:
    return Context(TODAY, Policy(reversal_date=reversal_date))


def drafted() -> EntryRecallFacts:
    rows = invoicing.rows_to_invoice(FACTS.actuals, customer=None)
    return replace(FACTS, actuals=tuple(written(FACTS.actuals, invoicing.draft(rows), invoice="I1", moves=True)))


def billed() -> EntryRecallFacts:
    rows = drafted().actuals
    lines = [Billed(row, row.values.quantity) for row in rows if row.billing is BillingStatus.ON_DRAFT]
    posting = invoicing.confirm(lines, cost_currency="NOK")
    return replace(FACTS, actuals=tuple(written(rows, posting, invoice="I1")))


INVOICED = Refusal(Code.ALREADY_INVOICED, "E1", {"invoice": "INV-1"})
LOCKED = Refusal(Code.VENDOR_INVOICE_LOCK, "E1", {"invoice": "V-3"})
ON_DRAFT = Refusal(Code.ON_DRAFT_INVOICE, "E1", {"invoice": "INV-1", "why": "not_a_recall"})


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (FACTS, None),
        (billed(), INVOICED),
        (replace(FACTS, vendor_invoice="V-3"), LOCKED),
        (drafted(), ON_DRAFT),
    ],
)
def test_what_blocks_a_recall_blocks_replacing_rows_and_canceling_too(
    facts: EntryRecallFacts, refusal: Refusal | None
) -> None:
    assert check_replacement(facts) == refusal
    assert check_cancel(facts, context()) == refusal


def test_a_recall_itself_is_told_of_the_draft_without_that_word() -> None:
    assert ProjectEntries().check_decision(drafted(), context()) == Refusal(
        Code.ON_DRAFT_INVOICE, "E1", {"invoice": "INV-1"}
    )


def test_only_canceling_asks_for_the_day_its_reversals_carry() -> None:
    closed = replace(FACTS, periods=Periods(TODAY))
    on_closed_day = Refusal(Code.PERIOD_CLOSED, "E1", {"date": "2026-02-12", "why": "today"})

    assert check_replacement(closed) is None
    assert check_cancel(closed, context()) is None
    assert check_cancel(closed, context(ReversalDate.TODAY)) == on_closed_day
    assert check_cancel(replace(drafted(), periods=Periods(TODAY)), context(ReversalDate.TODAY)) == ON_DRAFT


@pytest.mark.parametrize("code", [Code.ALREADY_INVOICED, Code.PARTIALLY_CREDITED])
def test_a_credit_is_worth_waiting_for_where_an_invoice_is_in_the_way(code: Code) -> None:
    facts = billed()

    assert ProjectEntries().effect_once_credited(facts, Refusal(code, "E1")) == effect_once_credited(facts.actuals)


@pytest.mark.parametrize("code", [Code.VENDOR_INVOICE_LOCK, Code.ON_DRAFT_INVOICE, Code.PERIOD_CLOSED])
def test_a_credit_clears_nothing_else(code: Code) -> None:
    assert ProjectEntries().effect_once_credited(billed(), Refusal(code, "E1")) is None


def test_with_nothing_in_the_way_it_is_the_effect_of_now() -> None:
    assert ProjectEntries().effect_once_credited(FACTS, None) == effect_once_credited(FACTS.actuals)


def on(day: date) -> tuple[Actual, ...]:
    return tuple(replace(row, values=replace(row.values, accounting_date=day)) for row in FACTS.actuals)


@pytest.mark.parametrize("status", [EntryStatus.APPROVED, EntryStatus.RECALL_REQUESTED])
def test_an_approved_entry_counts_for_the_day_of_its_live_cost(status: EntryStatus) -> None:
    moved = on(date(2026, 3, 1))
    sales_elsewhere = tuple(
        row if row.values.type is ActualType.COST else replace(row, values=replace(row.values, accounting_date=TODAY))
        for row in moved
    )
    facts = replace(FACTS, entry=replace(ENTRY, status=status), actuals=sales_elsewhere, periods=Periods(TODAY))

    assert accounting_day(facts) == date(2026, 3, 1)


def test_of_several_costs_the_one_written_last_counts() -> None:
    before, later = on(date(2026, 4, 1)), [replace(row, id=row.id + 10) for row in on(date(2026, 3, 1))]

    assert accounting_day(replace(FACTS, actuals=(*before, *later))) == date(2026, 3, 1)
    assert accounting_day(replace(FACTS, actuals=(*later, *before))) == date(2026, 3, 1)


def test_an_approved_entry_without_live_cost_counts_for_no_day() -> None:
    gone = tuple(replace(row, adjustment=Adjustment.ADJUSTED) for row in FACTS.actuals)

    assert accounting_day(replace(FACTS, actuals=gone)) is None


@pytest.mark.parametrize(
    ("closed_until", "day"),
    [(None, date(2026, 2, 2)), (date(2026, 2, 2), date(2026, 2, 3)), (TODAY, date(2026, 2, 13))],
)
def test_any_other_entry_would_count_for_the_first_open_day(closed_until: date | None, day: date) -> None:
    submitted = replace(
        FACTS, entry=replace(ENTRY, status=EntryStatus.SUBMITTED), periods=Periods(closed_until), actuals=()
    )

    assert accounting_day(submitted) == day
