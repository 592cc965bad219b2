"""The rows an output line writes (output-reversal 2.2 and 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.money import ZERO
from domain.periods import Periods
from domain.production.books import Desk
from domain.production.commands import OutputLine
from domain.production.model import (
    CapacityCost,
    Component,
    EntryType,
    Figures,
    Flushing,
    Item,
    OperationStatus,
    Order,
    Tracking,
    Traits,
)
from domain.production.posting import decide_output, is_tracked, posting_day
from domain.production.rows import NewCapacity, NewEntry, Rows, Take
from tests.production_examples import (
    BOLT,
    FEBRUARY,
    LINE,
    MARCH,
    ORDER,
    OUTPUT,
    SAW,
    SAWING,
    STEEL,
    WITHOUT_ROUTING,
    books,
    figures,
    order_of,
    steel,
)

pytestmark = pytest.mark.unit

D = Decimal
DAY = date(2026, 2, 20)
TYPED = OutputLine("RPO-1", operation="20", figures=figures(setup=15, run=200, output=40, scrap=2))
PACKED = NewCapacity(
    order=ORDER.id,
    line=LINE.id,
    operation="20",
    figures=TYPED.figures,
    cost=CapacityCost(D("172.00"), ZERO),
    date=MARCH,
    document=None,
    with_entry=0,
)
MADE = NewEntry(
    type=EntryType.OUTPUT,
    quantity=D(40),
    remaining=D(40),
    traits=Traits(BOLT.id, "ZINC", "MAIN", order=ORDER.id, line=LINE.id),
    date=MARCH,
    cost=D(2000),
    expected=True,
)
IN_PROGRESS = {(LINE.id, "20"): OperationStatus.IN_PROGRESS}


def rows(line: OutputLine, order: Order = ORDER, **more: Any) -> Rows:
    outcome = decide_output(line, books(order, **more))
    assert isinstance(outcome, Rows), outcome
    return outcome


def test_the_last_operation_writes_what_was_typed_and_an_open_output() -> None:
    assert rows(TYPED) == Rows((MADE,), (PACKED,), IN_PROGRESS)


def test_an_earlier_operation_writes_only_what_was_typed() -> None:
    sawn = replace(PACKED, operation="10", cost=CapacityCost(D("258.00"), ZERO), with_entry=None)

    assert rows(replace(TYPED, operation="10")) == Rows((), (sawn,), {(LINE.id, "10"): OperationStatus.IN_PROGRESS})


def test_scrap_and_time_alone_move_no_stock() -> None:
    written = rows(replace(TYPED, figures=figures(run=30, scrap=2)))

    assert written.entries == ()
    assert [(one.figures, one.with_entry) for one in written.capacities] == [(figures(run=30, scrap=2), None)]


def test_a_stop_is_a_row_of_its_own_before_the_other_and_costs_nothing() -> None:
    written = rows(replace(TYPED, figures=TYPED.figures + figures(stop=7)))

    stop = replace(PACKED, figures=figures(stop=7), cost=CapacityCost(ZERO, ZERO))
    assert written == Rows((MADE,), (stop, PACKED), IN_PROGRESS)


def test_a_line_with_stop_time_only_ends_there() -> None:
    written = rows(replace(TYPED, figures=figures(stop=7), finished=True))

    stop = replace(PACKED, figures=figures(stop=7), cost=CapacityCost(ZERO, ZERO), with_entry=None)
    assert written == Rows((), (stop,), {})


def test_an_operation_is_finished_if_ticked() -> None:
    assert rows(replace(TYPED, finished=True)).statuses == {(LINE.id, "20"): OperationStatus.FINISHED}


def test_a_line_without_a_routing_writes_its_output_only() -> None:
    assert rows(replace(TYPED, operation=None), WITHOUT_ROUTING) == Rows((MADE,))


def test_rows_carry_day_document_lot_and_serial() -> None:
    written = rows(replace(TYPED, date=DAY, document="DOC-9", lot="L1", serial="S1"))

    traits = replace(MADE.traits, lot="L1", serial="S1", document="DOC-9")
    assert written.entries == (replace(MADE, traits=traits, date=DAY),)
    assert written.capacities == (replace(PACKED, date=DAY, document="DOC-9"),)


def test_another_unit_is_turned_into_base_units_and_both_are_kept() -> None:
    boxes = replace(TYPED, unit="BOX", figures=figures(setup=15, run=200, output=2, scrap="0.5"))

    written = rows(boxes)

    (entry,), (capacity,) = written.entries, written.capacities
    assert (entry.quantity, entry.traits.unit, entry.traits.per_unit) == (D(24), "BOX", D(12))
    assert capacity.figures == figures(setup=15, run=200, output=24, scrap=6)


def test_the_unit_is_the_base_unit_of_the_item_where_none_is_typed() -> None:
    order = order_of(replace(LINE, item=STEEL.id))

    (entry,) = rows(TYPED, order).entries

    assert (entry.traits.item, entry.traits.unit, entry.traits.per_unit) == (STEEL.id, "KG", D(1))


def test_money_is_in_the_currency_of_the_unit() -> None:
    odd: list[Item] = [replace(BOLT, unit_cost=D("0.33"))]

    written = rows(replace(TYPED, figures=figures(output=5, run=7)), items=odd, currency="JPY")

    assert written.entries[0].cost == D(2)
    assert written.capacities[0].cost.total == D(6)


def flushing(kind: Flushing, operation: str | None = None) -> Order:
    return order_of(replace(LINE, components=(Component(STEEL.id, D(2), kind, operation),)))


def test_flushed_material_is_consumed_before_the_output_it_goes_into() -> None:
    line = replace(TYPED, date=DAY, document="DOC-9")

    written = rows(line, flushing(Flushing.BACKWARD), stock=[steel("500", "1500", location="MAIN")])

    consumed = NewEntry(
        type=EntryType.CONSUMPTION,
        quantity=D(-80),
        remaining=ZERO,
        traits=Traits(STEEL.id, location="MAIN", order=ORDER.id, line=LINE.id, document="DOC-9", unit="KG"),
        date=DAY,
        cost=D(-240),
        takes=(Take("layer-1", D(80)),),
    )
    assert written.entries[0] == consumed
    assert [one.type for one in written.entries] == [EntryType.CONSUMPTION, EntryType.OUTPUT]
    assert [one.with_entry for one in written.capacities] == [1]


def test_an_earlier_operation_flushes_what_is_tied_to_it() -> None:
    stock = [steel("500", "1500")]
    line = replace(TYPED, operation="10")

    written = rows(line, flushing(Flushing.BACKWARD, "10"), stock=stock)

    assert [(one.type, one.quantity) for one in written.entries] == [(EntryType.CONSUMPTION, D(-80))]
    assert [one.with_entry for one in written.capacities] == [None]
    assert rows(line, flushing(Flushing.BACKWARD), stock=stock).entries == ()


@pytest.mark.parametrize("kind", [Flushing.BACKWARD, Flushing.FORWARD])
@pytest.mark.parametrize("typed", [figures(output=-5), figures(run=60), figures(scrap=5)])
def test_without_good_pieces_nothing_is_flushed(kind: Flushing, typed: Figures) -> None:
    line = replace(TYPED, operation="10", figures=typed)

    written = rows(line, flushing(kind, "10"), stock=[steel("500", "1500")])

    assert written.entries == ()


def test_a_place_among_new_entries_counts_through_the_journal() -> None:
    (capacity,) = rows(TYPED, written=3).capacities

    assert capacity.with_entry == 3


BACK = OutputLine("RPO-1", operation="20", figures=figures(run=-75, output=-15), applies_to=OUTPUT.id)
HALF_DONE = order_of(replace(LINE, finished=D(40)))


def test_a_negative_line_takes_back_at_the_original_cost_and_what_was_typed() -> None:
    revalued = replace(OUTPUT, cost=D("2200.04"))

    written = rows(replace(BACK, document="DOC-9"), HALF_DONE, originals=[revalued])

    entry = NewEntry(
        type=EntryType.OUTPUT,
        quantity=D(-15),
        remaining=ZERO,
        traits=replace(MADE.traits, document="DOC-9"),
        date=FEBRUARY,
        cost=D("-825.02"),
        expected=True,
        applies_to=OUTPUT.id,
    )
    typed = replace(PACKED, figures=BACK.figures, cost=CapacityCost(D("-60.00"), ZERO), date=FEBRUARY, document="DOC-9")
    assert written == Rows((entry,), (typed,), IN_PROGRESS)


def test_typed_work_is_unlinked_and_at_todays_cost_of_its_center() -> None:
    dearer = replace(LINE, finished=D(40)).with_operation(replace(SAWING, number="20", center=SAW))

    (typed,) = rows(BACK, order_of(dearer), originals=[OUTPUT]).capacities

    assert typed.cost == CapacityCost(D("-90.00"), ZERO)
    assert (typed.reverses, typed.closes) == (None, False)


def test_without_a_name_the_one_output_of_the_lot_is_taken_back() -> None:
    of_lot = replace(OUTPUT, traits=replace(OUTPUT.traits, lot="L1"))
    used = replace(of_lot, id="entry-9", remaining=D(14))

    (entry,) = rows(replace(BACK, applies_to=None, lot="L1"), HALF_DONE, originals=[used, of_lot]).entries

    assert entry.applies_to == OUTPUT.id


@pytest.mark.parametrize(
    ("taken_back", "cost", "closes"), [("0", "0", False), ("24", "1200.01", False), ("25", "1250.01", True)]
)
def test_a_line_closes_its_original_once_its_whole_quantity_is_taken_back(
    taken_back: str, cost: str, *, closes: bool
) -> None:
    original = replace(OUTPUT, remaining=40 - D(taken_back), taken_back=D(taken_back), cost_taken_back=D(cost))

    (entry,) = rows(BACK, HALF_DONE, originals=[original]).entries

    assert entry.closes is closes
    assert entry.cost == (D("-749.99") if closes else D("-750.00"))


def test_the_original_cost_is_rounded_to_the_currency() -> None:
    (entry,) = rows(BACK, HALF_DONE, originals=[replace(OUTPUT, cost=D(1999))], currency="JPY").entries

    assert entry.cost == D(-750)


def test_the_day_is_the_one_given_else_the_originals_if_open_else_today() -> None:
    closed = Desk(MARCH, "USD", periods=Periods(FEBRUARY))
    open_days = Desk(MARCH, "USD")

    assert posting_day(DAY, OUTPUT, open_days) == DAY
    assert posting_day(DAY, OUTPUT, closed) == DAY
    assert posting_day(None, OUTPUT, open_days) == FEBRUARY
    assert posting_day(None, OUTPUT, closed) == MARCH
    assert posting_day(None, None, open_days) == MARCH


def test_an_original_of_a_closed_day_is_taken_back_today() -> None:
    written = rows(BACK, HALF_DONE, originals=[OUTPUT], closed_until=FEBRUARY)

    assert [one.date for one in written.entries] == [one.date for one in written.capacities] == [MARCH]


@pytest.mark.parametrize(("quantity", "is_one"), [("-1", True), ("0", True), ("1", True), ("2", False), ("-2", False)])
def test_a_serial_number_is_one_piece(quantity: str, *, is_one: bool) -> None:
    serial = replace(BOLT, tracking=Tracking.SERIAL)

    assert is_tracked(serial, D(quantity), lot=None, serial="S1") is is_one
