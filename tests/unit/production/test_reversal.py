"""Route 2: the exact rows an approval writes (output-reversal 4.2, 4.3 and 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.money import ZERO
from domain.production.model import Basis, CapacityCost, EntryType, Figures, OperationStatus
from domain.production.recall_facts import CapacityPart, Choice, ConsumptionPart, Heading, OtherPart, OutputPart, Part
from domain.production.reversal import Reversal, asked_quantity, figures_taken, rows_of
from domain.production.rows import NewCapacity, NewEntry, Rows
from tests.production_examples import (
    BOLT,
    CONSUMPTION,
    FEBRUARY,
    OF_LINE,
    ORDER,
    OUTPUT,
    SALE,
    SAWN,
    STOP,
    WORK,
    figures,
)

pytestmark = pytest.mark.unit

D = Decimal
PART = OutputPart(OUTPUT, BOLT, ORDER, WORK, STOP)
WHOLE = Choice(OUTPUT.id, Heading.OUTPUT)
DAY_AFTER = FEBRUARY + timedelta(days=1)


def next_day(day: date) -> date:
    return day + timedelta(days=1)


def rows(part: Part = PART, quantity: str | None = None, *, currency: str = "USD", **given: str) -> Rows:
    """What taking a part back writes, a day after its original."""
    chosen = {name: D(value) for name, value in given.items()}
    choice = Choice("subject", Heading.OUTPUT, None if quantity is None else D(quantity), **chosen)
    return rows_of(part, Reversal(choice, next_day, currency))


TAKEN = NewEntry(
    type=EntryType.OUTPUT,
    quantity=D(-40),
    remaining=ZERO,
    traits=OF_LINE,
    date=DAY_AFTER,
    cost=D(-2000),
    expected=True,
    applies_to=OUTPUT.id,
    closes=True,
)
WORK_TAKEN = NewCapacity(
    order=ORDER.id,
    line="line-1",
    operation="20",
    figures=figures(setup=-15, run=-200, output=-40, scrap=-2),
    cost=CapacityCost(D("-150.00"), D("-22.00")),
    date=DAY_AFTER,
    document="DOC-1",
    with_entry=0,
    reverses=WORK.id,
    closes=True,
)
STOP_TAKEN = replace(WORK_TAKEN, figures=figures(stop=-7), cost=CapacityCost(), reverses=STOP.id)
IN_PROGRESS = {("line-1", "20"): OperationStatus.IN_PROGRESS}


def test_a_whole_output_takes_its_work_and_its_stop_along() -> None:
    assert rows() == Rows((TAKEN,), (WORK_TAKEN, STOP_TAKEN), IN_PROGRESS)
    assert rows(quantity="40") == rows()


def test_a_part_takes_run_time_in_proportion_and_nothing_that_happened_once() -> None:
    assert rows(quantity="15") == Rows(
        (replace(TAKEN, quantity=D(-15), cost=D("-750.00"), closes=False),),
        (
            replace(
                WORK_TAKEN,
                figures=figures(run=-75, output=-15),
                cost=CapacityCost(D("-52.33"), D("-7.67")),
                closes=False,
            ),
        ),
        IN_PROGRESS,
    )


def test_the_closing_reversal_takes_all_that_is_left() -> None:
    entry = replace(OUTPUT, remaining=D(25), taken_back=D(15), cost_taken_back=D("749.99"))
    work = replace(WORK, taken=figures(run=75, output=15, scrap=1), cost_taken=CapacityCost(D("52.33"), D("7.67")))

    written = rows(replace(PART, entry=entry, capacity=work), "25")

    assert written.entries == (replace(TAKEN, quantity=D(-25), cost=D("-1250.01")),)
    assert written.capacities == (
        replace(
            WORK_TAKEN,
            figures=figures(setup=-15, run=-125, output=-25, scrap=-1),
            cost=CapacityCost(D("-97.67"), D("-14.33")),
        ),
        STOP_TAKEN,
    )


def test_an_output_without_work_is_its_entry_alone() -> None:
    assert rows(replace(PART, capacity=None, stop=None)) == Rows((TAKEN,))


def test_work_without_a_stop_leaves_no_row_for_it() -> None:
    assert rows(replace(PART, stop=None)).capacities == (WORK_TAKEN,)


def test_a_stop_that_was_taken_back_alone_is_left_out() -> None:
    assert rows(replace(PART, stop=replace(STOP, reversed=True))).capacities == (WORK_TAKEN,)
    part_taken = replace(STOP, taken=figures(stop=3))
    assert rows(replace(PART, stop=part_taken)).capacities[1].figures == figures(stop=-4)
    too_much = replace(STOP, taken=figures(stop=9))
    assert rows(replace(PART, stop=too_much)).capacities[1].figures == Figures()


def test_each_row_has_the_day_that_follows_from_its_own_original() -> None:
    written = rows(
        replace(PART, capacity=replace(WORK, date=date(2026, 1, 5)), stop=replace(STOP, date=date(2026, 1, 7)))
    )

    assert [one.date for one in written.capacities] == [date(2026, 1, 6), date(2026, 1, 8)]
    assert written.entries[0].date == DAY_AFTER


def test_money_is_rounded_to_the_currency() -> None:
    written = rows(quantity="15", currency="JPY")

    assert written.entries[0].cost == D(-750)
    assert written.capacities[0].cost == CapacityCost(D(-52), D(-8))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"run": "60"}, figures(run=60, output=15)),
        ({"run": "0"}, figures(output=15)),
        ({"setup": "5"}, figures(setup=5, run=75, output=15)),
        ({"scrap": "1"}, figures(run=75, output=15, scrap=1)),
        ({"setup": "15", "run": "1", "scrap": "2"}, figures(setup=15, run=1, output=15, scrap=2)),
    ],
)
def test_figures_that_are_given_are_taken_as_given(given: dict[str, Any], taken: Figures) -> None:
    (work,) = rows(quantity="15", **given).capacities

    assert -work.figures == taken


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"run": "60"}, figures(setup=15, run=60, output=40, scrap=2)),
        ({"setup": "0"}, figures(run=200, output=40, scrap=2)),
        ({"scrap": "0"}, figures(setup=15, run=200, output=40)),
    ],
)
def test_given_figures_go_before_what_is_left_as_well(given: dict[str, Any], taken: Figures) -> None:
    assert -rows(**given).capacities[0].figures == taken


def taking(quantity: str, *, closes: bool = False, **changes: Any) -> Figures:
    return figures_taken(replace(WORK, **changes), D(40), D(quantity), WHOLE, closes=closes)


def test_run_time_in_proportion_has_five_places() -> None:
    assert taking("7", figures=figures(run=100)) == figures(run="17.5", output=7)
    assert taking("1", figures=figures(run="0.0002")) == figures(run="0.00001", output=1)


def test_no_more_time_is_taken_than_typed_lines_left() -> None:
    assert taking("15", taken=figures(run=150)) == figures(run=50, output=15)
    assert taking("15", taken=figures(run=230)) == figures(output=15)
    assert taking("15", closes=True, taken=figures(setup=20, run=230, scrap=5)) == figures(output=15)


def test_what_was_typed_below_zero_beside_good_pieces_is_taken_back_as_well() -> None:
    corrected = figures(setup=15, run=-80, output=40, scrap=-2)

    assert taking("10", figures=corrected) == figures(run=-20, output=10)
    assert taking("30", closes=True, figures=corrected, taken=figures(run=-20, output=10)) == (
        figures(setup=15, run=-60, output=30, scrap=-2)
    )


def test_pieces_scrapped_by_mistake_leave_no_cost_behind() -> None:
    by_pieces = replace(WORK.center, basis=Basis.UNITS)
    work = replace(WORK, center=by_pieces, figures=figures(output=40, scrap=-2), cost=CapacityCost(D(38), D(0)))

    (back,) = rows(replace(PART, capacity=work, stop=None)).capacities

    assert (back.figures, back.cost) == (-work.figures, -work.cost)


def test_of_a_stop_that_typed_lines_took_in_part_the_rest_is_taken() -> None:
    stop = replace(STOP, taken=figures(stop=5))

    assert rows(CapacityPart(stop, ORDER, of_output=False)).capacities[0].figures == figures(stop=-2)


def test_work_that_cost_nothing_takes_no_cost_back() -> None:
    free = replace(PART, capacity=replace(WORK, cost=CapacityCost(), cost_taken=CapacityCost(D(5))))

    assert rows(free).capacities[0].cost == CapacityCost()


def test_work_alone_is_negated_as_it_is() -> None:
    sawn = replace(SAWN, figures=figures(setup=15, run=200, stop=3, output=40, scrap=2))

    written = rows(CapacityPart(sawn, ORDER, of_output=False))

    assert written == Rows(
        (),
        (replace(WORK_TAKEN, operation="10", figures=-sawn.figures, with_entry=None, reverses=SAWN.id),),
    )


def test_a_stop_alone_is_negated_free_of_cost() -> None:
    assert rows(CapacityPart(STOP, ORDER, of_output=False)).capacities == (replace(STOP_TAKEN, with_entry=None),)


def test_a_consumption_is_given_back_whole_at_its_exact_cost() -> None:
    entry = NewEntry(
        type=EntryType.CONSUMPTION,
        quantity=D(30),
        remaining=D(30),
        traits=CONSUMPTION.traits,
        date=DAY_AFTER,
        cost=D("100.01"),
        applies_from=CONSUMPTION.id,
        closes=True,
    )

    assert rows(ConsumptionPart(CONSUMPTION, ORDER)) == Rows((entry,))


def test_of_a_consumption_given_back_in_part_the_rest_is_given_back() -> None:
    part = replace(CONSUMPTION, taken_back=D(-10), cost_taken_back=D("-33.33"))

    (entry,) = rows(ConsumptionPart(part, ORDER)).entries

    assert (entry.quantity, entry.remaining, entry.cost, entry.closes) == (D(20), D(20), D("66.68"), True)


def test_what_is_not_recallable_writes_nothing() -> None:
    assert rows(OtherPart(SALE)) == Rows()


def test_the_whole_entry_is_asked_for_where_no_quantity_is_given() -> None:
    assert asked_quantity(PART, WHOLE) == D(40)
    assert asked_quantity(PART, replace(WHOLE, quantity=D(15))) == D(15)


@pytest.mark.parametrize("parts", [["40"], ["15", "25"], ["13", "13", "14"], ["0.00001", "39.99999"], ["1"] * 40])
def test_reversals_of_a_whole_output_sum_to_nothing_to_the_cent(parts: list[str]) -> None:
    entry = replace(OUTPUT, cost=D("1999.99"))
    work = replace(WORK, cost=CapacityCost(D("100.01"), D("33.37")))
    taken = CapacityCost()
    for quantity in parts:
        written = rows(replace(PART, entry=entry, capacity=work, stop=None), quantity)
        (back,), (counted,) = written.entries, written.capacities
        entry = replace(
            entry,
            remaining=entry.remaining + back.quantity,
            taken_back=entry.taken_back - back.quantity,
            cost_taken_back=entry.cost_taken_back - back.cost,
        )
        work = replace(work, taken=work.taken - counted.figures, cost_taken=work.cost_taken - counted.cost)
        taken += counted.cost

    assert entry.cost_taken_back == entry.cost
    assert entry.left == ZERO
    assert not work.left
    assert taken == -work.cost
