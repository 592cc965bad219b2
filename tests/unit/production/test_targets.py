"""What a typed line is about: order, order line, item and base units (output-reversal, sections 1 and 2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.production.model import Order, OrderStatus
from domain.production.targets import Target, base_units, check_blocked, check_released, find_target, in_base
from domain.refusals import Code, Refusal
from tests.production_examples import BOLT, LINE, ORDER, books, line, order_of

pytestmark = pytest.mark.unit

SECOND = line(id="line-2", line=2)
OF_TWO = order_of(LINE, SECOND)


def test_the_line_may_be_left_out_where_there_is_one() -> None:
    assert find_target("RPO-1", None, books()) == Target(ORDER, LINE)
    assert find_target("RPO-1", 1, books()) == Target(ORDER, LINE)


@pytest.mark.parametrize("order", [OF_TWO, replace(ORDER, lines=())])
def test_the_line_is_required_where_there_is_not_exactly_one(order: Order) -> None:
    refusal = Refusal(Code.INVALID_VALUE, facts={"field": "line", "expected": "required"})

    assert find_target("RPO-1", None, books(order)) == refusal


def test_a_line_is_named_by_its_number() -> None:
    assert find_target("RPO-1", 2, books(OF_TWO)) == Target(OF_TWO, SECOND)


def test_an_order_or_line_that_is_not_there_is_named() -> None:
    assert find_target("RPO-2", 1, books()) == Refusal(Code.UNKNOWN_ORDER, facts={"order": "RPO-2"})
    assert find_target("RPO-1", 3, books()) == Refusal(Code.UNKNOWN_ORDER, facts={"order": "RPO-1 3"})


def test_the_line_is_as_earlier_lines_of_the_journal_left_it() -> None:
    changed = books()
    changed.lines[LINE.id] = line(finished=Decimal(5))

    found = find_target("RPO-1", None, changed)

    assert isinstance(found, Target)
    assert found.line.finished == Decimal(5)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (OrderStatus.RELEASED, None),
        (OrderStatus.FINISHED, Code.ORDER_FINISHED),
        (OrderStatus.PLANNED, Code.ORDER_NOT_RELEASED),
        (OrderStatus.FIRM_PLANNED, Code.ORDER_NOT_RELEASED),
    ],
)
def test_only_a_released_order_is_posted_on(status: OrderStatus, code: Code | None) -> None:
    expected = None if code is None else Refusal(code, facts={"order": "RPO-1"})

    assert check_released(order_of(status=status)) == expected


def test_nothing_is_posted_on_a_blocked_item() -> None:
    assert check_blocked(BOLT) is None
    assert check_blocked(replace(BOLT, blocked=True)) == Refusal(Code.ITEM_BLOCKED, facts={"item": "BOLT"})


@pytest.mark.parametrize(("unit", "pieces"), [(None, 1), ("PCS", 1), ("BOX", 12)])
def test_a_unit_is_turned_into_base_units(unit: str | None, pieces: int) -> None:
    assert base_units(BOLT, unit) == Decimal(pieces)


@pytest.mark.parametrize("unit", ["KG", "box", ""])
def test_a_unit_the_item_does_not_have_is_refused(unit: str) -> None:
    assert base_units(BOLT, unit) == Refusal(Code.INVALID_VALUE, facts={"field": "unit", "expected": "allowed_value"})


@pytest.mark.parametrize(
    ("quantity", "per_unit", "base"),
    [("3", "12", "36"), ("0.333333", "3", "1"), ("0.000005", "1", "0.00001"), ("-0.000005", "1", "-0.00001")],
)
def test_base_units_have_five_places(quantity: str, per_unit: str, base: str) -> None:
    assert in_base(Decimal(quantity), Decimal(per_unit)) == Decimal(base)
