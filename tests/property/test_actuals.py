"""The rows an approval creates and the rows that neutralise them, for any entry, contract and customers (project-recall 3 to 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.currencies import MINOR_DIGITS
from domain.money import ZERO, product, round_amount
from domain.project import invoicing
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    Intercompany,
    ProjectBilling,
    is_live,
    rows_at_approval,
)
from domain.project.entries import AmountMethod, BillingType, EntryStatus
from domain.project.invoicing import Billed
from domain.project.recall_rules import EntryRecallFacts, InvoiceOf, ProjectEntries
from domain.project.reversal import REVERSIBLE, describe, reversal_of, rows_to_reverse
from domain.recall.kinds import Context
from domain.recall.policy import Policy
from tests.counts import count
from tests.project_examples import ONE, Situation, decimals, ledger_of, situations, written

pytestmark = pytest.mark.property
often = settings(max_examples=count(150, 5000), deadline=None)

NEGATED = {"quantity", "amount", "tax", "extended_amount", "base_amount", "basis_quantity", "basis_amount"}


def rows_of(situation: Situation) -> tuple[ActualValues, ...]:
    entry, approved, contract = situation
    return rows_at_approval(entry, approved=approved, contract=contract)


def unsplit(situation: Situation) -> Situation:
    entry, approved, contract = situation
    return entry, approved, replace(contract, customers=ONE)


def sales(rows: Iterable[ActualValues]) -> list[ActualValues]:
    return [row for row in rows if row.type is ActualType.UNBILLED_SALES]


@often
@given(situations())
def test_there_is_one_cost_row_with_the_submitted_quantity(situation: Situation) -> None:
    entry, _, contract = situation

    costs = [row for row in rows_of(situation) if row.type is ActualType.COST]

    assert [row.quantity for row in costs] == [entry.quantity]
    assert costs[0].currency == contract.cost_currency
    assert costs[0].base_amount == costs[0].amount


@often
@given(situations())
def test_sales_follow_the_table_of_section_3(situation: Situation) -> None:
    entry, approved, contract = situation
    billable, submitted = approved.billable_quantity, entry.quantity

    found = [(row.billing_type.value, row.quantity) for row in sales(rows_of(unsplit(situation)))]

    if contract.billing is not ProjectBilling.TIME_AND_MATERIALS or approved.billing_type is BillingType.NOT_AVAILABLE:
        assert found == []
    elif approved.billing_type is not BillingType.CHARGEABLE:
        assert found == [(approved.billing_type.value, billable)]
    elif billable >= submitted:
        assert found == [("chargeable", billable)]
    elif billable == ZERO:
        assert found == [("non_chargeable", submitted)]
    else:
        assert found == [("chargeable", billable), ("non_chargeable", submitted - billable)]


@often
@given(situations())
def test_a_split_comes_to_the_unsplit_row_in_quantity_and_amount(situation: Situation) -> None:
    _, _, contract = situation
    parts: dict[BillingType, list[ActualValues]] = defaultdict(list)
    for row in sales(rows_of(situation)):
        parts[row.billing_type].append(row)

    for whole in sales(rows_of(unsplit(situation))):
        split = parts.pop(whole.billing_type)
        assert [row.customer for row in split] == [customer.id for customer in contract.customers]
        assert sum((row.quantity for row in split), ZERO) == whole.quantity
        assert sum((row.amount for row in split), ZERO) == whole.amount
        assert {(row.basis_quantity, row.basis_amount, row.price) for row in split} == {
            (whole.quantity, whole.amount, whole.price)
        }
    assert not parts


@often
@given(situations())
def test_amounts_are_quantity_times_price_but_for_the_rounding_customer_and_fixed_amounts(situation: Situation) -> None:
    entry, _, contract = situation
    rounding = {customer.id for customer in contract.customers if customer.rounding}

    for row in rows_of(situation):
        if entry.amount_method is AmountMethod.MULTIPLY and (
            len(contract.customers) == 1 or row.customer not in rounding
        ):
            assert row.amount == product(row.quantity, row.price, currency=row.currency)
        assert row.amount == round_amount(row.amount, row.currency) == row.extended_amount
        assert row.base_amount == round_amount(row.base_amount, contract.cost_currency)
        exponent = row.quantity.as_tuple().exponent
        assert isinstance(exponent, int)
        assert -exponent <= 5
        assert MINOR_DIGITS[row.currency] >= 0


@often
@given(situations())
def test_sales_of_a_fixed_amount_come_to_what_was_given_and_cost_the_same_money_once(situation: Situation) -> None:
    entry, approved, contract = situation
    assert entry.amount is not None
    given = round_amount(entry.amount, contract.currency)
    fixed = replace(entry, amount_method=AmountMethod.FIXED, amount=given)
    lent = replace(contract, customers=ONE, intercompany=Intercompany(Decimal(70), Decimal(90)))

    rows = rows_at_approval(fixed, approved=approved, contract=lent)

    costs = {row.amount for row in rows if row.type is not ActualType.UNBILLED_SALES}
    assert not sales(rows) or sum((row.amount for row in sales(rows)), ZERO) == given
    assert all(abs(row.amount) <= abs(given) for row in sales(rows))
    if contract.currency == contract.cost_currency:
        assert costs == {given}
    else:
        (cost,) = costs
        smallest = Decimal(1).scaleb(-MINOR_DIGITS[contract.cost_currency])
        assert abs(cost - given * contract.exchange_rate) * 2 <= smallest
        assert len(sales(rows)) == 2 or {row.base_amount for row in rows} == costs


@often
@given(situations())
def test_a_fixed_amount_costs_the_same_whatever_prices_and_quantities_are(situation: Situation) -> None:
    entry, approved, contract = situation
    fixed = replace(entry, amount_method=AmountMethod.FIXED)
    other = replace(fixed, quantity=entry.quantity + 1, cost_price=Decimal(7), sales_price=Decimal(9))

    costs = [rows_at_approval(one, approved=approved, contract=contract)[0].amount for one in (fixed, other)]

    assert costs[0] == costs[1]


STEPS = st.lists(st.sampled_from(["draft", "take_off", "confirm", "first only"]), max_size=4)


def invoiced(ledger: list[Actual], steps: list[str]) -> list[Actual]:
    """The ledger after acts of invoices, in any order; each takes the rows it may take."""
    for step in steps:
        drafted = [row for row in ledger if row.billing is BillingStatus.ON_DRAFT]
        if step == "draft":
            ledger = written(
                ledger, invoicing.draft(invoicing.rows_to_invoice(ledger, customer=None)), invoice="INV-1", moves=True
            )
        elif step == "first only":
            ledger = written(
                ledger, invoicing.draft(invoicing.rows_to_invoice(ledger, customer="C0")), invoice="INV-2", moves=True
            )
        elif step == "take_off":
            ledger = written(ledger, invoicing.take_off_draft(drafted))
        else:
            ledger = written(
                ledger,
                invoicing.confirm([Billed(row, row.values.quantity) for row in drafted], cost_currency="NOK"),
                invoice="INV-1",
            )
    return ledger


def same_day(day: date) -> date:
    """The day itself: no period is closed."""
    return day


Sums = dict[tuple[object, ...], tuple[Decimal, Decimal, Decimal]]


def sums(rows: Iterable[ActualValues]) -> Sums:
    """Quantity, amount and base amount for each type, billing type and customer."""
    found: Sums = defaultdict(lambda: (ZERO, ZERO, ZERO))
    for row in rows:
        key = (row.type, row.billing_type, row.customer)
        quantity, amount, base = found[key]
        found[key] = (quantity + row.quantity, amount + row.amount, base + row.base_amount)
    return found


@often
@given(situations(), STEPS)
def test_a_reversal_selects_exactly_the_live_rows(situation: Situation, steps: list[str]) -> None:
    ledger = invoiced(ledger_of(situation), steps)

    reversed_ids = [row.reverses for row in reversal_of(ledger, day_of=same_day).rows]

    live = [
        row.id
        for row in ledger
        if row.values.type in REVERSIBLE
        and row.adjustment is Adjustment.NONE
        and row.reverses is None
        and row.id not in {other.reverses for other in ledger}
        and row.billing is not BillingStatus.POSTED
    ]
    assert reversed_ids == live
    assert [row.id for row in rows_to_reverse(reversed(ledger))] == live


@often
@given(situations(), decimals("-10000", "10000"))
def test_a_reversal_negates_rows_that_no_rule_of_today_would_write(situation: Situation, amount: Decimal) -> None:
    """A fixed amount as it was written once: the same figure in every currency, with more decimals than it has."""
    old = [replace(row, values=replace(row.values, amount=amount, base_amount=amount)) for row in ledger_of(situation)]

    posting = reversal_of(old, day_of=same_day)

    assert [row.reverses for row in posting.rows] == [row.id for row in rows_to_reverse(old)]
    assert {(row.values.amount, row.values.base_amount) for row in posting.rows} == {(-amount, -amount)}


@often
@given(situations(), STEPS)
def test_a_reversal_nets_to_zero_with_what_it_reverses(situation: Situation, steps: list[str]) -> None:
    ledger = invoiced(ledger_of(situation), steps)
    originals = {row.id: row for row in ledger}

    posting = reversal_of(ledger, day_of=same_day)

    pairs = [(originals[row.reverses or 0].values, row.values) for row in posting.rows]
    assert all(total == (ZERO, ZERO, ZERO) for total in sums(row for pair in pairs for row in pair).values())
    for original, reverse in pairs:
        for field in fields(ActualValues):
            before, after = getattr(original, field.name), getattr(reverse, field.name)
            assert after == (-before if field.name in NEGATED else before), field.name
    assert {(row.adjustment, row.billing) for row in posting.rows} <= {
        (Adjustment.UNADJUSTABLE, BillingStatus.CANCELED)
    }
    assert {(c.adjustment, c.billing) for c in posting.changes} <= {(Adjustment.ADJUSTED, BillingStatus.CANCELED)}
    assert [change.actual for change in posting.changes] == [row.reverses for row in posting.rows]


@often
@given(situations(), STEPS)
def test_a_second_reversal_has_nothing_to_do(situation: Situation, steps: list[str]) -> None:
    ledger = invoiced(ledger_of(situation), steps)

    once = written(ledger, reversal_of(ledger, day_of=same_day))

    assert reversal_of(once, day_of=same_day).rows == ()
    assert not any(is_live(row) and row.values.type in REVERSIBLE for row in once)


@often
@given(situations(), STEPS)
def test_invoices_move_rows_and_never_lose_any(situation: Situation, steps: list[str]) -> None:
    before = ledger_of(situation)

    after = invoiced(before, steps)

    worth_before = sums(row.values for row in before)
    worth_after = sums(
        replace(row.values, type=ActualType.UNBILLED_SALES)
        if row.values.type is ActualType.BILLED_SALES
        else row.values
        for row in after
    )
    assert worth_after == worth_before
    assert [row.values for row in after[: len(before)]] == [row.values for row in before]
    assert all(row.values.type is not ActualType.COST for row in after[len(before) :])


@often
@given(situations(), STEPS)
def test_what_blocks_a_decision_is_what_stands_on_an_invoice(situation: Situation, steps: list[str]) -> None:
    ledger = invoiced(ledger_of(situation), steps)
    facts = EntryRecallFacts(
        replace(situation[0], status=EntryStatus.APPROVED),
        tuple(ledger),
        {name: InvoiceOf(name) for name in ("INV-1", "INV-2")},
    )
    context = Context(situation[0].date, Policy())

    refusal = ProjectEntries().check_decision(facts, context)
    asked = ProjectEntries().check_request(facts, context)

    billed = any(row.values.type is ActualType.BILLED_SALES for row in ledger)
    drafted = any(row.billing is BillingStatus.ON_DRAFT for row in ledger)
    expected = "already_invoiced" if billed else "on_draft_invoice" if drafted else None
    assert (refusal.code if refusal else None) == expected
    assert (asked.refusal.code if asked.refusal else None) == ("already_invoiced" if billed else None)
    assert [warning.code for warning in asked.warnings] == (["on_draft_invoice"] if drafted and not billed else [])


@often
@given(situations(), STEPS)
def test_preview_plan_and_reversal_are_the_same_rows(situation: Situation, steps: list[str]) -> None:
    ledger = invoiced(ledger_of(situation), steps)
    facts = EntryRecallFacts(situation[0], tuple(ledger), {})

    plan = ProjectEntries().plan(facts, Context(situation[0].date, Policy()))

    assert plan.rows == tuple(describe(row) for row in reversal_of(ledger, day_of=same_day).rows)
