"""A journal is posted line after line in the same books, or refused as a whole (output-reversal, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.production.books import Books
from domain.production.commands import ConsumptionLine, OutputLine, Shipment
from domain.production.consumption import decide_consumption, decide_shipment
from domain.production.journal import Journal, decide_journal
from domain.production.model import Component, Entry, Flushing
from domain.production.posting import decide_output
from domain.refusals import Code, Refusal
from tests.production_examples import BOLT, CONSUMPTION, LINE, OUTPUT, STEEL, books, figures, order_of, steel

pytestmark = pytest.mark.unit

D = Decimal
TEN = OutputLine("RPO-1", operation="20", figures=figures(output=10, run=60))
BACK = OutputLine("RPO-1", operation="20", figures=figures(output=-15), applies_to=OUTPUT.id)
USE = ConsumptionLine("RPO-1", "STEEL", D(20))
GIVE = ConsumptionLine("RPO-1", "STEEL", D(-10), applies_from=CONSUMPTION.id)


def posted(lines: Sequence[OutputLine], found: Books) -> Journal | tuple[Refusal, ...]:
    return decide_journal(lines, found, decide_output)


def consumed(lines: Sequence[ConsumptionLine], found: Books) -> Journal | tuple[Refusal, ...]:
    return decide_journal(lines, found, decide_consumption)


def refused(outcome: Journal | tuple[Refusal, ...]) -> list[tuple[str, str | None]]:
    """Code and place of each refusal."""
    assert not isinstance(outcome, Journal), outcome
    return [(one.code.value, one.subject) for one in outcome]


def test_each_line_has_the_rows_it_wrote() -> None:
    journal = posted([TEN, replace(TEN, operation="10"), TEN], books())

    assert isinstance(journal, Journal)
    assert [(len(rows.entries), len(rows.capacities)) for rows in journal.lines] == [(1, 1), (0, 1), (1, 1)]
    assert [one.with_entry for rows in journal.lines for one in rows.capacities] == [0, None, 1]


def test_each_faulty_line_is_named_by_its_place_and_nothing_is_written() -> None:
    outcome = posted([replace(TEN, operation="30"), TEN, replace(TEN, order="RPO-9")], books())

    assert outcome == (
        Refusal(Code.OPERATION_REQUIRED, "0"),
        Refusal(Code.UNKNOWN_ORDER, "2", {"order": "RPO-9"}),
    )


def test_a_journal_without_lines_writes_nothing() -> None:
    assert posted([], books()) == Journal(())


def test_what_a_line_takes_back_is_gone_for_the_next() -> None:
    found = books(order_of(replace(LINE, finished=D(100))), originals=[OUTPUT])

    assert refused(posted([BACK, BACK, BACK], found)) == [("remaining_too_low", "2")]


def test_what_a_line_closes_is_reversed_for_the_next() -> None:
    whole = replace(BACK, figures=figures(output=-40))
    found = books(order_of(replace(LINE, finished=D(100))), originals=[OUTPUT])

    assert refused(posted([whole, whole], found)) == [("already_reversed", "1")]


def test_several_parts_of_an_original_take_its_cost_exactly() -> None:
    thirds: Entry = replace(OUTPUT, quantity=D(3), remaining=D(3), cost=D(100))
    found = books(order_of(replace(LINE, finished=D(3))), originals=[thirds])

    journal = posted([replace(BACK, figures=figures(output=-1))] * 3, found)

    assert isinstance(journal, Journal)
    entries = [entry for rows in journal.lines for entry in rows.entries]
    assert [(one.cost, one.closes) for one in entries] == [
        (D("-33.33"), False),
        (D("-33.33"), False),
        (D("-33.34"), True),
    ]
    assert found.originals[thirds.id] == replace(
        thirds, remaining=D(0), taken_back=D(3), cost_taken_back=D(100), reversed=True
    )


def test_what_was_taken_back_is_no_longer_finished() -> None:
    found = books(order_of(replace(LINE, finished=D(20))), originals=[OUTPUT])

    assert refused(posted([BACK, BACK], found)) == [("finished_negative", "1")]
    more = books(order_of(replace(LINE, finished=D(20))), originals=[OUTPUT])
    assert isinstance(posted([BACK, TEN, BACK], more), Journal)
    assert more.lines[LINE.id].finished == D(0)


def test_what_a_line_consumes_is_gone_for_the_next() -> None:
    found = books(stock=[steel("50", "150")])

    assert refused(consumed([USE, USE, USE], found)) == [("negative_stock", "2")]
    assert found.lines[LINE.id].consumed == {STEEL.id: D(40)}


def test_uses_of_a_layer_go_on_with_its_cost_where_the_one_before_stopped() -> None:
    found = books(stock=[steel("3", "10", ref="old"), steel("5", "50", ref="new")])

    journal = consumed([replace(USE, quantity=D(1))] * 4, found)

    assert isinstance(journal, Journal)
    assert [rows.entries[0].cost for rows in journal.lines] == [D("-3.33"), D("-3.34"), D("-3.33"), D("-10.00")]
    assert [(one.ref, one.remaining) for one in found.layers_of(STEEL.id)] == [("new", D(4))]


def test_what_a_line_gives_back_can_be_used_by_the_next() -> None:
    found = books(originals=[CONSUMPTION], stock=[steel("2", "6")])

    journal = consumed([GIVE, replace(USE, quantity=D(12))], found)

    assert isinstance(journal, Journal)
    (_, use) = journal.lines
    assert [(take.layer, take.quantity) for take in use.entries[0].takes] == [("layer-1", D(2))]
    assert [(take.layer, take.quantity) for take in use.entries[1].takes] == [(0, D(10))]
    assert found.lines[LINE.id].consumed == {STEEL.id: D(2)}
    assert list(found.layers_of(STEEL.id)) == []


def test_what_a_line_gives_back_is_gone_for_the_next() -> None:
    found = books(originals=[CONSUMPTION])

    assert refused(consumed([GIVE, GIVE, GIVE, GIVE], found)) == [("already_reversed", "3")]
    assert found.originals[CONSUMPTION.id].cost_taken_back == CONSUMPTION.cost


def test_what_a_line_makes_is_a_layer_the_next_can_use() -> None:
    found = books(order_of(replace(LINE, variant=None)))
    posted([replace(TEN, lot="L1", serial="S1")], found)

    (layer,) = found.layers_of(BOLT.id)
    shipment = Shipment("BOLT", D(4), location="MAIN", lot="L1", serial="S1")
    outcome = decide_journal([shipment], found, decide_shipment)

    assert (layer.ref, layer.quantity, layer.remaining, layer.cost, layer.reserved) == (0, D(10), D(10), D(500), D(0))
    assert isinstance(outcome, Journal)
    assert outcome.lines[0].entries[0].cost == D(-200)
    assert [one.remaining for one in found.layers_of(BOLT.id)] == [D(6)]


def test_a_new_layer_is_of_the_variant_place_lot_and_serial_it_was_made_in() -> None:
    found = books()

    posted([replace(TEN, lot="L1", serial="S1")], found)

    (layer,) = found.layers_of(BOLT.id)
    assert (layer.variant, layer.location, layer.lot, layer.serial) == ("ZINC", "MAIN", "L1", "S1")


def test_what_is_taken_back_leaves_its_layer() -> None:
    layer = replace(steel("40", "2000", ref=OUTPUT.id, location="MAIN", variant="ZINC")[1], ref=OUTPUT.id)
    found = books(order_of(replace(LINE, finished=D(40))), originals=[OUTPUT], stock=[(BOLT, layer)])

    posted([BACK], found)

    assert [one.remaining for one in found.layers_of(BOLT.id)] == [D(25)]


def test_what_goes_out_of_an_original_no_longer_remains_of_it() -> None:
    layer = replace(steel("40", "2000", ref=OUTPUT.id)[1], location="MAIN")
    found = books(originals=[OUTPUT], stock=[(BOLT, layer)])

    decide_journal([Shipment("BOLT", D(30))], found, decide_shipment)

    assert found.originals[OUTPUT.id].remaining == D(10)


FORWARD = order_of(replace(LINE, components=(Component(STEEL.id, D(2), Flushing.FORWARD),)))


def test_the_first_line_with_output_flushes_forward_for_all() -> None:
    found = books(FORWARD, stock=[steel("500", "1500")])
    saw = replace(TEN, operation="10")

    journal = posted([saw, saw, replace(saw, figures=figures(output=-20)), saw], found)

    assert isinstance(journal, Journal)
    assert [[one.quantity for one in rows.entries] for rows in journal.lines] == [[D(-200)], [], [], []]


def test_what_an_operation_counted_and_its_status_are_known_to_the_next_line() -> None:
    found = books()
    done = replace(TEN, finished=True)

    assert refused(posted([done, TEN], found)) == [("operation_finished", "1")]
    operation = found.lines[LINE.id].operation("20")
    assert operation is not None
    assert operation.net == figures(output=10, run=60)
    posted([replace(TEN, confirm_finished=True)], found)
    operation = found.lines[LINE.id].operation("20")
    assert operation is not None
    assert operation.net == figures(output=20, run=120)
    assert found.lines[LINE.id].operation("10") == LINE.operation("10")


def test_an_item_is_known_by_its_number() -> None:
    assert books().item_named("BOLT") == BOLT
    assert books().item_named("item-bolt") is None


def test_a_shipment_changes_no_order() -> None:
    found = books(stock=[steel("5", "15")])

    decide_journal([Shipment("STEEL", D(4))], found, decide_shipment)

    assert found.lines == {LINE.id: LINE}
    assert [one.remaining for one in found.layers_of(STEEL.id)] == [D(1)]
