"""Rows about to be written, of several postings together."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.production.model import CapacityCost, EntryType, OperationStatus
from domain.production.rows import NewCapacity, NewEntry, Rows, concatenated, joined
from tests.production_examples import CONSUMPTION, OF_LINE, OUTPUT, figures

pytestmark = pytest.mark.unit

DAY = date(2026, 3, 2)
ENTRY = NewEntry(EntryType.OUTPUT, Decimal(1), Decimal(1), OF_LINE, DAY, Decimal(50))
WORK = NewCapacity("order-1", "line-1", "20", figures(run=1), CapacityCost(), DAY, None)


def places(rows: Rows) -> list[object]:
    return [one.with_entry for one in rows.capacities]


def test_what_an_entry_takes_or_gives_back_is_what_it_reverses() -> None:
    assert ENTRY.reverses is None
    assert replace(ENTRY, applies_to=OUTPUT.id).reverses == OUTPUT.id
    assert replace(ENTRY, applies_from=CONSUMPTION.id).reverses == CONSUMPTION.id


def test_work_of_several_postings_stands_with_the_entry_of_its_own() -> None:
    first = Rows((ENTRY, ENTRY), (replace(WORK, with_entry=1), WORK))
    second = Rows((ENTRY,), (replace(WORK, with_entry=0), replace(WORK, with_entry="entry-7")))

    both = joined([first, second, Rows((), (WORK,)), second])

    assert both.entries == (ENTRY,) * 4
    assert places(both) == [1, None, 2, "entry-7", None, 3, "entry-7"]


def test_the_places_of_a_journal_count_through_it_already() -> None:
    lines = [Rows((ENTRY,), (replace(WORK, with_entry=0),)), Rows((ENTRY,), (replace(WORK, with_entry=1),))]

    whole = concatenated(lines)

    assert whole.entries == (ENTRY, ENTRY)
    assert places(whole) == [0, 1]


def test_of_two_statuses_of_an_operation_the_later_holds() -> None:
    begun, done = OperationStatus.IN_PROGRESS, OperationStatus.FINISHED
    lines = [Rows(statuses={("line-1", "10"): done, ("line-1", "20"): done}), Rows(statuses={("line-1", "20"): begun})]

    assert concatenated(lines).statuses == {("line-1", "10"): done, ("line-1", "20"): begun}
    assert joined(lines).statuses == {("line-1", "10"): done, ("line-1", "20"): begun}


def test_of_nothing_there_is_nothing() -> None:
    assert joined([]) == concatenated([]) == Rows()
