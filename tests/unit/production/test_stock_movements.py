"""What else moves stock: shipments out of it and receipts into it (output-reversal, section 2.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.money import ZERO
from domain.production.commands import Receipt, Shipment
from domain.production.consumption import decide_receipt, decide_shipment, measure
from domain.production.model import EntryType, Item, Tracking, Traits
from domain.production.rows import NewEntry, Rows, Take
from domain.refusals import Code, Refusal
from tests.production_examples import BOLT, MARCH, STEEL, books, code_of, steel

pytestmark = pytest.mark.unit

D = Decimal
DAY = date(2026, 2, 20)
LAYER = replace(steel("500", "1500")[1], variant="THIN", location="MAIN", lot="L1", serial="S1")
BARS = replace(STEEL, units={"BAR": D("6.25")})


def shipped(
    quantity: str = "20", *, item: Item = BARS, closed_until: date | None = None, **more: Any
) -> Rows | Refusal:
    line = Shipment("STEEL", D(quantity), **{"variant": "THIN", **more})
    return decide_shipment(line, books(items=[item], stock=[(item, LAYER)], closed_until=closed_until))


def received(
    quantity: str = "20", cost: str = "3.333", *, item: Item = STEEL, closed_until: date | None = None, **more: Any
) -> Rows | Refusal:
    line = Receipt("STEEL", D(quantity), D(cost), **more)
    return decide_receipt(line, books(items=[item], closed_until=closed_until))


SOLD = NewEntry(
    type=EntryType.SALE,
    quantity=D(-20),
    remaining=ZERO,
    traits=Traits(STEEL.id, "THIN", "MAIN", "L1", "S1", unit="KG"),
    date=MARCH,
    cost=D("-60.00"),
    takes=(Take("layer-1", D(20)),),
)


def test_a_shipment_takes_stock_at_its_cost_and_belongs_to_no_order() -> None:
    assert shipped() == Rows((SOLD,))


def test_a_shipment_has_the_day_document_and_unit_typed() -> None:
    traits = replace(SOLD.traits, document="DOC-9", unit="BAR", per_unit=D("6.25"))
    bars = replace(SOLD, quantity=D(-25), cost=D(-75), date=DAY, traits=traits, takes=(Take("layer-1", D(25)),))

    assert shipped("4", unit="BAR", document="DOC-9", date=DAY) == Rows((bars,))


@pytest.mark.parametrize("name", ["variant", "location", "lot", "serial"])
def test_a_shipment_is_taken_from_what_is_named(name: str) -> None:
    there: dict[str, Any] = {name: getattr(LAYER, name)}
    elsewhere: dict[str, Any] = {name: "elsewhere"}

    assert shipped(**there) == Rows((SOLD,))
    assert code_of(shipped(**elsewhere)) == "negative_stock"


@pytest.mark.parametrize("quantity", ["0", "-1", "0.000001"])
def test_a_shipment_is_of_something(quantity: str) -> None:
    assert shipped(quantity) == Refusal(Code.EMPTY_LINE)


def test_what_is_in_the_way_of_a_shipment() -> None:
    blocked = replace(BARS, blocked=True)

    assert shipped(item=replace(BARS, number="IRON")) == Refusal(Code.UNKNOWN_ITEM, facts={"item": "STEEL"})
    assert code_of(shipped(unit="BOX")) == "invalid_value"
    assert code_of(shipped(item=blocked, closed_until=MARCH)) == "item_blocked"
    assert shipped(closed_until=MARCH) == Refusal(Code.PERIOD_CLOSED, facts={"date": "2026-03-02"})
    assert code_of(shipped("501", closed_until=MARCH)) == "period_closed"
    assert code_of(shipped("501")) == "negative_stock"
    assert code_of(shipped("0", item=blocked)) == "empty_line"


def test_a_receipt_is_stock_at_a_cost_of_its_own() -> None:
    entry = NewEntry(
        type=EntryType.POSITIVE_ADJUSTMENT,
        quantity=D(20),
        remaining=D(20),
        traits=Traits(STEEL.id, "THIN", "MAIN", "L1", "S1", document="DOC-9", unit="KG"),
        date=DAY,
        cost=D("66.66"),
    )
    named: dict[str, Any] = {
        "variant": "THIN",
        "location": "MAIN",
        "lot": "L1",
        "serial": "S1",
        "document": "DOC-9",
        "date": DAY,
    }

    assert received(**named) == Rows((entry,))
    assert received() == Rows((replace(entry, traits=Traits(STEEL.id, unit="KG"), date=MARCH),))


def test_a_receipt_costs_in_the_currency_of_the_unit() -> None:
    outcome = decide_receipt(Receipt("STEEL", D(2), D("3.3")), books(currency="JPY"))

    assert isinstance(outcome, Rows)
    assert outcome.entries[0].cost == D(7)


@pytest.mark.parametrize("quantity", ["0", "-1"])
def test_a_receipt_is_of_something(quantity: str) -> None:
    assert received(quantity) == Refusal(Code.EMPTY_LINE)


def test_what_is_in_the_way_of_a_receipt() -> None:
    blocked = replace(STEEL, blocked=True, tracking=Tracking.LOT)

    assert received(item=BOLT) == Refusal(Code.UNKNOWN_ITEM, facts={"item": "STEEL"})
    assert code_of(received(item=blocked, closed_until=MARCH)) == "item_blocked"
    assert received(item=replace(blocked, blocked=False), closed_until=MARCH) == Refusal(
        Code.PERIOD_CLOSED, facts={"date": "2026-03-02"}
    )
    assert isinstance(received(closed_until=DAY), Rows)
    assert code_of(received(closed_until=DAY, date=DAY)) == "period_closed"


@pytest.mark.parametrize(
    ("tracking", "named", "quantity", "accepted"),
    [
        (Tracking.LOT, {}, "2", False),
        (Tracking.LOT, {"lot": "L1"}, "2", True),
        (Tracking.SERIAL, {"lot": "L1"}, "1", False),
        (Tracking.SERIAL, {"serial": "S1"}, "1", True),
        (Tracking.SERIAL, {"serial": "S1"}, "2", False),
    ],
)
def test_a_receipt_of_a_tracked_item_carries_its_lot_or_serial(
    tracking: Tracking, named: dict[str, Any], quantity: str, *, accepted: bool
) -> None:
    outcome = received(quantity, item=replace(STEEL, tracking=tracking), **named)

    assert isinstance(outcome, Rows) is accepted
    assert (outcome == Refusal(Code.TRACKING_MISMATCH)) is not accepted


def test_a_typed_quantity_is_measured_in_base_units() -> None:
    assert measure("STEEL", D(4), "BAR", books=books(items=[BARS])) == (BARS, D(25), D("6.25"))
    assert measure("STEEL", D("0.000005"), None, books=books(items=[BARS])) == (BARS, D("0.00001"), D(1))
