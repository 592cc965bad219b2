"""Rows as people and the plan's hash see them: each value as plain text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.production.describing import describe, describe_capacity, describe_entry, show_capacity, show_entry
from domain.production.model import CapacityCost, EntryType, Traits
from domain.production.rows import NewCapacity, NewEntry, Rows
from tests.production_examples import CONSUMPTION, FEBRUARY, OUTPUT, WORK, figures

pytestmark = pytest.mark.unit

D = Decimal
BACK = NewEntry(
    type=EntryType.OUTPUT,
    quantity=D("-15.50000"),
    remaining=D(0),
    traits=Traits("item-bolt", "ZINC", "MAIN", "L1", "S1", "order-1", "line-1", "DOC-1", "BOX", D(12)),
    date=date(2026, 3, 2),
    cost=D("-775"),
    applies_to="entry-7",
    closes=True,
)
ENTRY_ROW = {
    "ledger": "item",
    "reverses": "entry-7",
    "type": "output",
    "quantity": "-15.5",
    "amount": "-775.00",
    "currency": "USD",
    "posting_date": "2026-03-02",
    "order": "order-1",
    "line": "line-1",
    "item": "item-bolt",
    "variant": "ZINC",
    "location": "MAIN",
    "lot": "L1",
    "serial": "S1",
    "document": "DOC-1",
    "unit": "BOX",
    "closes": "yes",
}
WORKED = NewCapacity(
    order="order-1",
    line="line-1",
    operation="20",
    figures=figures(setup="-1.50", run="-20", stop="-300", output="-4000", scrap="-50000"),
    cost=CapacityCost(D("-150"), D("-22.5")),
    date=date(2026, 3, 2),
    document="DOC-1",
    with_entry=0,
    reverses="capacity-3",
)
CAPACITY_ROW = {
    "ledger": "capacity",
    "reverses": "capacity-3",
    "type": "capacity",
    "operation": "20",
    "setup": "-1.5",
    "run": "-20",
    "stop": "-300",
    "output": "-4000",
    "scrap": "-50000",
    "amount": "-172.50",
    "direct_amount": "-150.00",
    "currency": "USD",
    "posting_date": "2026-03-02",
    "order": "order-1",
    "line": "line-1",
    "document": "DOC-1",
    "closes": "no",
}


def test_a_planned_entry_says_everything_and_whether_it_closes_its_original() -> None:
    assert describe_entry(BACK, currency="USD") == ENTRY_ROW
    assert describe_entry(replace(BACK, closes=False), currency="USD") == ENTRY_ROW | {"closes": "no"}


def test_planned_work_says_everything_and_whether_it_closes_its_original() -> None:
    assert describe_capacity(WORKED, currency="USD") == CAPACITY_ROW
    assert describe_capacity(replace(WORKED, closes=True), currency="USD") == CAPACITY_ROW | {"closes": "yes"}


def test_a_row_that_takes_nothing_back_reverses_nothing() -> None:
    new = describe_entry(replace(BACK, applies_to=None), currency="USD")
    given_back = describe_entry(replace(BACK, applies_to=None, applies_from="entry-8"), currency="USD")

    assert (new["reverses"], given_back["reverses"]) == (None, "entry-8")
    assert describe_capacity(replace(WORKED, reverses=None), currency="USD")["reverses"] is None


def test_entries_stand_before_work_in_the_order_they_are_written() -> None:
    rows = Rows((BACK, replace(BACK, quantity=D(1))), (WORKED, replace(WORKED, operation="30")))

    found = list(describe(rows, currency="USD"))

    assert found[0] == ENTRY_ROW
    assert found[2] == CAPACITY_ROW
    assert [row.get("operation") or row["quantity"] for row in found] == ["-15.5", "1", "20", "30"]


def test_amounts_have_the_decimals_of_their_currency() -> None:
    (entry, work) = describe(Rows((BACK,), (replace(WORKED, cost=CapacityCost(D(-150), D(-22))),)), currency="JPY")

    assert (entry["amount"], entry["currency"]) == ("-775", "JPY")
    assert (work["amount"], work["direct_amount"], work["currency"]) == ("-172", "-150", "JPY")


def test_a_written_row_is_shown_in_the_words_of_its_plan() -> None:
    entry = replace(OUTPUT, quantity=BACK.quantity, cost=BACK.cost, traits=BACK.traits, date=BACK.date)
    work = replace(WORK, figures=WORKED.figures, cost=WORKED.cost, date=WORKED.date)

    without_closing = {name: value for name, value in ENTRY_ROW.items() if name != "closes"}
    work_without = {name: value for name, value in CAPACITY_ROW.items() if name != "closes"}
    assert show_entry(entry, reverses="entry-7", currency="USD") == without_closing
    assert show_capacity(work, reverses="capacity-3", currency="USD") == work_without


def test_a_consumption_is_shown_as_one() -> None:
    shown = show_entry(CONSUMPTION, reverses="entry-2", currency="USD")

    assert (shown["type"], shown["quantity"], shown["amount"]) == ("consumption", "-30", "-100.01")
    assert (shown["posting_date"], shown["reverses"], shown["lot"]) == (FEBRUARY.isoformat(), "entry-2", None)
