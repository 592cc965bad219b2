"""The generations of rows an entry may own by invoices, credits and recalls, and what these are worth (project-recall, sections 3 to 5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.money import plain
from domain.project import invoicing
from domain.project.actuals import (
    Actual,
    ActualType,
    ApprovedAs,
    BillingStatus,
    Customer,
    Intercompany,
    Posting,
    is_live,
)
from domain.project.credit import credit, credited_quantity
from domain.project.entries import AmountMethod, BillingType
from domain.project.invoicing import Billed
from domain.project.reversal import reversal_of, value_taken_back, values_taken_back
from tests.project_examples import CONTRACT, EIGHT_HOURS, ENTRY, ledger_of, written

pytestmark = pytest.mark.unit

Ledger = list[Actual]


def approved(**changes: Any) -> Ledger:
    """Eight hours at cost 100 and price 200, approved as submitted; `changes` are of the contract."""
    entry, as_submitted, contract = EIGHT_HOURS
    return ledger_of((entry, as_submitted, replace(contract, **changes)))


def drafted(ledger: Ledger, invoice: str = "INV-1") -> Ledger:
    return written(
        ledger, invoicing.draft(invoicing.rows_to_invoice(ledger, customer=None)), invoice=invoice, moves=True
    )


def confirmed(ledger: Ledger, quantity: str | None = None, invoice: str = "INV-1") -> Ledger:
    """What is drafted is confirmed, unchanged or at another quantity."""
    rows = [row for row in ledger if row.billing is BillingStatus.ON_DRAFT]
    lines = [Billed(row, row.values.quantity if quantity is None else Decimal(quantity)) for row in rows]
    return written(ledger, invoicing.confirm(lines, cost_currency="NOK"), invoice=invoice)


def credited(ledger: Ledger, keep: str, invoice: str = "INV-2") -> Ledger:
    """The one live billed row is credited down to what is kept."""
    (billed,) = [row for row in ledger if row.values.type is ActualType.BILLED_SALES and is_live(row)]
    return written(ledger, credit(billed, keep=Decimal(keep), cost_currency="NOK"), invoice=invoice)


def recalled(ledger: Ledger) -> Ledger:
    return written(ledger, reversal_of(ledger, day_of=lambda day: day))


Shown = tuple[str, str, str, str, str]


def shown(rows: Iterable[Actual]) -> list[Shown]:
    """Type, billing type where it is not chargeable, quantity, adjustment status and billing status."""
    return [
        (
            row.values.type.value,
            "" if row.values.billing_type.value == "chargeable" else row.values.billing_type.value,
            str(row.values.quantity),
            row.adjustment.value,
            row.billing.value,
        )
        for row in rows
    ]


def live(ledger: Ledger) -> list[str]:
    """The rows that count, as "cost 8 for 800"."""
    return [
        f"{row.values.type.value} {plain(row.values.quantity)} for {plain(row.values.amount)}"
        for row in ledger
        if is_live(row)
    ]


def test_the_table_of_generations() -> None:
    ledger = confirmed(drafted(approved()))
    assert shown(ledger) == [
        ("cost", "", "8", "none", "unbilled"),
        ("unbilled_sales", "", "8", "none", "posted"),
        ("unbilled_sales", "", "-8", "unadjustable", "posted"),
        ("billed_sales", "", "8", "none", "posted"),
    ]

    ledger = credited(ledger, "0")
    assert shown(ledger[1:]) == [
        ("unbilled_sales", "", "8", "none", "posted"),
        ("unbilled_sales", "", "-8", "unadjustable", "posted"),
        ("billed_sales", "", "8", "adjusted", "posted"),
        ("billed_sales", "", "-8", "unadjustable", "posted"),
        ("unbilled_sales", "", "8", "none", "unbilled"),
    ]

    ledger = recalled(ledger)
    assert shown([ledger[0], *ledger[5:]]) == [
        ("cost", "", "8", "adjusted", "canceled"),
        ("unbilled_sales", "", "8", "adjusted", "canceled"),
        ("cost", "", "-8", "unadjustable", "canceled"),
        ("unbilled_sales", "", "-8", "unadjustable", "canceled"),
    ]
    assert [row.reverses for row in ledger] == [None, None, 2, None, 4, None, 1, 6]
    assert [row.values.amount for row in ledger] == [800, 1600, -1600, 1600, -1600, 1600, -800, -1600]
    assert not any(is_live(row) for row in ledger)


def test_a_draft_takes_live_unbilled_rows_and_gives_them_back_as_they_were() -> None:
    before = approved()

    on_draft = drafted(before)

    assert shown(on_draft) == [
        ("cost", "", "8", "none", "unbilled"),
        ("unbilled_sales", "", "8", "none", "on_draft"),
    ]
    assert invoicing.rows_to_invoice(on_draft, customer=None) == ()
    assert shown(written(on_draft, invoicing.take_off_draft(on_draft[1:]))) == shown(before)


def test_a_row_that_is_ready_can_be_drafted_and_a_draft_of_one_customer_takes_only_their_rows() -> None:
    two = (Customer("C1", Decimal(50), rounding=True), Customer("C2", Decimal(50)))
    ledger = [replace(row, billing=BillingStatus.READY) for row in approved(customers=two)]

    assert [row.id for row in invoicing.rows_to_invoice(ledger, customer=None)] == [2, 3]
    assert [row.id for row in invoicing.rows_to_invoice(ledger, customer="C2")] == [3]


def test_confirming_six_of_eight_bills_six_and_posts_two_that_nobody_pays() -> None:
    ledger = confirmed(drafted(approved()), "6")

    assert shown(ledger[1:]) == [
        ("unbilled_sales", "", "8", "adjusted", "posted"),
        ("unbilled_sales", "", "-8", "unadjustable", "posted"),
        ("unbilled_sales", "", "6", "none", "posted"),
        ("unbilled_sales", "", "-6", "unadjustable", "posted"),
        ("billed_sales", "", "6", "none", "posted"),
        ("unbilled_sales", "non_chargeable", "2", "none", "posted"),
        ("unbilled_sales", "non_chargeable", "-2", "unadjustable", "posted"),
        ("billed_sales", "non_chargeable", "2", "none", "posted"),
    ]
    assert [row.reverses for row in ledger[1:]] == [None, 2, None, 4, None, None, 7, None]
    assert live(ledger) == ["cost 8 for 800", "billed_sales 6 for 1200", "billed_sales 2 for 400"]


def test_confirming_more_than_was_drafted_bills_it_all() -> None:
    ledger = confirmed(drafted(approved()), "9")

    assert live(ledger) == ["cost 8 for 800", "billed_sales 9 for 1800"]


def test_confirming_nothing_of_a_row_leaves_it_billed_as_non_chargeable() -> None:
    ledger = confirmed(drafted(approved()), "0")

    assert shown(ledger[3:]) == [
        ("unbilled_sales", "non_chargeable", "8", "none", "posted"),
        ("unbilled_sales", "non_chargeable", "-8", "unadjustable", "posted"),
        ("billed_sales", "non_chargeable", "8", "none", "posted"),
    ]
    assert ledger[4].reverses == 4


def test_several_lines_of_one_invoice_each_reverse_their_own_row() -> None:
    two = (Customer("C1", Decimal(50), rounding=True), Customer("C2", Decimal(50)))

    ledger = confirmed(drafted(approved(customers=two)), "3")

    pairs = [(row, ledger[row.reverses - 1]) for row in ledger if row.reverses is not None]
    assert len(pairs) == 6
    assert all(row.values.amount == -original.values.amount for row, original in pairs)
    assert all(row.values.customer == original.values.customer for row, original in pairs)
    assert sum(row.values.amount for row in ledger if row.values.type is ActualType.BILLED_SALES) == 1600


def test_a_part_of_a_split_row_is_the_same_percentage_of_its_basis() -> None:
    shares = (Customer("C1", Decimal(25)), Customer("C2", Decimal(75), rounding=True))
    cut = {"C1": "1.5", "C2": "4.5"}
    ledger = drafted(approved(customers=shares))
    lines = [Billed(row, Decimal(cut[row.values.customer or ""])) for row in ledger[1:]]

    ledger = written(ledger, invoicing.confirm(lines, cost_currency="NOK"), invoice="INV-1")

    billed = [row.values for row in ledger if row.values.type is ActualType.BILLED_SALES]
    assert [(one.customer, *map(plain, (one.quantity, one.basis_quantity, one.basis_amount))) for one in billed] == [
        ("C1", "1.5", "6", "1200"),
        ("C1", "0.5", "2", "400"),
        ("C2", "4.5", "6", "1200"),
        ("C2", "1.5", "2", "400"),
    ]
    assert all(one.quantity * 100 == one.basis_quantity * one.percent for one in billed)


def test_crediting_eight_down_to_six_keeps_six_billed_and_frees_two() -> None:
    ledger = credited(confirmed(drafted(approved())), "6")

    assert shown(ledger[3:]) == [
        ("billed_sales", "", "8", "adjusted", "posted"),
        ("billed_sales", "", "-8", "unadjustable", "posted"),
        ("unbilled_sales", "", "6", "none", "posted"),
        ("unbilled_sales", "", "-6", "unadjustable", "posted"),
        ("billed_sales", "", "6", "none", "posted"),
        ("unbilled_sales", "", "2", "none", "unbilled"),
    ]
    assert [row.reverses for row in ledger[3:]] == [None, 4, None, 6, None, None]
    assert live(ledger) == ["cost 8 for 800", "billed_sales 6 for 1200", "unbilled_sales 2 for 400"]


def test_credited_in_two_steps_both_parts_are_taken_back() -> None:
    ledger = credited(credited(confirmed(drafted(approved())), "6"), "0", invoice="INV-3")

    assert live(ledger) == ["cost 8 for 800", "unbilled_sales 2 for 400", "unbilled_sales 6 for 1200"]
    assert credited_quantity(ledger, invoice="INV-3") == 8
    assert live(recalled(ledger)) == []


@pytest.mark.parametrize(("keep", "credited_so_far"), [("8", 0), ("6", 2), ("0", 8)])
def test_what_was_credited_is_what_was_billed_first_less_what_is_still_billed(keep: str, credited_so_far: int) -> None:
    ledger = confirmed(drafted(approved()))

    after = ledger if keep == "8" else credited(ledger, keep)

    assert credited_quantity(after, invoice="INV-1" if keep == "8" else "INV-2") == credited_so_far


def test_what_was_credited_counts_from_the_invoice_that_was_corrected() -> None:
    again = confirmed(drafted(credited(confirmed(drafted(approved())), "0"), "INV-3"), invoice="INV-3")

    twice = credited(credited(again, "7", "INV-4"), "5", "INV-5")

    assert [credited_quantity(twice, invoice=f"INV-{number}") for number in range(1, 6)] == [0, 8, 0, 1, 3]


def test_a_full_credit_of_no_hours_leaves_them_unbilled_again() -> None:
    entry, _, contract = EIGHT_HOURS
    none = replace(entry, quantity=Decimal(0), amount_method=AmountMethod.FIXED, amount=Decimal(100))
    before = ledger_of((none, ApprovedAs(Decimal(0), BillingType.CHARGEABLE), contract))

    ledger = credited(confirmed(drafted(before)), "0")

    assert live(ledger) == ["cost 0 for 100", "unbilled_sales 0 for 100"]
    assert live(recalled(ledger)) == []


def test_only_live_billed_rows_of_the_invoice_itself_can_be_credited() -> None:
    ledger = confirmed(drafted(approved()))

    assert [row.id for row in invoicing.rows_to_credit(ledger, invoice="INV-1")] == [4]
    assert invoicing.rows_to_credit(ledger, invoice="INV-9") == ()
    assert invoicing.rows_to_credit(credited(ledger, "0"), invoice="INV-1") == ()


def test_recalled_twice_each_round_reverses_only_its_own_generation() -> None:
    once = recalled(approved())
    again = [*once, *(replace(row, id=row.id + len(once)) for row in approved())]

    posting = reversal_of(again, day_of=lambda day: day)

    assert [row.reverses for row in posting.rows] == [5, 6]


@pytest.mark.parametrize(
    ("ledger", "worth"),
    [
        (approved(currency="EUR"), ("1600", "EUR")),
        (
            approved(currency="EUR", customers=(Customer("A", Decimal(50), rounding=True), Customer("B", Decimal(50)))),
            ("1600", "EUR"),
        ),
        (confirmed(drafted(approved(currency="EUR"))), ("800", "NOK")),
        (recalled(approved(currency="EUR")), ("0", "SEK")),
    ],
    ids=["sales", "sales of two customers", "cost, since sales are billed", "nothing"],
)
def test_a_recall_is_worth_the_sales_it_takes_back_or_else_the_cost(ledger: Ledger, worth: tuple[str, str]) -> None:
    value = value_taken_back(ledger, currency="SEK")

    assert (value.amount, value.currency) == (Decimal(worth[0]), worth[1])


IN_EURO = approved(currency="EUR", exchange_rate=Decimal("11.5"))
COST_ONLY = approved(currency="EUR", exchange_rate=Decimal("11.5"), billing="internal")


@pytest.mark.parametrize(
    ("ledgers", "worth"),
    [
        ([IN_EURO, IN_EURO], ("3200", "EUR")),
        ([COST_ONLY, COST_ONLY], ("1600", "NOK")),
        ([IN_EURO, recalled(IN_EURO)], ("1600", "EUR")),
        ([IN_EURO, COST_ONLY], ("19200", "NOK")),
        ([COST_ONLY, IN_EURO], ("19200", "NOK")),
        ([IN_EURO, approved(currency="USD", exchange_rate=Decimal(10)), IN_EURO], ("52800", "NOK")),
        ([recalled(IN_EURO)], ("0", "XXX")),
        ([], ("0", "XXX")),
    ],
    ids=["sales", "cost", "one that is worth nothing", "mixed", "the other way round", "contracts", "nothing", "none"],
)
def test_several_entries_are_worth_their_sum_and_in_several_currencies_that_of_their_base_amounts(
    ledgers: list[Ledger], worth: tuple[str, str]
) -> None:
    value = values_taken_back(ledgers)

    assert (value.amount, value.currency) == (Decimal(worth[0]), worth[1])


def test_what_units_pay_each_other_is_not_what_a_recall_is_worth() -> None:
    ledger = approved(billing="internal", intercompany=Intercompany(Decimal(70), Decimal(90)))

    assert value_taken_back(ledger, currency="SEK").amount == 800


def test_the_reversal_is_dated_by_the_day_of_its_original() -> None:
    ledger = approved()
    moved = [replace(ledger[0], values=replace(ledger[0].values, accounting_date=date(2026, 3, 1))), ledger[1]]

    posting: Posting = reversal_of(moved, day_of=lambda day: day.replace(year=2030))

    assert [row.values.accounting_date for row in posting.rows] == [date(2030, 3, 1), date(2030, 2, 2)]
    assert {row.values.document_date for row in posting.rows} == {ENTRY.date}
    assert CONTRACT.currency == posting.rows[0].values.currency
