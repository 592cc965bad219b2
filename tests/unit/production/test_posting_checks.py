"""What is in the way of an output line, and which of two reasons is said (output-reversal 2.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from domain.production.commands import OutputLine
from domain.production.model import (
    Component,
    Entry,
    Figures,
    Flushing,
    Item,
    OperationStatus,
    Order,
    OrderLine,
    OrderStatus,
    Tracking,
)
from domain.production.posting import decide_output
from domain.production.rows import Rows
from domain.refusals import Code, Refusal
from tests.production_examples import (
    BOLT,
    FEBRUARY,
    LINE,
    MARCH,
    ORDER,
    OUTPUT,
    PACKING,
    STEEL,
    WITHOUT_ROUTING,
    books,
    code_of,
    figures,
    order_of,
)

pytestmark = pytest.mark.unit

D = Decimal
TEN = figures(output=10, run=60)
OF_PACKING = OutputLine("RPO-1", operation="20", figures=TEN)
HALF_MADE = replace(LINE, finished=D(40))


@dataclass(frozen=True, slots=True)
class Posting:
    """A line that may be posted, and all that could be otherwise."""

    line: OutputLine = OF_PACKING
    made: OrderLine = HALF_MADE
    status: OrderStatus = OrderStatus.RELEASED
    item: Item = BOLT
    original: Entry = OUTPUT
    closed_until: date | None = None
    needs_approval: bool = False

    def typed(self, **changes: Any) -> Posting:
        return replace(self, line=replace(self.line, **changes))

    def packing(self, **changes: Any) -> Posting:
        return replace(self, made=self.made.with_operation(replace(PACKING, **changes)))

    def outcome(self) -> Rows | Refusal:
        order = order_of(self.made, status=self.status)
        return decide_output(
            self.line,
            books(
                order,
                items=[self.item, STEEL],
                originals=[self.original],
                closed_until=self.closed_until,
                needs_approval=self.needs_approval,
            ),
        )


ELSEWHERE = replace(PACKING.center, subcontractor=True)
BACKWARD = (Component(STEEL.id, D(2), Flushing.BACKWARD),)
CHECKS: dict[str, Callable[[Posting], Posting]] = {
    "approval_required": lambda one: replace(one, needs_approval=True).typed(figures=figures(output=1, run=-1)),
    "order_not_released": lambda one: replace(one, status=OrderStatus.PLANNED),
    "empty_line": lambda one: one.typed(figures=Figures()),
    "operation_required": lambda one: one.typed(operation=None),
    "item_blocked": lambda one: replace(one, item=replace(one.item, blocked=True)),
    "subcontracted": lambda one: one.packing(center=ELSEWHERE),
    "applies_to_required": lambda one: one.typed(figures=figures(output=-10), applies_to=None),
    "wrong_sign": lambda one: one.typed(figures=TEN, applies_to=OUTPUT.id),
    "period_closed": lambda one: replace(one, closed_until=MARCH),
    "operation_finished": lambda one: one.packing(status=OperationStatus.FINISHED).typed(figures=TEN, applies_to=None),
    "tracking_mismatch": lambda one: replace(one, item=replace(one.item, tracking=Tracking.LOT)),
    "finished_negative": lambda one: replace(one, made=replace(one.made, finished=D(9))).typed(
        figures=figures(output=-10), applies_to=OUTPUT.id
    ),
    "negative_stock": lambda one: replace(one, made=replace(one.made, components=BACKWARD)),
}


def test_with_nothing_in_the_way_the_line_is_posted() -> None:
    assert isinstance(Posting().outcome(), Rows)


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_alone_refuses_the_line(code: str) -> None:
    assert code_of(CHECKS[code](Posting()).outcome()) == code


@pytest.mark.parametrize(("first", "second"), [*combinations(CHECKS, 2)])
def test_of_two_reasons_the_earlier_check_is_said(first: str, second: str) -> None:
    both = CHECKS[first](CHECKS[second](Posting()))

    assert code_of(both.outcome()) == first


@pytest.mark.parametrize("name", ["output", "scrap", "setup", "run", "stop"])
def test_any_negative_figure_needs_approval_where_the_policy_says_so(name: str) -> None:
    line = OutputLine("RPO-1", operation="10", figures=figures(output=5) - figures(**{name: 9}))

    assert decide_output(line, books(needs_approval=True)) == Refusal(Code.APPROVAL_REQUIRED)
    assert isinstance(decide_output(line, books(needs_approval=False)), Rows)


def test_with_the_policy_on_output_is_still_posted() -> None:
    assert isinstance(replace(Posting(), needs_approval=True).outcome(), Rows)


@pytest.mark.parametrize("name", ["output", "scrap", "setup", "run", "stop"])
def test_one_figure_is_enough(name: str) -> None:
    assert isinstance(Posting().typed(figures=figures(**{name: 1})).outcome(), Rows)


@pytest.mark.parametrize("name", ["scrap", "setup", "run", "stop"])
def test_without_a_routing_only_output_is_something(name: str) -> None:
    line = OutputLine("RPO-1", figures=figures(**{name: 1}))

    assert decide_output(line, books(WITHOUT_ROUTING)) == Refusal(Code.EMPTY_LINE)
    more = replace(line, figures=line.figures + figures(output=1))
    assert isinstance(decide_output(more, books(WITHOUT_ROUTING)), Rows)


def test_an_operation_is_one_of_the_routing() -> None:
    assert Posting().typed(operation="30").outcome() == Refusal(Code.OPERATION_REQUIRED)
    assert isinstance(Posting().typed(operation="10").outcome(), Rows)


@pytest.mark.parametrize(
    ("name", "refused"), [("setup", True), ("run", True), ("output", True), ("stop", False), ("scrap", False)]
)
def test_a_subcontractor_posts_its_work_elsewhere(name: str, *, refused: bool) -> None:
    posting = Posting().packing(center=ELSEWHERE).typed(figures=figures(**{name: 1}))

    outcome = posting.outcome()

    assert (outcome == Refusal(Code.SUBCONTRACTED, facts={"operation": "20"})) is refused
    assert isinstance(outcome, Rows) is not refused


def test_subcontracting_of_another_operation_is_not_in_the_way() -> None:
    assert isinstance(Posting().packing(center=ELSEWHERE).typed(operation="10").outcome(), Rows)


@pytest.mark.parametrize(("operation", "output"), [("10", 5), ("10", -5), ("20", 0), ("20", 5)])
def test_only_negative_output_on_the_last_operation_names_an_original(operation: str, output: int) -> None:
    posting = Posting().typed(operation=operation, figures=figures(output=output, run=1), applies_to=OUTPUT.id)

    assert posting.outcome() == Refusal(Code.WRONG_SIGN)


def test_nothing_is_posted_on_a_closed_day() -> None:
    closed = replace(Posting(), closed_until=FEBRUARY)

    assert isinstance(closed.outcome(), Rows)
    assert isinstance(closed.typed(date=FEBRUARY + timedelta(days=1)).outcome(), Rows)
    assert closed.typed(date=FEBRUARY).outcome() == Refusal(Code.PERIOD_CLOSED, facts={"date": "2026-02-16"})


def test_on_a_finished_operation_more_is_confirmed() -> None:
    done = Posting().packing(status=OperationStatus.FINISHED)

    assert done.outcome() == Refusal(Code.OPERATION_FINISHED, facts={"operation": "20"})
    assert isinstance(done.typed(confirm_finished=True).outcome(), Rows)
    assert isinstance(done.typed(figures=figures(run=-1)).outcome(), Rows)
    assert isinstance(done.typed(operation="10").outcome(), Rows)


@pytest.mark.parametrize("status", [OperationStatus.PLANNED, OperationStatus.IN_PROGRESS])
def test_on_an_open_operation_nothing_is_confirmed(status: OperationStatus) -> None:
    assert isinstance(Posting().packing(status=status).outcome(), Rows)


@pytest.mark.parametrize(
    ("tracking", "named", "output", "code"),
    [
        ("none", {}, "10", None),
        ("lot", {}, "10", "tracking_mismatch"),
        ("lot", {"serial": "S1"}, "10", "tracking_mismatch"),
        ("lot", {"lot": "L1"}, "10", None),
        ("serial", {}, "1", "tracking_mismatch"),
        ("serial", {"lot": "L1"}, "1", "tracking_mismatch"),
        ("serial", {"serial": "S1"}, "1", None),
        ("serial", {"serial": "S1"}, "2", "tracking_mismatch"),
        ("serial", {"serial": "S1"}, "0.5", "tracking_mismatch"),
    ],
)
def test_output_of_a_tracked_item_carries_its_lot_or_serial(
    tracking: str, named: dict[str, str], output: str, code: str | None
) -> None:
    tracked = replace(Posting(), item=replace(BOLT, tracking=Tracking(tracking)))

    outcome = tracked.typed(figures=figures(output=output), **named).outcome()

    assert (outcome.code.value if isinstance(outcome, Refusal) else None) == code


def test_a_serial_number_comes_back_as_one_piece() -> None:
    original = replace(OUTPUT, quantity=D(1), remaining=D(1), traits=replace(OUTPUT.traits, serial="S1"))
    tracked = replace(Posting(), item=replace(BOLT, tracking=Tracking.SERIAL), original=original)
    back = tracked.typed(figures=figures(output=-1), serial="S1", applies_to=original.id)

    assert isinstance(back.outcome(), Rows)


def test_where_no_stock_moves_nothing_is_tracked() -> None:
    tracked = replace(Posting(), item=replace(BOLT, tracking=Tracking.LOT))

    assert isinstance(tracked.typed(figures=figures(run=10, scrap=1)).outcome(), Rows)
    assert isinstance(tracked.typed(operation="10").outcome(), Rows)


def test_the_finished_quantity_does_not_fall_below_zero() -> None:
    back = Posting().typed(figures=figures(output=-10), applies_to=OUTPUT.id)

    assert isinstance(replace(back, made=replace(LINE, finished=D(10))).outcome(), Rows)
    assert replace(back, made=replace(LINE, finished=D("9.99999"))).outcome() == Refusal(Code.FINISHED_NEGATIVE)


def test_an_operation_before_the_last_counts_nothing_as_finished() -> None:
    unfinished = replace(Posting(), made=LINE)

    assert isinstance(unfinished.typed(operation="10", figures=figures(output=-10)).outcome(), Rows)


def test_what_is_flushed_and_not_in_stock_is_named() -> None:
    needing = replace(Posting(), made=replace(LINE, components=BACKWARD))

    assert needing.outcome() == Refusal(Code.NEGATIVE_STOCK, facts={"item": "STEEL", "quantity": "0"})


@pytest.mark.parametrize(("order", "line", "code"), [("RPO-9", None, "unknown_order"), ("RPO-1", 7, "unknown_order")])
def test_the_order_and_its_line_exist(order: str, line: int | None, code: str) -> None:
    assert code_of(Posting().typed(order=order, line=line).outcome()) == code


def test_the_unit_is_one_of_the_item() -> None:
    assert code_of(Posting().typed(unit="KG").outcome()) == "invalid_value"


def test_the_item_is_the_one_the_line_makes() -> None:
    order: Order = replace(ORDER, lines=(replace(LINE, item=STEEL.id),))
    blocked = replace(STEEL, blocked=True)

    outcome = decide_output(Posting().line, books(order, items=[BOLT, blocked]))

    assert outcome == Refusal(Code.ITEM_BLOCKED, facts={"item": "STEEL"})
