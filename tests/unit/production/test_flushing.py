"""Flushing: which components go out along with output, and how much of them (output-reversal 2.2, step 4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.money import ZERO
from domain.production.flushing import Out, flush, flushed_needs, flushes_at, issue
from domain.production.model import Component, EntryType, Flushing, Operation, OrderLine, Traits
from domain.production.outbound import Need
from domain.production.rows import NewEntry, Take
from domain.production.targets import Target
from domain.refusals import Code, Refusal
from tests.production_examples import (
    BOLT,
    ORDER,
    PACKING,
    SAWING,
    STEEL,
    books,
    code_of,
    figures,
    line,
    order_of,
    steel,
)

pytestmark = pytest.mark.unit

D = Decimal
MIDDLE = Operation("15", SAWING.center)
STEPS = (SAWING, MIDDLE, PACKING)
DAY = date(2026, 2, 3)
OUT = Out(EntryType.CONSUMPTION, DAY, "DOC-9", ORDER.id, "line-1")


def component(flushing: Flushing, quantity_per: str = "2", operation: str | None = None) -> Component:
    return Component(STEEL.id, D(quantity_per), flushing, operation)


BACKWARD, FORWARD, MANUAL = (component(one) for one in (Flushing.BACKWARD, Flushing.FORWARD, Flushing.MANUAL))


def needs(made: OrderLine, operation: str | None, output: str) -> list[tuple[str, Decimal]]:
    return list(flushed_needs(made, operation, D(output)))


@pytest.mark.parametrize(
    ("flushing", "operation", "where"),
    [
        (Flushing.BACKWARD, None, ["20"]),
        (Flushing.FORWARD, None, ["10"]),
        (Flushing.BACKWARD, "15", ["15"]),
        (Flushing.FORWARD, "15", ["15"]),
        (Flushing.MANUAL, None, []),
        (Flushing.MANUAL, "15", []),
    ],
)
def test_a_component_goes_with_its_operation_or_the_default_of_its_flushing(
    flushing: Flushing, operation: str | None, where: Sequence[str]
) -> None:
    made = line(operations=STEPS)

    found = [step.number for step in STEPS if flushes_at(made, component(flushing, operation=operation), step.number)]

    assert found == where


@pytest.mark.parametrize(("flushing", "goes"), [("backward", True), ("forward", True), ("manual", False)])
def test_without_a_routing_the_line_itself_flushes(flushing: str, *, goes: bool) -> None:
    assert flushes_at(line(operations=()), component(Flushing(flushing), operation="20"), None) is goes


def test_backward_is_quantity_per_piece_times_output_each_time() -> None:
    made = line(components=(BACKWARD,), finished=D(30), consumed={STEEL.id: D(60)})

    assert needs(made, "20", "15") == [(STEEL.id, D(30))]
    assert needs(made, "10", "15") == []


@pytest.mark.parametrize(("per_piece", "pieces", "kilos"), [("0.333333", "3", "1"), ("0.000005", "1", "0.00001")])
def test_a_need_has_five_places(per_piece: str, pieces: str, kilos: str) -> None:
    backward = line(components=(component(Flushing.BACKWARD, per_piece),))
    forward = line(components=(component(Flushing.FORWARD, per_piece),), quantity=D(pieces))

    assert needs(backward, "20", pieces) == [(STEEL.id, D(kilos))]
    assert needs(forward, "10", "1") == [(STEEL.id, D(kilos))]


def test_forward_is_the_whole_need_of_the_line_with_the_first_output() -> None:
    made = line(components=(FORWARD,))

    assert needs(made, "10", "1") == [(STEEL.id, D(200))]
    assert needs(made, "20", "1") == []


def test_forward_leaves_out_what_was_consumed_already() -> None:
    assert needs(line(components=(FORWARD,), consumed={STEEL.id: D(60)}), "10", "1") == [(STEEL.id, D(140))]
    assert needs(line(components=(FORWARD,), consumed={STEEL.id: D(500)}), "10", "1") == []
    assert needs(line(components=(FORWARD,), consumed={BOLT.id: D(60)}), "10", "1") == [(STEEL.id, D(200))]


def test_forward_happens_once_while_the_operation_has_output() -> None:
    begun = replace(SAWING, net=figures(output=1))
    only_time = replace(SAWING, net=figures(run=100, scrap=5))
    taken_back = replace(SAWING, net=figures(output=0))

    assert needs(line(components=(FORWARD,), operations=(begun, PACKING)), "10", "5") == []
    assert needs(line(components=(FORWARD,), operations=(only_time, PACKING)), "10", "5") == [(STEEL.id, D(200))]
    assert needs(line(components=(FORWARD,), operations=(taken_back, PACKING)), "10", "5") == [(STEEL.id, D(200))]


def test_without_a_routing_forward_happens_while_nothing_is_finished() -> None:
    made = line(components=(FORWARD,), operations=())

    assert needs(made, None, "5") == [(STEEL.id, D(200))]
    assert needs(replace(made, finished=D("0.5")), None, "5") == []


def test_two_components_of_one_item_are_one_need() -> None:
    made = line(components=(BACKWARD, component(Flushing.BACKWARD, "0.5"), MANUAL))

    assert needs(made, "20", "10") == [(STEEL.id, D(25))]


def test_what_was_consumed_of_an_item_counts_once() -> None:
    twice = (FORWARD, component(Flushing.FORWARD, "0.5"))

    assert needs(line(components=twice, consumed={STEEL.id: D(60)}), "10", "1") == [(STEEL.id, D(190))]
    assert needs(line(components=twice, consumed={STEEL.id: D(250)}), "10", "1") == []


def test_what_another_operation_flushed_is_not_what_this_one_needs() -> None:
    begun = replace(SAWING, net=figures(output=10))
    late = component(Flushing.FORWARD, "0.5", "20")
    forward = line(components=(FORWARD, late), operations=(begun, PACKING), consumed={STEEL.id: D(200)})
    backward = replace(forward, components=(component(Flushing.BACKWARD, "2", "10"), late), consumed={STEEL.id: D(20)})

    for made in (forward, backward):
        assert needs(made, "20", "1") == [(STEEL.id, D(50))]
        more = replace(made, consumed={STEEL.id: made.consumed[STEEL.id] + D(3)})
        assert needs(more, "20", "1") == [(STEEL.id, D(47))]


def test_what_was_flushed_of_another_item_does_not_count() -> None:
    begun = replace(SAWING, net=figures(output=10))
    other = replace(FORWARD, item=BOLT.id)
    late = component(Flushing.FORWARD, "0.5", "20")

    made = line(components=(other, late), operations=(begun, PACKING), consumed={STEEL.id: D(3), BOLT.id: D(200)})

    assert needs(made, "20", "1") == [(STEEL.id, D(47))]


def test_what_is_tied_to_an_operation_without_output_was_not_flushed() -> None:
    late = component(Flushing.FORWARD, "0.5", "20")
    made = line(components=(FORWARD, late), consumed={STEEL.id: D(20)})

    assert needs(made, "20", "1") == [(STEEL.id, D(30))]
    assert needs(replace(made, components=(MANUAL, late)), "20", "1") == [(STEEL.id, D(30))]


def test_forward_and_backward_at_one_operation_are_one_need() -> None:
    both = (component(Flushing.FORWARD, "2", "20"), component(Flushing.BACKWARD, "0.5", "20"))
    begun = replace(PACKING, net=figures(output=10))

    assert needs(line(components=both), "20", "10") == [(STEEL.id, D(205))]
    assert needs(line(components=both, operations=(SAWING, begun)), "20", "10") == [(STEEL.id, D(5))]


def test_without_a_routing_what_was_consumed_counts_once_as_well() -> None:
    both = (FORWARD, BACKWARD)
    made = line(components=both, operations=(), consumed={STEEL.id: D(60)})

    assert needs(made, None, "10") == [(STEEL.id, D(160))]
    assert needs(replace(made, finished=D(10)), None, "10") == [(STEEL.id, D(20))]


def test_nothing_is_flushed_of_what_is_not_needed() -> None:
    made = line(components=(component(Flushing.BACKWARD, "0"), replace(BACKWARD, item=BOLT.id)))

    assert needs(made, "20", "10") == [(BOLT.id, D(20))]


def test_what_is_flushed_is_consumed_on_the_account_of_the_line() -> None:
    made = line(components=(BACKWARD,))
    stock = [steel("15", "45", location="MAIN", lot="L1", serial="S1"), steel("10", "40", ref="layer-2")]

    flushed = flush(Target(ORDER, made), "20", D(10), out=OUT, books=books(order_of(made), stock=stock))

    account = Traits(STEEL.id, order=ORDER.id, line="line-1", document="DOC-9", unit="KG")
    there = replace(account, location="MAIN", lot="L1", serial="S1")
    assert flushed == [
        NewEntry(EntryType.CONSUMPTION, D(-15), ZERO, there, DAY, D(-45), takes=(Take("layer-1", D(15)),)),
        NewEntry(EntryType.CONSUMPTION, D(-5), ZERO, account, DAY, D(-20), takes=(Take("layer-2", D(5)),)),
    ]


def test_each_component_is_flushed_and_the_first_that_is_missing_refuses_all() -> None:
    both = line(components=(BACKWARD, replace(BACKWARD, item=BOLT.id)))
    target = Target(ORDER, both)
    stock = [steel("20", "60")]
    bolts = (BOLT, steel("20", "60", ref="bolts")[1])

    flushed = flush(target, "20", D(10), out=OUT, books=books(stock=[*stock, bolts]))
    refused = flush(target, "20", D(10), out=OUT, books=books(stock=stock))

    assert not isinstance(flushed, Refusal)
    assert [(one.traits.item, one.quantity) for one in flushed] == [(STEEL.id, D(-20)), (BOLT.id, D(-20))]
    assert refused == Refusal(Code.NEGATIVE_STOCK, facts={"item": "BOLT", "quantity": "0"})


def test_a_blocked_item_does_not_go_out() -> None:
    blocked = replace(STEEL, blocked=True)

    outcome = issue(Need(blocked, D(1)), OUT, books(items=[blocked], stock=[steel("5", "15")]))

    assert outcome == Refusal(Code.ITEM_BLOCKED, facts={"item": "STEEL"})
    assert code_of(issue(Need(STEEL, D(6)), OUT, books(stock=[steel("5", "15")]))) == "negative_stock"


def test_an_issue_keeps_the_unit_that_was_typed_and_the_variant() -> None:
    out = Out(EntryType.SALE, DAY, None, unit="BAR", per_unit=D(6))
    below_zero = replace(STEEL, negative_stock=True)

    issued = issue(Need(below_zero, D(12), variant="THIN"), out, books(stock=[steel("5", "15")]))

    traits = Traits(STEEL.id, "THIN", unit="BAR", per_unit=D(6))
    assert issued == [NewEntry(EntryType.SALE, D(-12), D(-12), traits, DAY, D(-36))]


def test_costs_are_in_the_currency_of_the_unit() -> None:
    issued = issue(Need(STEEL, D(1)), OUT, books(stock=[steel("3", "10")], currency="JPY"))

    assert not isinstance(issued, Refusal)
    assert [entry.cost for entry in issued] == [D(-3)]
