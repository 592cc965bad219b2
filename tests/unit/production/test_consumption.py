"""The consumption journal: what is used, and what is given back (output-reversal 2.2, 3 and 4.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from domain.money import ZERO
from domain.production.commands import ConsumptionLine
from domain.production.consumption import decide_consumption, give_back
from domain.production.model import Entry, EntryType, Item, OrderStatus, Traits
from domain.production.rows import NewEntry, Rows, Take
from domain.refusals import Code, Refusal
from tests.production_examples import (
    BOLT,
    CONSUMPTION,
    FEBRUARY,
    LINE,
    MARCH,
    ORDER,
    STEEL,
    books,
    code_of,
    order_of,
    steel,
)

pytestmark = pytest.mark.unit

D = Decimal
DAY = date(2026, 2, 20)
BARS = replace(STEEL, units={"BAR": D("6.25")})
USE = ConsumptionLine("RPO-1", "STEEL", D(20))
GIVE = ConsumptionLine("RPO-1", "STEEL", D(-10), applies_from=CONSUMPTION.id)


@dataclass(frozen=True, slots=True)
class Posting:
    """A line that may be posted, and what could be otherwise."""

    line: ConsumptionLine = USE
    status: OrderStatus = OrderStatus.RELEASED
    item: Item = BARS
    original: Entry = CONSUMPTION
    closed_until: date | None = None
    needs_approval: bool = False
    kilos: str = "500"
    currency: str = "USD"

    def typed(self, **changes: Any) -> Posting:
        return replace(self, line=replace(self.line, **changes))

    def outcome(self) -> Rows | Refusal:
        return decide_consumption(
            self.line,
            books(
                order_of(LINE, status=self.status),
                items=[BOLT, self.item],
                originals=[self.original],
                stock=[steel(self.kilos, "1500", location="MAIN", lot="L1", serial="S1")],
                closed_until=self.closed_until,
                needs_approval=self.needs_approval,
                currency=self.currency,
            ),
        )

    def entry(self) -> NewEntry:
        rows = self.outcome()
        assert isinstance(rows, Rows), rows
        (entry,) = rows.entries
        assert rows == Rows((entry,))
        return entry


USING, GIVING = Posting(), Posting(GIVE)
USED = NewEntry(
    type=EntryType.CONSUMPTION,
    quantity=D(-20),
    remaining=ZERO,
    traits=Traits(STEEL.id, None, "MAIN", "L1", "S1", ORDER.id, LINE.id, None, "KG"),
    date=MARCH,
    cost=D("-60.00"),
    takes=(Take("layer-1", D(20)),),
)


def test_what_is_consumed_is_taken_from_stock_for_the_line() -> None:
    assert USING.entry() == USED


def test_document_day_and_unit_are_those_typed() -> None:
    typed = USING.typed(document="DOC-9", date=DAY, unit="BAR", quantity=D(4)).entry()

    traits = replace(USED.traits, document="DOC-9", unit="BAR", per_unit=D("6.25"))
    assert typed == replace(
        USED, quantity=D(-25), cost=D(-75), traits=traits, date=DAY, takes=(Take("layer-1", D(25)),)
    )


@pytest.mark.parametrize("name", ["location", "lot", "serial"])
def test_it_is_taken_from_the_location_lot_or_serial_that_is_named(name: str) -> None:
    there = {"location": "MAIN", "lot": "L1", "serial": "S1"}[name]

    assert USING.typed(**{name: there}).entry() == USED
    assert code_of(USING.typed(**{name: "elsewhere"}).outcome()) == "negative_stock"


def test_a_negative_line_gives_back_at_the_exact_cost_as_a_layer_of_its_own() -> None:
    assert GIVING.entry() == NewEntry(
        type=EntryType.CONSUMPTION,
        quantity=D(10),
        remaining=D(10),
        traits=replace(CONSUMPTION.traits, document=None),
        date=FEBRUARY,
        cost=D("33.34"),
        applies_from=CONSUMPTION.id,
    )


@pytest.mark.parametrize(("taken_back", "closes", "cost"), [("-19", False, "33.34"), ("-20", True, "33.35")])
def test_what_gives_back_the_rest_closes_its_original(taken_back: str, *, closes: bool, cost: str) -> None:
    part = replace(CONSUMPTION, taken_back=D(taken_back), cost_taken_back=D("-66.66"))

    entry = replace(GIVING, original=part).entry()

    assert (entry.closes, entry.cost) == (closes, D(cost))


def test_what_is_given_back_carries_the_lot_of_its_original_and_the_document_typed() -> None:
    of_lot = replace(CONSUMPTION, traits=replace(CONSUMPTION.traits, lot="L1", serial="S1"))
    giving = replace(GIVING, original=of_lot).typed(lot="L1", serial="S1", document="DOC-9")

    assert giving.entry().traits == replace(of_lot.traits, document="DOC-9")


def test_the_cost_given_back_is_rounded_to_the_currency() -> None:
    assert replace(GIVING, currency="JPY").entry().cost == D(33)


def test_it_is_given_back_on_the_day_typed_the_originals_or_today() -> None:
    assert GIVING.typed(date=DAY).entry().date == DAY
    assert GIVING.entry().date == FEBRUARY
    assert replace(GIVING, closed_until=FEBRUARY).entry().date == MARCH


def test_what_is_given_back_has_the_day_and_traits_it_is_told() -> None:
    traits = replace(CONSUMPTION.traits, document="DOC-9")

    entry = give_back(CONSUMPTION, D(30), DAY, traits=traits, currency="USD")

    assert entry == NewEntry(
        EntryType.CONSUMPTION, D(30), D(30), traits, DAY, D("100.01"), applies_from="entry-8", closes=True
    )


CHECKS: Mapping[str, Callable[[Posting], Posting]] = {
    "approval_required": lambda one: replace(one, needs_approval=True).typed(quantity=D(-10)),
    "unknown_item": lambda one: one.typed(item="GOLD"),
    "order_finished": lambda one: replace(one, status=OrderStatus.FINISHED),
    "empty_line": lambda one: one.typed(quantity=ZERO),
    "item_blocked": lambda one: replace(one, item=replace(one.item, blocked=True)),
    "wrong_sign": lambda one: one.typed(quantity=D(20), applies_from=CONSUMPTION.id),
    "applies_to_required": lambda one: one.typed(quantity=D(-10), applies_from=None),
    "applies_to_mismatch": lambda one: one.typed(quantity=D(-10), applies_from="entry-99"),
    "already_reversed": lambda one: replace(one, original=replace(one.original, reversed=True)).typed(
        quantity=D(-10), applies_from=CONSUMPTION.id
    ),
    "period_closed": lambda one: replace(one, closed_until=MARCH),
    "negative_stock": lambda one: replace(one, kilos="19"),
}


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_alone_refuses_the_line(code: str) -> None:
    assert code_of(CHECKS[code](USING).outcome()) == code


@pytest.mark.parametrize(("first", "second"), [*combinations(CHECKS, 2)])
def test_of_two_reasons_the_earlier_check_is_said(first: str, second: str) -> None:
    assert code_of(CHECKS[first](CHECKS[second](USING)).outcome()) == first


def test_giving_back_needs_approval_only_where_the_policy_says_so() -> None:
    assert replace(GIVING, needs_approval=True).outcome() == Refusal(Code.APPROVAL_REQUIRED)
    assert replace(USING, needs_approval=True).entry() == USED
    assert replace(USING, needs_approval=True).typed(quantity=ZERO).outcome() == Refusal(Code.EMPTY_LINE)


def test_order_line_and_item_exist_and_the_unit_is_the_items() -> None:
    assert USING.typed(order="RPO-9").outcome() == Refusal(Code.UNKNOWN_ORDER, facts={"order": "RPO-9"})
    assert USING.typed(line=7).outcome() == Refusal(Code.UNKNOWN_ORDER, facts={"order": "RPO-1 7"})
    assert USING.typed(item="GOLD").outcome() == Refusal(Code.UNKNOWN_ITEM, facts={"item": "GOLD"})
    assert code_of(USING.typed(unit="BOX").outcome()) == "invalid_value"


def test_an_unknown_order_is_said_before_an_unknown_item() -> None:
    assert code_of(USING.typed(order="RPO-9", item="GOLD").outcome()) == "unknown_order"


def test_a_closed_day_is_named() -> None:
    closed = replace(USING, closed_until=DAY)

    assert closed.typed(date=DAY).outcome() == Refusal(Code.PERIOD_CLOSED, facts={"date": "2026-02-20"})
    assert closed.typed(date=DAY + timedelta(days=1)).entry().quantity == D(-20)
    assert replace(GIVING, closed_until=DAY).typed(date=DAY).outcome() == Refusal(
        Code.PERIOD_CLOSED, facts={"date": "2026-02-20"}
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": EntryType.SALE}, "applies_to_mismatch"),
        ({"traits": replace(CONSUMPTION.traits, order="other")}, "applies_to_mismatch"),
        ({"traits": replace(CONSUMPTION.traits, line="other")}, "applies_to_mismatch"),
        ({"traits": replace(CONSUMPTION.traits, item="other")}, "applies_to_mismatch"),
        ({"traits": replace(CONSUMPTION.traits, lot="L9")}, "tracking_mismatch"),
        ({"traits": replace(CONSUMPTION.traits, serial="S9")}, "tracking_mismatch"),
        ({"quantity": D(10)}, "wrong_sign"),
        ({"taken_back": D("-20.00001")}, "remaining_too_low"),
    ],
)
def test_a_negative_line_names_a_consumption_of_its_line_item_lot_and_serial(
    changes: dict[str, Any], code: str
) -> None:
    assert code_of(replace(GIVING, original=replace(CONSUMPTION, **changes)).outcome()) == code


def test_a_quantity_given_back_may_be_typed_in_another_unit_and_both_are_kept() -> None:
    entry = GIVING.typed(unit="BAR", quantity=D(-4)).entry()

    assert (entry.quantity, entry.traits.unit, entry.traits.per_unit) == (D(25), "BAR", D("6.25"))
    in_bars = replace(CONSUMPTION, traits=replace(CONSUMPTION.traits, unit="BAR", per_unit=D("6.25")))
    by_kilo = replace(GIVING, original=in_bars).entry()
    assert (by_kilo.quantity, by_kilo.traits.unit, by_kilo.traits.per_unit) == (D(10), "KG", D(1))
    assert code_of(GIVING.typed(unit="BAR", quantity=D(-5)).outcome()) == "remaining_too_low"
