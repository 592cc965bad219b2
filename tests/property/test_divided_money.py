"""What repricing and credits divide, for any entry, contract and customers: nothing is lost, nothing gained (project-recall, Money)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import ZERO
from domain.project import invoicing
from domain.project.actuals import Actual
from domain.project.corrections import Rates, reprice
from domain.project.entries import AmountMethod
from domain.project.invoicing import Billed
from tests.counts import count
from tests.project_examples import EIGHT_HOURS, Situation, decimals, ledger_of, situations
from tests.property.test_actuals import rows_of

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
    assert invoicing.is_credit(lines) is (keep < sum((row.values.quantity for row in rows), ZERO))
