"""Outbound use: the oldest layer first, never what is reserved, at the cost of what is taken (output-reversal 2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.catalogue import render
from domain.language import Language
from domain.money import ZERO
from domain.production.outbound import Layer, Need, Portion, take_out
from domain.production.rows import Take
from domain.refusals import Code, Refusal
from tests.production_examples import STEEL, changed

pytestmark = pytest.mark.unit

D = Decimal
OLD = Layer("old", D(10), D(10), D(30), location="MAIN")
NEW = Layer("new", D(10), D(10), D(50), location="MAIN")
BELOW_ZERO = replace(STEEL, negative_stock=True)


def taken(quantity: str, *layers: Layer, **named: Any) -> Sequence[Portion] | Refusal:
    return take_out(Need(STEEL, D(quantity), **named), layers, currency="USD")


def takes(quantity: str, *layers: Layer, **named: Any) -> list[tuple[object, str]]:
    """What was taken of which layer."""
    portions = taken(quantity, *layers, **named)
    assert not isinstance(portions, Refusal), portions
    return [(take.layer, str(take.quantity)) for portion in portions for take in portion.takes]


def test_the_oldest_layer_is_taken_first_and_only_as_much_as_needed() -> None:
    assert takes("4", OLD, NEW) == [("old", "4")]
    assert takes("10", OLD, NEW) == [("old", "10")]
    assert takes("13", OLD, NEW) == [("old", "10"), ("new", "3")]
    assert takes("20", OLD, NEW) == [("old", "10"), ("new", "10")]


def test_what_is_taken_carries_its_cost_along() -> None:
    assert taken("13", OLD, NEW) == (
        Portion("MAIN", None, None, D(13), D("45.00"), (Take("old", D(10)), Take("new", D(3)))),
    )


def test_what_is_reserved_stays() -> None:
    kept = replace(OLD, reserved=D(8))

    assert takes("5", kept, NEW) == [("old", "2"), ("new", "3")]
    assert takes("5", replace(OLD, reserved=D(10)), NEW) == [("new", "5")]


def test_a_used_layer_gives_what_remains_of_it() -> None:
    used = replace(OLD, remaining=D(3))

    assert takes("5", used, NEW) == [("old", "3"), ("new", "2")]


def test_the_cost_of_a_layer_that_was_used_before_goes_on_where_it_stopped() -> None:
    thirds = Layer("old", D(3), D(2), D(10))

    first, both = taken("1", thirds), taken("2", thirds)

    assert first == (Portion(None, None, None, D(1), D("3.34"), (Take("old", D(1)),)),)
    assert both == (Portion(None, None, None, D(2), D("6.67"), (Take("old", D(2)),)),)


@pytest.mark.parametrize("name", ["location", "lot", "serial"])
def test_a_location_lot_or_serial_is_any_where_none_is_named_and_else_exactly_it(name: str) -> None:
    here, there = changed(OLD, **{name: "ONE"}), changed(NEW, **{name: "TWO"})

    assert takes("12", here, there) == [("old", "10"), ("new", "2")]
    assert takes("8", here, there, **{name: "TWO"}) == [("new", "8")]
    assert isinstance(taken("8", here, there, **{name: "THREE"}), Refusal)


def test_a_variant_is_exactly_the_one_named() -> None:
    blue = replace(NEW, variant="BLUE")

    assert takes("5", OLD, blue, variant="BLUE") == [("new", "5")]
    assert takes("5", blue, OLD) == [("old", "5")]


@pytest.mark.parametrize("name", ["location", "lot", "serial"])
def test_what_comes_from_several_places_lots_or_serials_is_a_portion_each(name: str) -> None:
    here, there = changed(OLD, **{name: "ONE"}), changed(NEW, **{name: "TWO"})
    again = changed(NEW, **{name: "ONE"}, ref="again")

    portions = taken("25", here, there, again)

    assert isinstance(portions, tuple)
    assert [(getattr(one, name), str(one.quantity), str(one.cost)) for one in portions] == [
        ("ONE", "15", "55.00"),
        ("TWO", "10", "50.00"),
    ]


def test_too_little_is_refused_with_what_there_is() -> None:
    facts = {"item": "STEEL", "quantity": "19.5", "why": "reserved", "reserved": "0.5"}
    refusal = Refusal(Code.NEGATIVE_STOCK, facts=facts)

    assert taken("20.00001", OLD, replace(NEW, reserved=D("0.5"))) == refusal
    assert taken("1") == Refusal(Code.NEGATIVE_STOCK, facts={"item": "STEEL", "quantity": "0"})


def test_an_item_that_may_go_below_zero_goes_at_todays_cost() -> None:
    need = Need(BELOW_ZERO, D(12), location="MAIN")

    assert take_out(need, [OLD], currency="USD") == (
        Portion("MAIN", None, None, D(12), D("36.00"), (Take("old", D(10)),), uncovered=D(2)),
    )


def test_what_no_layer_covers_goes_out_of_the_place_that_was_named_or_of_none() -> None:
    named = Need(BELOW_ZERO, D(2), location="YARD", lot="L1", serial="S1")
    unnamed = Need(BELOW_ZERO, D(12))

    assert take_out(named, [OLD], currency="USD") == (Portion("YARD", "L1", "S1", D(2), D("6.00"), (), D(2)),)
    assert take_out(unnamed, [OLD], currency="USD") == (
        Portion("MAIN", None, None, D(10), D("30.00"), (Take("old", D(10)),)),
        Portion(None, None, None, D(2), D("6.00"), (), D(2)),
    )


def test_costs_are_rounded_to_the_currency() -> None:
    odd = Layer("old", D(3), D(3), D(10))
    need = Need(replace(BELOW_ZERO, unit_cost=D("3.3")), D(4))

    one, more = (take_out(replace(need, quantity=D(number)), [odd], currency="JPY") for number in (1, 4))

    assert one == (Portion(None, None, None, D(1), D(3), (Take("old", D(1)),)),)
    assert not isinstance(more, Refusal)
    assert more[0].cost == D(13)


def test_layers_after_the_last_one_needed_are_left_alone() -> None:
    def layers() -> Any:
        yield OLD
        raise AssertionError("the need was met")

    assert take_out(Need(STEEL, ZERO), layers(), currency="USD") == ()
    assert take_out(Need(STEEL, D(10)), [OLD, replace(NEW, quantity=ZERO)], currency="USD") == (
        Portion("MAIN", None, None, D(10), D("30.00"), (Take("old", D(10)),)),
    )


def test_where_too_little_is_free_what_is_reserved_is_said() -> None:
    kept = [
        Layer("old", D(5), D(5), D(10), D(3)),
        Layer("new", D(5), D(5), D(10), D(5)),
        Layer("other", D(9), D(9), D(9), D(9), lot="L"),
    ]

    refusal = take_out(Need(STEEL, D(4)), kept[:2], currency="USD")
    of_a_lot = take_out(Need(STEEL, D(4), lot="L"), kept, currency="USD")
    nowhere = take_out(Need(STEEL, D(4), lot="M"), kept, currency="USD")

    assert isinstance(refusal, Refusal)
    assert isinstance(of_a_lot, Refusal)
    assert nowhere == Refusal(Code.NEGATIVE_STOCK, facts={"item": "STEEL", "quantity": "0"})
    assert render(refusal, Language.EN) == "Only 2 of STEEL is free; 8 is reserved."
    assert render(refusal, Language.NB) == "Av STEEL er bare 2 ledig; 8 er reservert."
    assert render(of_a_lot, Language.EN) == "Only 0 of STEEL is free; 9 is reserved."
