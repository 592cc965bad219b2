"""The life of an order (output-reversal, section 5), and the lines a routing proposes (section 2)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.production.commands import OutputLine
from domain.production.life import STATUS_WHEN_REOPENED, decide_finish, decide_release, decide_reopen, explode
from domain.production.model import FIGURES, OperationStatus, OrderLine, OrderStatus
from domain.refusals import Code, Refusal
from tests.production_examples import LINE, ORDER, PACKING, STEEL, figures, line, order_of

pytestmark = pytest.mark.unit

D = Decimal
NO_OUTPUT = Refusal(Code.NO_OUTPUT, facts={"order": "RPO-1"})
MADE = line(finished=D(25))
CONSUMED = line(consumed={STEEL.id: D(5)})


@pytest.mark.parametrize("status", [OrderStatus.PLANNED, OrderStatus.FIRM_PLANNED, OrderStatus.RELEASED])
def test_an_order_that_is_not_finished_may_be_released(status: OrderStatus) -> None:
    assert decide_release(order_of(status=status)) is None


def test_a_finished_order_is_not_released() -> None:
    refusal = Refusal(Code.ORDER_FINISHED, facts={"order": "RPO-1"})

    assert decide_release(order_of(status=OrderStatus.FINISHED)) == refusal
    assert decide_finish(order_of(MADE, status=OrderStatus.FINISHED)) == refusal


def test_only_a_released_order_is_finished() -> None:
    planned = order_of(MADE, status=OrderStatus.PLANNED)

    assert decide_finish(planned) == Refusal(Code.ORDER_NOT_RELEASED, facts={"order": "RPO-1"})


def test_an_order_that_made_something_or_used_nothing_may_be_finished() -> None:
    assert decide_finish(order_of(MADE)) is None
    assert decide_finish(order_of(replace(CONSUMED, finished=D(1)))) is None
    assert decide_finish(ORDER) is None


@pytest.mark.parametrize(
    "used", [CONSUMED, *(LINE.with_operation(replace(PACKING, net=figures(**{name: 1}))) for name in FIGURES)]
)
def test_an_order_that_used_something_and_made_nothing_is_not_finished(used: OrderLine) -> None:
    assert decide_finish(order_of(used)) == NO_OUTPUT
    assert decide_finish(order_of(LINE, replace(used, id="line-2"))) == NO_OUTPUT


def test_output_of_one_line_is_output_of_the_order() -> None:
    assert decide_finish(order_of(CONSUMED, replace(MADE, id="line-2"))) is None


def test_what_was_reversed_counts_as_nothing() -> None:
    all_back = replace(CONSUMED, consumed={STEEL.id: D("0.00000")})

    assert decide_finish(order_of(all_back.with_operation(replace(PACKING, net=figures(run="0.00"))))) is None


def test_a_finished_order_is_reopened_if_each_line_has_made_something() -> None:
    finished = order_of(MADE, status=OrderStatus.FINISHED)

    assert decide_reopen(finished) is None
    assert decide_reopen(replace(finished, lines=(MADE, line(id="line-2")))) == NO_OUTPUT
    assert decide_reopen(replace(finished, lines=(line(finished=D("0.00001")),))) is None


def test_an_order_is_reopened_once_in_its_life() -> None:
    again = order_of(LINE, status=OrderStatus.FINISHED, reopened=True)

    assert decide_reopen(again) == Refusal(Code.REOPENED_ONCE, facts={"order": "RPO-1"})


@pytest.mark.parametrize("status", [OrderStatus.PLANNED, OrderStatus.FIRM_PLANNED, OrderStatus.RELEASED])
def test_only_a_finished_order_is_reopened(status: OrderStatus) -> None:
    order = order_of(MADE, status=status, reopened=True)

    assert decide_reopen(order) == Refusal(Code.WRONG_STATUS, facts={"status": status.value})


def test_operations_of_a_reopened_order_are_in_progress() -> None:
    assert STATUS_WHEN_REOPENED is OperationStatus.IN_PROGRESS


def test_a_routing_proposes_a_line_for_each_operation_with_what_remains_and_no_times() -> None:
    proposed = explode(ORDER, line(line=3, finished=D(25)))

    assert proposed == [
        OutputLine("RPO-1", 3, "10", figures(output=75)),
        OutputLine("RPO-1", 3, "20", figures(output=75)),
    ]


def test_without_a_routing_the_line_itself_is_proposed() -> None:
    assert explode(ORDER, line(line=3, operations=())) == [OutputLine("RPO-1", 3, None, figures(output=100))]
