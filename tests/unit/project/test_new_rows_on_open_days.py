"""New rows never carry a closed accounting day, and keep everything else (project-recall, section 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.money import ZERO
from domain.periods import Periods
from domain.project.actuals import Adjustment, NewActual, Posting
from domain.project.dating import on_open_days
from domain.project.reversal import base_value_taken_back
from tests.project_examples import EIGHT_HOURS, ledger_of

pytestmark = pytest.mark.unit

COST, SALES = ledger_of(EIGHT_HOURS)
JANUARY, MARCH = date(2026, 1, 31), date(2026, 3, 2)


def rows(*days: date) -> Posting:
    return Posting((), tuple(NewActual(replace(COST.values, accounting_date=day)) for day in days))


@pytest.mark.parametrize("closed_until", [None, date(2026, 1, 30)])
def test_on_open_days_nothing_moves(closed_until: date | None) -> None:
    posting = rows(JANUARY, MARCH)

    assert on_open_days(posting, Periods(closed_until)) == posting


def test_a_row_of_a_closed_day_moves_to_the_first_open_one_and_only_that() -> None:
    assert on_open_days(rows(JANUARY, MARCH), Periods(date(2026, 2, 28))) == rows(date(2026, 3, 1), MARCH)
    assert on_open_days(rows(MARCH), Periods(MARCH)) == rows(date(2026, 3, 3))


def test_what_a_recall_is_worth_in_the_currency_of_the_unit_is_its_sales_or_else_its_cost() -> None:
    sales = replace(SALES, values=replace(SALES.values, amount=Decimal(100), base_amount=Decimal("1150.50")))
    more = replace(sales, id=9)
    cost = replace(COST, values=replace(COST.values, base_amount=Decimal(800)))

    assert base_value_taken_back([cost, sales, more]) == Decimal("2301.00")
    assert base_value_taken_back([cost, replace(sales, adjustment=Adjustment.ADJUSTED)]) == Decimal(800)
    assert base_value_taken_back([]) == ZERO
