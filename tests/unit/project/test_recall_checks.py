"""The two checks of an entry, at the request and at the decision, and its plan (project-recall, section 6 and 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.periods import Periods
from domain.project import invoicing
from domain.project.actuals import Actual, Adjustment, BillingStatus
from domain.project.credit import credit
from domain.project.entries import EntryStatus
from domain.project.invoicing import Billed
from domain.project.recall_rules import EntryRecallFacts, InvoiceOf, ProjectEntries, planned
from domain.project.reversal import describe
from domain.recall.kinds import Context, RequestCheck
from domain.recall.plan import Plan
from domain.recall.policy import Policy, ReversalDate
from domain.refusals import Code, Refusal
from tests.project_examples import EIGHT_HOURS, ENTRY, ledger_of, written

pytestmark = pytest.mark.unit

KIND = ProjectEntries()
TODAY = date(2026, 2, 12)
INVOICES = {"I1": InvoiceOf("INV-1"), "I2": InvoiceOf("INV-2", corrective=True)}
APPROVED = EntryRecallFacts(replace(ENTRY, status=EntryStatus.APPROVED), tuple(ledger_of(EIGHT_HOURS)), INVOICES)


def context(**policy: Any) -> Context:
    return Context(TODAY, Policy(**policy))


def refusal(code: Code, **facts: str) -> Refusal:
    return Refusal(code, "E1", facts)


def with_rows(facts: EntryRecallFacts, rows: list[Actual]) -> EntryRecallFacts:
    return replace(facts, actuals=tuple(rows))


def drafted(facts: EntryRecallFacts) -> EntryRecallFacts:
    rows = invoicing.rows_to_invoice(facts.actuals, customer=None)
    return with_rows(facts, written(facts.actuals, invoicing.draft(rows), invoice="I1", moves=True))


def billed(facts: EntryRecallFacts) -> EntryRecallFacts:
    """Drafted and confirmed as it stands."""
    on_draft = drafted(facts)
    lines = [Billed(row, row.values.quantity) for row in on_draft.actuals if row.billing is BillingStatus.ON_DRAFT]
    posting = invoicing.confirm(lines, cost_currency="NOK")
    return with_rows(facts, written(on_draft.actuals, posting, invoice="I1"))


def partly_credited(facts: EntryRecallFacts) -> EntryRecallFacts:
    """Billed, and credited down to six of eight."""
    rows = billed(facts).actuals
    posting = credit(rows[-1], keep=Decimal(6), cost_currency="NOK")
    return with_rows(facts, written(rows, posting, invoice="I2"))


def in_process(facts: EntryRecallFacts) -> EntryRecallFacts:
    first, *rest = facts.actuals
    return with_rows(facts, [replace(first, adjustment=Adjustment.IN_PROCESS), *rest])


def nothing_live(facts: EntryRecallFacts) -> EntryRecallFacts:
    return with_rows(facts, [replace(row, adjustment=Adjustment.ADJUSTED) for row in facts.actuals])


def external(facts: EntryRecallFacts) -> EntryRecallFacts:
    return replace(facts, entry=replace(facts.entry, external=True))


def vendor_invoiced(facts: EntryRecallFacts) -> EntryRecallFacts:
    return replace(facts, vendor_invoice="V-3")


@dataclass(frozen=True)
class Obstacle:
    """What happens to an entry, and what is answered; None is no obstacle."""

    happens: Callable[[EntryRecallFacts], EntryRecallFacts]
    at_request: Refusal | None
    at_decision: Refusal | None


INVOICED = refusal(Code.ALREADY_INVOICED, invoice="INV-1")
PARTLY = refusal(Code.PARTIALLY_CREDITED, invoice="INV-2", quantity="2")
CORRECTED = refusal(Code.CORRECTION_IN_PROCESS)
LOCKED = refusal(Code.VENDOR_INVOICE_LOCK, invoice="V-3")
ON_DRAFT = refusal(Code.ON_DRAFT_INVOICE, invoice="INV-1")
TABLE = {
    "nothing": Obstacle(lambda facts: facts, None, None),
    "external": Obstacle(external, refusal(Code.EXTERNAL_ENTRY), None),
    "in process": Obstacle(in_process, CORRECTED, CORRECTED),
    "no live row": Obstacle(nothing_live, refusal(Code.NO_LIVE_ACTUALS), None),
    "invoiced": Obstacle(billed, INVOICED, INVOICED),
    "partly credited": Obstacle(partly_credited, PARTLY, PARTLY),
    "vendor invoice": Obstacle(vendor_invoiced, LOCKED, LOCKED),
    "on a draft": Obstacle(drafted, None, ON_DRAFT),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_table_of_the_two_checks(name: str) -> None:
    facts = TABLE[name].happens(APPROVED)

    assert KIND.check_request(facts, context()).refusal == TABLE[name].at_request
    assert KIND.check_decision(facts, context()) == TABLE[name].at_decision


@pytest.mark.parametrize("status", [status for status in EntryStatus if status is not EntryStatus.APPROVED])
def test_only_an_approved_entry_can_be_asked_for(status: EntryStatus) -> None:
    facts = replace(APPROVED, entry=replace(APPROVED.entry, status=status))

    assert KIND.check_request(facts, context()) == RequestCheck(refusal(Code.NOT_RECALLABLE, status=status.value))


def test_the_first_obstacle_in_the_order_of_the_table_is_named() -> None:
    draft = replace(APPROVED.entry, status=EntryStatus.DRAFT)
    facts = drafted(vendor_invoiced(in_process(external(replace(APPROVED, entry=draft)))))
    solutions: dict[Code, Callable[[EntryRecallFacts], EntryRecallFacts]] = {
        Code.NOT_RECALLABLE: lambda facts: replace(facts, entry=replace(facts.entry, status=EntryStatus.APPROVED)),
        Code.EXTERNAL_ENTRY: lambda facts: replace(facts, entry=replace(facts.entry, external=False)),
        Code.OUTSIDE_RECALL_WINDOW: lambda facts: replace(facts, entry=replace(facts.entry, date=TODAY)),
        Code.CORRECTION_IN_PROCESS: lambda facts: replace(facts, actuals=drafted(APPROVED).actuals),
        Code.VENDOR_INVOICE_LOCK: lambda facts: replace(facts, vendor_invoice=None),
    }

    for code, solve in solutions.items():
        check = KIND.check_request(facts, context(recall_window_days=3))
        assert check.refusal is not None
        assert (check.refusal.code, check.warnings) == (code, ())
        facts = solve(facts)

    assert KIND.check_request(facts, context(recall_window_days=3)) == RequestCheck(warnings=(ON_DRAFT,))


@pytest.mark.parametrize(("days", "refused"), [(None, False), (0, True), (9, True), (10, False), (11, False)])
def test_the_window_counts_days_from_the_entry_to_the_request(*, days: int | None, refused: bool) -> None:
    outside = refusal(Code.OUTSIDE_RECALL_WINDOW, days=str(days))

    assert KIND.check_request(APPROVED, context(recall_window_days=days)).refusal == (outside if refused else None)
    assert KIND.check_decision(APPROVED, context(recall_window_days=days)) is None


def test_a_draft_invoice_warns_at_the_request_or_refuses_it_where_the_policy_says_so() -> None:
    on_draft = drafted(APPROVED)

    assert KIND.check_request(on_draft, context()) == RequestCheck(warnings=(ON_DRAFT,))
    assert KIND.check_request(on_draft, context(block_request_on_draft_invoice=True)) == RequestCheck(ON_DRAFT)
    assert KIND.check_request(APPROVED, context(block_request_on_draft_invoice=True)) == RequestCheck()


def test_a_row_that_was_on_a_draft_when_it_was_corrected_is_on_it_no_longer() -> None:
    on_draft = drafted(APPROVED)
    corrected = with_rows(on_draft, [replace(row, adjustment=Adjustment.ADJUSTED) for row in on_draft.actuals])

    assert KIND.check_decision(corrected, context()) is None


@pytest.mark.parametrize("unknown", [{}, {"I9": InvoiceOf("INV-9")}])
def test_an_invoice_that_is_not_known_is_named_by_a_question_mark(unknown: dict[str, InvoiceOf]) -> None:
    for happens, code in ((billed, Code.ALREADY_INVOICED), (drafted, Code.ON_DRAFT_INVOICE)):
        facts = replace(happens(APPROVED), invoices=unknown)
        on_none = with_rows(facts, [replace(row, invoice=None) for row in facts.actuals])

        assert KIND.check_decision(facts, context()) == refusal(code, invoice="?")
        assert KIND.check_decision(on_none, context()) == refusal(code, invoice="?")


@pytest.mark.parametrize("reversal_date", ReversalDate)
@pytest.mark.parametrize("closed_until", [None, date(2026, 2, 11), TODAY])
def test_a_closed_day_is_in_the_way_only_where_the_reversal_must_carry_it(
    reversal_date: ReversalDate, closed_until: date | None
) -> None:
    facts = replace(APPROVED, periods=Periods(closed_until))
    on_closed_day = reversal_date is ReversalDate.TODAY and closed_until == TODAY

    found = KIND.check_decision(facts, context(reversal_date=reversal_date))

    assert found == (refusal(Code.PERIOD_CLOSED, date="2026-02-12", why="today") if on_closed_day else None)
    assert KIND.check_request(facts, context(reversal_date=reversal_date)).refusal is None


def test_an_invoice_is_named_before_a_closed_day() -> None:
    facts = replace(drafted(APPROVED), periods=Periods(TODAY))

    assert KIND.check_decision(facts, context(reversal_date=ReversalDate.TODAY)) == ON_DRAFT


@pytest.mark.parametrize(
    ("reversal_date", "dated"),
    [
        (ReversalDate.ORIGINAL, "2026-02-05"),
        (ReversalDate.NEXT_OPEN_PERIOD, "2026-02-05"),
        (ReversalDate.TODAY, "2026-02-12"),
    ],
)
def test_the_plan_dates_its_rows_as_the_policy_says(reversal_date: ReversalDate, dated: str) -> None:
    facts = replace(APPROVED, periods=Periods(date(2026, 2, 4)))

    plan = KIND.plan(facts, context(reversal_date=reversal_date))

    assert {row["accounting_date"] for row in plan.rows} == {dated}
    assert {row["document_date"] for row in plan.rows} == {"2026-02-02"}
    assert plan.unbound == ({"accounting_date"} if reversal_date is ReversalDate.TODAY else set())


def test_a_plan_names_its_entry_and_holds_the_rows_that_will_be_written() -> None:
    posting = planned(APPROVED, context())

    assert KIND.plan(APPROVED, context()) == Plan("E1", tuple(describe(row) for row in posting.rows))
    assert [row.reverses for row in posting.rows] == [1, 2]


def test_a_planned_row_is_told_with_all_its_columns() -> None:
    entry, as_submitted, contract = EIGHT_HOURS
    described = replace(entry, task="Design", role="Lead", category="Work", product="P-9", unit_of_measure="hour")
    in_euro = replace(
        contract,
        currency="EUR",
        exchange_rate=Decimal("11.50"),
        sales_price=Decimal("20.30"),
        contract="K1",
        contract_line="K1-2",
    )
    ledger = ledger_of((described, as_submitted, in_euro))
    taxed = [replace(row, values=replace(row.values, tax=Decimal("40.6"))) for row in ledger]

    (_, sales) = KIND.plan(with_rows(APPROVED, taxed), context()).rows

    assert sales == {
        "reverses": "2",
        "type": "unbilled_sales",
        "class": "time",
        "billing_type": "chargeable",
        "adjustment": "unadjustable",
        "status": "canceled",
        "quantity": "-8",
        "price": "20.3",
        "amount_method": "multiply",
        "currency": "EUR",
        "exchange_rate": "11.5",
        "percent": "100",
        "basis_quantity": "-8",
        "basis_amount": "-162.4",
        "amount": "-162.40",
        "tax": "-40.60",
        "extended_amount": "-162.40",
        "base_amount": "-1867.6",
        "exchange_rate_date": "2026-02-02",
        "document_date": "2026-02-02",
        "start_date": "2026-02-02",
        "end_date": "2026-02-02",
        "accounting_date": "2026-02-02",
        "project": "P1",
        "entry": "E1",
        "task": "Design",
        "resource": "bob",
        "role": "Lead",
        "category": "Work",
        "product": "P-9",
        "unit_of_measure": "hour",
        "contract": "K1",
        "contract_line": "K1-2",
        "customer": "C1",
    }


def test_a_row_that_reverses_nothing_says_so() -> None:
    (_, billed_row) = invoicing.confirm([Billed(APPROVED.actuals[1], Decimal(8))], cost_currency="NOK").rows

    assert describe(billed_row)["reverses"] is None
