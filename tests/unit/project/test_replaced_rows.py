"""The generations of rows an entry may own by repricing and by correction journals (project-recall, section 3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.project.actuals import (
    ActualType,
    Adjustment,
    ApprovedAs,
    BillingStatus,
    Customer,
    Intercompany,
    is_live,
)
from domain.project.corrections import Rates, correct, reprice
from domain.project.entries import AmountMethod, BillingType
from domain.project.reversal import reversal_of
from tests.project_examples import EIGHT_HOURS, ledger_of, written
from tests.unit.project.test_generations import approved, confirmed, credited, drafted, live, shown

pytestmark = pytest.mark.unit

RATES = Rates(cost=Decimal(110), sales=Decimal("250.005"), cost_currency="NOK")


def test_repricing_neutralises_each_live_row_and_writes_it_again_at_the_new_price() -> None:
    before = approved()

    ledger = written(before, reprice(before, RATES))

    assert shown(ledger) == [
        ("cost", "", "8", "adjusted", "unbilled"),
        ("unbilled_sales", "", "8", "adjusted", "unbilled"),
        ("cost", "", "-8", "unadjustable", "canceled"),
        ("cost", "", "8", "none", "unbilled"),
        ("unbilled_sales", "", "-8", "unadjustable", "canceled"),
        ("unbilled_sales", "", "8", "none", "unbilled"),
    ]
    assert [row.reverses for row in ledger] == [None, None, 1, None, 2, None]
    assert [(row.values.price, row.values.amount) for row in ledger if is_live(row)] == [
        (Decimal(110), Decimal(880)),
        (Decimal("250.005"), Decimal("2000.04")),
    ]
    assert [row.values.price for row in ledger[:3]] == [100, 200, 100]


def test_a_repriced_row_has_all_its_amounts_at_the_new_price_and_nothing_else_changed() -> None:
    before = approved(currency="USD", exchange_rate=Decimal("10.5"), customers=(Customer("C1", Decimal(25)),) * 1)[1]
    part = replace(before, values=replace(before.values, basis_quantity=Decimal(32)))

    (_, renewed) = reprice([part], RATES).rows

    assert renewed.values == replace(
        part.values,
        price=RATES.sales,
        amount=Decimal("2000.04"),
        extended_amount=Decimal("2000.04"),
        basis_amount=Decimal("8000.16"),
        base_amount=Decimal("21000.42"),
    )


THIRDS = (
    Customer("C1", Decimal("33.3333")),
    Customer("C2", Decimal("33.3334"), rounding=True),
    Customer("C3", Decimal("33.3333")),
)


def test_a_repriced_split_comes_to_the_total_of_the_unsplit_row() -> None:
    entry, _, contract = EIGHT_HOURS
    hour, abroad = replace(entry, quantity=Decimal(1)), replace(contract, customers=THIRDS, currency="EUR")
    before = ledger_of((hour, ApprovedAs(Decimal(1), BillingType.CHARGEABLE), abroad))
    rates = Rates(cost=Decimal(110), sales=Decimal("6.11"), cost_currency="NOK", rounding="C2")

    ledger = written(before, reprice(before, rates))

    sales = [row.values for row in ledger if is_live(row) and row.values.type is ActualType.UNBILLED_SALES]
    assert [(one.customer, one.amount, one.extended_amount, one.base_amount) for one in sales] == [
        ("C1", *[Decimal("2.04")] * 3),
        ("C2", *[Decimal("2.03")] * 3),
        ("C3", *[Decimal("2.04")] * 3),
    ]


def test_what_was_credited_in_parts_keeps_its_total_at_the_new_price() -> None:
    before = credited(credited(confirmed(drafted(approved())), "6"), "0", invoice="INV-3")

    ledger = written(before, reprice(before, replace(RATES, sales=Decimal("200.0025"))))

    assert live(ledger)[1:] == ["unbilled_sales 2 for 400.01", "unbilled_sales 6 for 1200.01"]


def test_a_fixed_amount_stands_when_prices_change() -> None:
    entry, as_submitted, contract = EIGHT_HOURS
    fixed = replace(entry, amount_method=AmountMethod.FIXED, amount=Decimal(500))
    before = ledger_of((fixed, as_submitted, contract))

    ledger = written(before, reprice(before, RATES))

    assert live(ledger) == ["cost 8 for 500", "unbilled_sales 8 for 500"]
    assert [row.values.price for row in ledger if is_live(row)] == [100, 200]


def test_what_units_pay_each_other_is_not_the_price_of_this_contract() -> None:
    before = approved(intercompany=Intercompany(Decimal(70), Decimal(90)))

    ledger = written(before, reprice(before, RATES))

    assert [row.values.price for row in ledger if is_live(row)] == [110, Decimal("250.005"), 70, 90]


def test_a_row_that_is_ready_to_invoice_stays_so_at_the_new_price() -> None:
    before = [replace(row, billing=BillingStatus.READY) for row in approved()]

    ledger = written(before, reprice(before, RATES))

    assert [row.billing for row in ledger if is_live(row)] == [BillingStatus.READY, BillingStatus.READY]


def test_rows_that_are_no_longer_live_are_not_repriced() -> None:
    before = confirmed(drafted(approved()))

    posting = reprice(before, RATES)

    assert [change.actual for change in posting.changes] == [1]
    assert [row.values.type for row in posting.rows] == [ActualType.COST, ActualType.COST]


DIMENSIONS = {"task": "Review", "role": "Lead", "category": "Travel", "product": "P-9", "unit_of_measure": "day"}


@pytest.mark.parametrize("name", DIMENSIONS)
def test_a_correction_changes_the_dimension_it_names_and_nothing_else(name: str) -> None:
    entry, as_submitted, contract = EIGHT_HOURS
    described = replace(entry, task="A", role="B", category="C", product="D", unit_of_measure="E")
    before = ledger_of((described, as_submitted, contract))

    corrected: dict[str, Any] = {name: DIMENSIONS[name]}
    posting = correct(before, corrected)

    assert [row.reverses for row in posting.rows] == [1, None, 2, None]
    for original, renewed in zip(before, posting.rows[1::2], strict=True):
        assert renewed.values == replace(original.values, **corrected)
        assert (renewed.adjustment, renewed.billing) == (Adjustment.NONE, BillingStatus.UNBILLED)


def test_a_correction_may_empty_a_dimension_and_touches_no_figure() -> None:
    entry, as_submitted, contract = EIGHT_HOURS
    before = ledger_of((replace(entry, task="A"), as_submitted, contract))

    posting = correct(before, {"task": None, "quantity": "9", "price": "1"})

    assert [row.values for row in posting.rows[1::2]] == [replace(row.values, task=None) for row in before]


def test_corrected_and_then_recalled_only_the_newest_rows_are_reversed() -> None:
    before = approved()
    corrected = written(before, correct(before, {"task": "Review"}))

    posting = reversal_of(corrected, day_of=lambda day: day)

    assert [(row.reverses, row.values.task) for row in posting.rows] == [(4, "Review"), (6, "Review")]
