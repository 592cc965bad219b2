"""New rows and closed days, for any posting: what moves, how far, and what stays (project-recall, section 8; ADR 015)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.periods import Periods
from domain.project import corrections, credit, invoicing
from domain.project.actuals import ActualType, NewActual, Posting, rows_at_approval
from domain.project.corrections import Rates
from domain.project.dating import on_open_days
from domain.project.invoicing import Billed
from tests.counts import count
from tests.project_examples import Situation, ledger_of, situations, written

pytestmark = pytest.mark.property
often = settings(max_examples=count(150, 5000), deadline=None)
days = st.dates(date(1900, 1, 1), date(2199, 12, 30))
closings = st.builds(Periods, st.none() | days)


def approval(situation: Situation) -> Posting:
    entry, approved, contract = situation
    return Posting((), tuple(NewActual(v) for v in rows_at_approval(entry, approved=approved, contract=contract)))


def postings_of(situation: Situation) -> list[Posting]:
    """What an approval, a repricing, a confirmed invoice and its credit write."""
    ledger, currency = ledger_of(situation), situation[2].cost_currency
    drafted = [row for row in ledger if row.values.type is ActualType.UNBILLED_SALES]
    lines = [Billed(row, row.values.quantity / 2) for row in drafted]
    confirmed = invoicing.confirm(lines, cost_currency=currency)
    billed = [row for row in written(ledger, confirmed) if row.values.type is ActualType.BILLED_SALES]
    credits = [credit.credit(row, keep=Decimal(0), cost_currency=currency) for row in billed]
    repriced = corrections.reprice(ledger, Rates(Decimal(3), Decimal(7), currency))
    return [approval(situation), repriced, confirmed, *credits]


@often
@given(situations(), closings)
def test_no_new_row_is_dated_on_a_closed_day_and_none_moves_further_than_it_must(
    situation: Situation, closed: Periods
) -> None:
    for posting in postings_of(situation):
        for before, after in zip(posting.rows, on_open_days(posting, closed).rows, strict=True):
            day, moved = before.values.accounting_date, after.values.accounting_date
            assert closed.is_open(moved)
            assert moved == day if closed.is_open(day) else not closed.is_open(moved - timedelta(days=1))


@often
@given(situations(), closings)
def test_only_the_accounting_day_moves(situation: Situation, closed: Periods) -> None:
    for posting in postings_of(situation):
        dated = on_open_days(posting, closed)

        back = [
            replace(row, values=replace(row.values, accounting_date=original.values.accounting_date))
            for row, original in zip(dated.rows, posting.rows, strict=True)
        ]
        assert Posting(dated.changes, tuple(back)) == posting


@often
@given(situations(), closings)
def test_rows_of_one_day_that_are_written_together_stay_together(situation: Situation, closed: Periods) -> None:
    for posting in postings_of(situation):
        assert len({row.values.accounting_date for row in on_open_days(posting, closed).rows}) <= 1
