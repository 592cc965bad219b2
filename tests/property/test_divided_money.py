"""What repricing and credits divide, for any entry, contract and customers: nothing is lost, nothing gained (project-recall, Money)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import ZERO
from domain.project import invoicing
from domain.project.actuals import Actual, ActualType, is_live
from domain.project.corrections import Rates, reprice
from domain.project.credit import credit
from domain.project.entries import AmountMethod
from domain.project.invoicing import Billed
from domain.project.reversal import reversal_of
from tests.counts import count
from tests.project_examples import EIGHT_HOURS, Situation, decimals, ledger_of, situations, written
from tests.property.test_actuals import invoiced, rows_of, same_day, sums

pytestmark = pytest.mark.property
often = settings(max_examples=count(150, 5000), deadline=None)


@often
@given(situations(), decimals("0", "2000", places=3), decimals("0", "2000", places=3))
def test_repricing_writes_what_an_approval_at_the_new_price_would(
    situation: Situation, cost: Decimal, price: Decimal
) -> None:
    entry, approved, contract = situation
    at_hours = replace(entry, amount_method=AmountMethod.MULTIPLY)
    (rounding,) = (customer.id for customer in contract.customers if customer.rounding)

    posting = reprice(ledger_of((at_hours, approved, contract)), Rates(cost, price, contract.cost_currency, rounding))

    afresh = rows_of((replace(at_hours, cost_price=cost, sales_price=price), approved, contract))
    assert tuple(row.values for row in posting.rows[1::2]) == afresh


def drafted_rows(quantities: list[Decimal]) -> list[Actual]:
    values = rows_of(EIGHT_HOURS)[1]
    return [Actual(number, replace(values, quantity=one)) for number, one in enumerate(quantities, start=1)]


@often
@given(st.lists(st.integers(0, 9) | st.integers(0, 10**7), min_size=1, max_size=6), st.data())
def test_what_is_kept_of_billed_rows_lies_between_nothing_and_what_they_have(
    units: list[int], data: st.DataObject
) -> None:
    rows = drafted_rows([Decimal(one).scaleb(-5) for one in units])
    keep = Decimal(data.draw(st.integers(0, sum(units)))).scaleb(-5)

    kept = invoicing.kept_quantities(rows, keep)

    assert sum(kept, ZERO) == keep
    assert all(ZERO <= share <= row.values.quantity for share, row in zip(kept, rows, strict=True))
    lines = [Billed(row, share) for share, row in zip(kept, rows, strict=True)]
    assert invoicing.is_credit(lines) is (keep == ZERO or keep < sum((row.values.quantity for row in rows), ZERO))


@often
@given(situations())
def test_whatever_is_billed_can_be_credited_in_full_and_taken_back(situation: Situation) -> None:
    ledger = invoiced(ledger_of(situation), ["draft", "confirm"])
    billed = [row for row in ledger if row.values.type is ActualType.BILLED_SALES]

    lines = [Billed(row, keep) for row, keep in zip(billed, invoicing.kept_quantities(billed, ZERO), strict=True)]
    for line in lines:
        posting = credit(line.actual, keep=line.quantity, cost_currency=situation[2].cost_currency)
        ledger = written(ledger, posting, invoice="COR-1")
    ledger = written(ledger, reversal_of(ledger, day_of=same_day))

    assert invoicing.is_credit(lines) is bool(billed)
    assert not any(is_live(row) for row in ledger)
    assert not any(any(figures) for figures in sums(row.values for row in ledger).values())
