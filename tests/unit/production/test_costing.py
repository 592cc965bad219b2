"""Money of production: what a posting costs, and the exact cost a reversal takes (output-reversal, section 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.money import ZERO
from domain.production.costing import (
    capacity_cost,
    cost_of_take,
    counted,
    output_cost,
    share_of_capacity,
    share_of_entry,
)
from domain.production.model import Basis, CapacityCost, Center, Figures
from domain.production.outbound import Layer
from tests.production_examples import CONSUMPTION, OUTPUT, STOP, WORK, figures

pytestmark = pytest.mark.unit

D = Decimal
ALL = figures(setup=15, run=200, stop=7, output=40, scrap=2)
BY_TIME = Center("100", D("1.2"))
BY_PIECES = replace(BY_TIME, basis=Basis.UNITS)


def thirds(remaining: Decimal | int = 3, taken_back: Decimal = ZERO, cost_taken_back: Decimal = ZERO) -> Layer:
    """Three pieces at a cost of ten."""
    return Layer("old", D(3), D(remaining), D(10), taken_back=taken_back, cost_taken_back=cost_taken_back)


def test_time_is_setup_and_run_and_a_stop_costs_nothing() -> None:
    assert counted(BY_TIME, ALL) == D(215)
    assert capacity_cost(BY_TIME, figures(stop=60), currency="USD") == CapacityCost(ZERO, ZERO)


def test_pieces_are_good_and_scrapped() -> None:
    assert counted(BY_PIECES, ALL) == D(42)


@pytest.mark.parametrize(("center", "cost"), [(BY_TIME, "258.00"), (BY_PIECES, "50.40")])
def test_work_costs_its_units_at_the_cost_of_the_center(center: Center, cost: str) -> None:
    assert capacity_cost(center, ALL, currency="USD") == CapacityCost(D(cost), ZERO)


def test_the_indirect_part_is_what_overhead_and_percentage_add() -> None:
    center = replace(BY_TIME, unit_cost=D("1.37"), overhead_rate=D("0.17"), indirect_percent=D(20))

    assert capacity_cost(center, figures(run=100), currency="USD") == CapacityCost(D("100.00"), D("37.00"))


@pytest.mark.parametrize(("currency", "direct", "indirect"), [("USD", "0.91", "0.09"), ("JPY", "1", "0")])
def test_the_direct_part_is_rounded_and_the_indirect_is_the_rest(currency: str, direct: str, indirect: str) -> None:
    center = Center("100", D(1), indirect_percent=D(10))

    assert capacity_cost(center, figures(setup=1), currency=currency) == CapacityCost(D(direct), D(indirect))


def test_output_is_expected_to_cost_what_the_item_costs_today() -> None:
    assert output_cost(D(3), D("16.667"), currency="USD") == D("50.00")
    assert output_cost(D(3), D("16.667"), currency="JPY") == D(50)


def test_a_part_of_an_entry_takes_its_share_rounded() -> None:
    entry = replace(OUTPUT, quantity=D(3), remaining=D(3), cost=D(100))

    assert share_of_entry(entry, D(1), currency="USD") == D("33.33")
    assert share_of_entry(entry, D(2), currency="USD") == D("66.67")
    assert share_of_entry(entry, D(1), currency="JPY") == D(33)


def test_the_closing_reversal_takes_what_earlier_ones_left() -> None:
    entry = replace(OUTPUT, quantity=D(3), remaining=D(1), cost=D(100), taken_back=D(2), cost_taken_back=D("66.67"))

    assert share_of_entry(entry, D(1), currency="USD") == D("33.33")
    assert share_of_entry(replace(entry, cost_taken_back=D("70.00")), D(1), currency="USD") == D("30.00")


def test_a_revalued_original_is_taken_back_at_its_new_value() -> None:
    revalued = replace(OUTPUT, cost=D("2400.40"))

    assert share_of_entry(revalued, D(10), currency="USD") == D("600.10")
    assert share_of_entry(revalued, D(40), currency="USD") == D("2400.40")


def test_consumption_is_shared_by_the_same_rule() -> None:
    assert share_of_entry(CONSUMPTION, D(-10), currency="USD") == D("-33.34")
    assert share_of_entry(CONSUMPTION, D(-30), currency="USD") == D("-100.01")


def test_work_is_taken_back_by_time_direct_and_indirect_likewise() -> None:
    assert share_of_capacity(WORK, figures(run=43, output=9), currency="USD") == CapacityCost(D("30.00"), D("4.40"))
    assert share_of_capacity(WORK, figures(setup=43), currency="USD") == CapacityCost(D("30.00"), D("4.40"))


def test_work_that_costs_by_pieces_is_taken_back_by_pieces() -> None:
    row = replace(WORK, center=BY_PIECES)

    assert share_of_capacity(row, figures(run=200, output=20, scrap=1), currency="USD") == CapacityCost(D(75), D(11))


def test_the_whole_share_is_rounded_and_the_indirect_is_the_rest_of_it() -> None:
    row = replace(WORK, figures=figures(run=3), cost=CapacityCost(D(50), D(50)))

    assert share_of_capacity(row, figures(run=1), currency="USD") == CapacityCost(D("16.67"), D("16.66"))
    assert share_of_capacity(row, figures(run=1), currency="JPY") == CapacityCost(D(17), D(16))


def test_when_no_time_is_left_all_that_is_left_of_the_cost_is_taken() -> None:
    row = replace(WORK, taken=figures(run=172), cost_taken=CapacityCost(D("119.99"), D("17.61")))

    last = share_of_capacity(row, figures(setup=15, run=28), currency="USD")

    assert last == CapacityCost(D("30.01"), D("4.39"))


def test_when_time_is_left_the_cost_is_a_share_whatever_was_taken_before() -> None:
    row = replace(WORK, taken=figures(run=100), cost_taken=CapacityCost(D(1), D(1)))

    assert share_of_capacity(row, figures(run=43), currency="USD") == CapacityCost(D("30.00"), D("4.40"))


def test_work_without_time_has_no_share() -> None:
    assert share_of_capacity(STOP, Figures(), currency="USD") == CapacityCost()
    odd = replace(WORK, figures=figures(setup=10, run=-10, output=4))
    assert share_of_capacity(odd, figures(run=-5, output=1), currency="USD") == CapacityCost(ZERO, ZERO)


def test_time_that_typed_lines_took_too_much_of_hides_none_that_is_left() -> None:
    row = replace(WORK, taken=figures(run=215), cost_taken=CapacityCost(D("149.00"), D("21.00")))

    assert share_of_capacity(row, figures(output=15), currency="USD") == CapacityCost()
    assert share_of_capacity(row, figures(setup=15, output=25), currency="USD") == CapacityCost(D(1), D(1))


def test_the_uses_of_a_layer_sum_to_its_cost_however_it_is_cut() -> None:
    cuts, used, taken = [D("0.7"), D("1.1"), D("0.2"), D("0.99999"), D("0.00001")], ZERO, []
    for cut in cuts:
        taken.append(cost_of_take(thirds(remaining=3 - used), cut, currency="USD"))
        used += cut

    assert used == D(3)
    assert taken == [D("2.33"), D("3.67"), D("0.67"), D("3.33"), ZERO]
    assert sum(taken) == D(10)


def test_a_use_is_rounded_to_the_currency() -> None:
    assert cost_of_take(thirds(), D(1), currency="JPY") == D(3)
    assert cost_of_take(thirds(remaining=2), D(1), currency="JPY") == D(4)


def test_a_use_after_reversals_takes_the_cost_they_left() -> None:
    layer = thirds(remaining=1, taken_back=D(2), cost_taken_back=D("6.66"))

    assert cost_of_take(layer, D(1), currency="USD") == D("3.34")


def test_a_reversal_of_what_uses_left_takes_the_cost_they_left() -> None:
    entry = replace(OUTPUT, quantity=D(2), remaining=D(1), cost=D("0.01"))

    assert share_of_entry(entry, D(1), currency="USD") == ZERO


def test_no_part_takes_more_than_is_left_of_the_cost() -> None:
    entry = replace(OUTPUT, quantity=D(10), remaining=D(4), cost=D("0.05"), taken_back=D(6), cost_taken_back=D("0.05"))
    consumed = replace(CONSUMPTION, quantity=D(-10), cost=D("-0.05"), taken_back=D(-6), cost_taken_back=D("-0.05"))

    assert share_of_entry(entry, D(1), currency="USD") == ZERO
    assert share_of_entry(consumed, D(-1), currency="USD") == ZERO
    assert cost_of_take(entry, D(2), currency="USD") == ZERO
