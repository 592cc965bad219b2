"""Figures, costs and the things of a factory as they count (output-reversal, section 1)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.money import ZERO
from domain.production.model import FIGURES, CapacityCost, Figures, OperationStatus
from tests.production_examples import LINE, OUTPUT, PACKING, SAWING, WORK, figures, line

pytestmark = pytest.mark.unit

FIVE = figures(setup=1, run=20, stop=300, output=4000, scrap=50000)
ODD = figures(setup=7, run=6, stop=5, output=4, scrap=3)


def test_figures_are_added_each_with_its_own() -> None:
    assert figures(setup=8, run=26, stop=305, output=4004, scrap=50003) == FIVE + ODD
    assert figures(setup=-6, run=14, stop=295, output=3996, scrap=49997) == FIVE - ODD
    assert figures(setup=-1, run=-20, stop=-300, output=-4000, scrap=-50000) == -FIVE


@pytest.mark.parametrize("name", FIGURES)
def test_one_figure_is_enough_to_be_something(name: str) -> None:
    one = figures(**{name: 3})

    assert one
    assert -one
    assert not Figures()
    assert not one - one


@pytest.mark.parametrize("name", FIGURES)
def test_one_figure_below_zero_makes_a_negative_line(name: str) -> None:
    assert (FIVE - figures(**{name: 60000})).any_negative
    assert not FIVE.any_negative
    assert not Figures().any_negative


@pytest.mark.parametrize("name", FIGURES)
def test_what_is_below_zero_is_set_to_zero_and_nothing_else(name: str) -> None:
    negative = figures(**{name: -2})

    assert (FIVE + figures(**{name: -60000})).at_least_zero() == replace(FIVE, **{name: ZERO})
    assert negative.at_least_zero() == Figures()
    assert FIVE.at_least_zero() == FIVE


def test_the_whole_cost_is_direct_and_indirect() -> None:
    cost, other = CapacityCost(Decimal(100), Decimal(7)), CapacityCost(Decimal(30), Decimal(2))

    assert cost.total == Decimal(107)
    assert cost + other == CapacityCost(Decimal(130), Decimal(9))
    assert cost - other == CapacityCost(Decimal(70), Decimal(5))
    assert -cost == CapacityCost(Decimal(-100), Decimal(-7))


@pytest.mark.parametrize(("finished", "remaining"), [("0", "100"), ("99.5", "0.5"), ("100", "0"), ("130", "0")])
def test_what_remains_to_be_made_stops_at_zero(finished: str, remaining: str) -> None:
    assert line(finished=Decimal(finished)).remaining == Decimal(remaining)


def test_the_last_operation_is_the_one_without_a_successor() -> None:
    assert LINE.is_last("20")
    assert not LINE.is_last("10")
    assert not LINE.is_last(None)


def test_a_line_without_a_routing_is_its_own_last_operation() -> None:
    assert line(operations=()).is_last(None)


def test_an_operation_is_known_by_its_number() -> None:
    assert LINE.operation("10") == SAWING
    assert LINE.operation("20") == PACKING
    assert LINE.operation("30") is None
    assert LINE.operation(None) is None


def test_only_the_operation_that_changed_is_another() -> None:
    done = replace(SAWING, status=OperationStatus.FINISHED)

    assert LINE.with_operation(done) == line(operations=(done, PACKING))


def test_what_is_left_is_what_no_reversal_took() -> None:
    assert replace(OUTPUT, taken_back=Decimal(15)).left == Decimal(25)
    assert replace(WORK, taken=figures(run=80, scrap=2)).left == figures(setup=15, run=120, output=40)


def test_nothing_is_left_of_what_typed_lines_took_too_much_of() -> None:
    assert replace(WORK, taken=figures(setup=16, run=230, output=40)).left == figures(scrap=2)
    corrected = replace(WORK, figures=figures(run=-80, scrap=-2))
    assert replace(corrected, taken=figures(run=-30)).left == figures(run=-50, scrap=-2)
    assert replace(corrected, taken=figures(run=-90)).left == figures(scrap=-2)
