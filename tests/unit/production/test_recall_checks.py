"""What is in the way of a request on posted production, and again of its approval (output-reversal 4.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from domain.periods import Periods
from domain.production.model import Entry, OrderStatus
from domain.production.recall_facts import (
    CapacityPart,
    Choice,
    ConsumptionPart,
    Heading,
    OtherPart,
    OutputPart,
    Part,
    ProductionFacts,
)
from domain.production.recall_rules import ProductionEntries
from domain.recall.kinds import Context, RequestCheck
from domain.recall.policy import Policy, ReversalDate
from domain.refusals import Code, Refusal
from tests.production_examples import (
    BOLT,
    CONSUMPTION,
    FEBRUARY,
    MARCH,
    ORDER,
    OUTPUT,
    SALE,
    SAWN,
    STOP,
    WORK,
    figures,
    order_of,
)

pytestmark = pytest.mark.unit

D = Decimal
KIND = ProductionEntries()
PLANNED, FINISHED = order_of(status=OrderStatus.FIRM_PLANNED), order_of(status=OrderStatus.FINISHED)
OF_OUTPUT = OutputPart(OUTPUT, BOLT, ORDER, WORK, STOP)
OF_WORK = CapacityPart(SAWN, ORDER, of_output=False)
OF_CONSUMPTION = ConsumptionPart(CONSUMPTION, ORDER)
OF_SALE = OtherPart(SALE)
HEADINGS: Mapping[type, Heading] = {
    OutputPart: Heading.OUTPUT,
    CapacityPart: Heading.CAPACITY,
    ConsumptionPart: Heading.CONSUMPTION,
    OtherPart: Heading.OUTPUT,
}


def context(reversal_date: ReversalDate = ReversalDate.ORIGINAL) -> Context:
    return Context(MARCH, Policy(reversal_date=reversal_date))


def facts(*parts: Part, choice: Choice | None = None, **more: Any) -> ProductionFacts:
    chosen = choice or Choice("subject", HEADINGS[type(parts[0])])
    return ProductionFacts(chosen, parts, "pia", "plant", "USD", **more)


def register(*parts: Part, **more: Any) -> ProductionFacts:
    choice = Choice("subject", Heading.REGISTER)
    return facts(*parts, **{"choice": choice, "is_register": True, "title": "17", **more})


def asked(one: ProductionFacts) -> Refusal | None:
    """What is said at the request; there are no warnings."""
    check = KIND.check_request(one, context())
    assert check.warnings == ()
    return check.refusal


def decided(one: ProductionFacts, reversal_date: ReversalDate = ReversalDate.ORIGINAL) -> Refusal | None:
    return KIND.check_decision(one, context(reversal_date))


def refusal(code: Code, **named: str) -> Refusal:
    return Refusal(code, "subject", named)


def both(one: ProductionFacts) -> Refusal | None:
    """What is said at the request and again at the approval."""
    found = asked(one)
    assert decided(one) == found
    return found


@pytest.mark.parametrize("part", [OF_OUTPUT, OF_WORK, OF_CONSUMPTION])
def test_with_nothing_in_the_way_it_may_be_asked_and_approved(part: Part) -> None:
    assert both(facts(part)) is None
    assert both(register(part)) is None


def test_what_is_named_twice_is_a_duplicate_before_all_else() -> None:
    named = facts(replace(OF_OUTPUT, order=FINISHED), also_named=True)

    assert asked(named) == Refusal(Code.DUPLICATE_LINE, "subject")
    assert decided(facts(OF_OUTPUT, also_named=True)) is None


@pytest.mark.parametrize("heading", [one for one in Heading if one is not Heading.REGISTER])
@pytest.mark.parametrize(
    ("part", "right", "number", "type"),
    [
        (OF_OUTPUT, Heading.OUTPUT, "7", "output"),
        (OF_WORK, Heading.CAPACITY, "2", "capacity"),
        (OF_CONSUMPTION, Heading.CONSUMPTION, "8", "consumption"),
        (OF_SALE, None, "8", "sale"),
    ],
)
def test_everything_is_listed_under_its_own_heading(
    heading: Heading, part: Part, right: Heading | None, number: str, type: str
) -> None:
    found = both(facts(part, choice=Choice("subject", heading)))

    expected = None if heading is right else refusal(Code.WRONG_ENTRY_TYPE, entry=number, type=type)
    assert found == expected


def test_a_register_is_listed_as_a_register_and_nothing_else_is() -> None:
    as_output = register(OF_OUTPUT, choice=Choice("subject", Heading.OUTPUT))
    as_register = facts(OF_OUTPUT, choice=Choice("subject", Heading.REGISTER), title="RPO-1")

    assert both(as_output) == refusal(Code.WRONG_ENTRY_TYPE, entry="17", type="register")
    assert both(as_register) == refusal(Code.WRONG_ENTRY_TYPE, entry="7", type="output")
    assert both(replace(as_register, parts=(OF_WORK,))) == refusal(Code.WRONG_ENTRY_TYPE, entry="2", type="capacity")


def test_a_register_that_moved_stock_otherwise_is_not_recallable() -> None:
    assert both(register(OF_SALE)) == refusal(Code.WRONG_ENTRY_TYPE, entry="8", type="sale")


@pytest.mark.parametrize(
    ("part", "number"),
    [
        (replace(OF_OUTPUT, entry=replace(OUTPUT, quantity=D(-40))), "7"),
        (replace(OF_CONSUMPTION, entry=replace(CONSUMPTION, quantity=D(30))), "8"),
        (replace(OF_WORK, capacity=replace(SAWN, figures=figures(run=-1, output=5))), "2"),
    ],
)
def test_what_is_itself_a_reversal_is_not_taken_back(part: Part, number: str) -> None:
    assert both(facts(part)) == refusal(Code.REVERSAL_OF_REVERSAL, entry=number)


@pytest.mark.parametrize("part", [OF_OUTPUT, OF_WORK, OF_CONSUMPTION])
def test_the_order_is_released(part: OutputPart | CapacityPart | ConsumptionPart) -> None:
    assert both(facts(replace(part, order=FINISHED))) == refusal(Code.ORDER_FINISHED, order="RPO-1")
    assert both(facts(replace(part, order=PLANNED))) == refusal(Code.ORDER_NOT_RELEASED, order="RPO-1")


def test_an_entry_without_an_order_is_not_held_up_by_one() -> None:
    assert both(facts(replace(OF_OUTPUT, order=None))) is None
    assert both(facts(replace(OF_CONSUMPTION, order=None))) is None


def test_another_open_request_is_in_the_way_of_a_request_only() -> None:
    pending = facts(OF_OUTPUT, open_request="R-7")

    assert asked(pending) == refusal(Code.RECALL_PENDING, request="R-7")
    assert decided(pending) is None


@pytest.mark.parametrize(
    ("part", "number"),
    [
        (replace(OF_OUTPUT, entry=replace(OUTPUT, reversed=True)), "7"),
        (replace(OF_CONSUMPTION, entry=replace(CONSUMPTION, reversed=True)), "8"),
        (replace(OF_WORK, capacity=replace(SAWN, reversed=True)), "2"),
    ],
)
def test_what_was_reversed_is_not_taken_back_again(part: Part, number: str) -> None:
    assert both(facts(part)) == refusal(Code.ALREADY_REVERSED, entry=number)


def of_entry(quantity: str | None = None, **changes: Any) -> ProductionFacts:
    choice = Choice("subject", Heading.OUTPUT, None if quantity is None else D(quantity))
    return facts(replace(OF_OUTPUT, entry=replace(OUTPUT, **changes)), choice=choice)


def test_as_much_remains_as_is_asked_for() -> None:
    used: dict[str, Any] = {"remaining": D(15), "used_by": ("11",)}

    assert both(of_entry("15", **used)) is None
    too_low = refusal(Code.REMAINING_TOO_LOW, entry="7", quantity="15", entries="11")
    assert both(of_entry("15.00001", **used)) == too_low
    assert both(of_entry(**used)) == too_low


def test_what_is_reserved_is_not_taken_back() -> None:
    kept: dict[str, Any] = {"reserved": D(25), "demands": ("SO-1",)}

    assert both(of_entry("15", **kept)) is None
    reserved = refusal(Code.RESERVED, entry="7", quantity="15", demand="SO-1")
    assert both(of_entry("16", **kept)) == reserved
    assert both(of_entry(**kept)) == reserved


def test_output_of_a_line_with_a_subcontracted_operation_is_not_taken_back_here() -> None:
    assert both(facts(replace(OF_OUTPUT, subcontracted="10"))) == refusal(Code.SUBCONTRACTED, operation="10")


def test_work_at_a_subcontractor_is_not_taken_back_here() -> None:
    center = replace(SAWN.center, subcontractor=True)

    found = both(facts(replace(OF_WORK, capacity=replace(SAWN, center=center))))

    assert found == refusal(Code.SUBCONTRACTED, operation="10")


def test_work_of_an_output_goes_through_its_item_entry() -> None:
    assert both(facts(CapacityPart(WORK, ORDER, of_output=True))) == refusal(Code.LAST_OPERATION, entry="7")
    unknown = replace(WORK, item_entry=None, item_entry_number=None)
    assert both(facts(CapacityPart(unknown, ORDER, of_output=True))) == refusal(Code.LAST_OPERATION, entry="")
    assert both(facts(CapacityPart(WORK, ORDER, of_output=False))) is None


def test_output_of_a_blocked_item_is_not_taken_back() -> None:
    blocked = replace(OF_OUTPUT, item=replace(BOLT, blocked=True))

    assert both(facts(blocked)) == refusal(Code.ITEM_BLOCKED, item="BOLT")


@pytest.mark.parametrize(
    ("given", "field", "left"),
    [
        ({"setup": D("15.5")}, "setup", "15"),
        ({"run": D("200.5")}, "run", "200"),
        ({"scrap": D("2.00001")}, "scrap", "2"),
        ({"setup": D(16), "run": D(201), "scrap": D(3)}, "setup", "15"),
    ],
)
def test_no_more_time_or_scrap_is_taken_than_the_row_has_left(given: dict[str, Decimal], field: str, left: str) -> None:
    found = both(facts(OF_OUTPUT, choice=Choice("subject", Heading.OUTPUT, **given)))

    assert found == refusal(Code.REMAINING_TOO_LOW, entry="3", quantity=left, entries="", field=field, why="never_more")


def test_all_that_is_left_of_time_and_scrap_may_be_taken() -> None:
    choice = Choice("subject", Heading.OUTPUT, D(1), run=D(200), setup=D(15), scrap=D(2))

    assert both(facts(OF_OUTPUT, choice=choice)) is None
    assert both(facts(replace(OF_OUTPUT, capacity=None), choice=replace(choice, run=D(900)))) is None


def test_where_typed_lines_took_more_time_than_there_was_nothing_is_left() -> None:
    overdrawn = replace(OF_OUTPUT, capacity=replace(WORK, taken=figures(run=230)))
    asking = Choice("subject", Heading.OUTPUT, D(1), run=D(1))

    assert both(facts(overdrawn)) is None
    assert both(facts(overdrawn, choice=replace(asking, run=D(0)))) is None
    assert both(facts(overdrawn, choice=asking)) == refusal(
        Code.REMAINING_TOO_LOW, entry="3", quantity="0", entries="", field="run", why="taken_back"
    )


Changed = Callable[[OutputPart], OutputPart]
OUTPUT_CHECKS: Mapping[str, Changed] = {
    "reversal_of_reversal": lambda part: replace(part, entry=replace(part.entry, quantity=D(-40))),
    "order_finished": lambda part: replace(part, order=FINISHED),
    "already_reversed": lambda part: replace(part, entry=replace(part.entry, reversed=True)),
    "remaining_too_low": lambda part: replace(part, entry=replace(part.entry, remaining=D("0.5"))),
    "reserved": lambda part: replace(part, entry=replace(part.entry, remaining=D(40), reserved=D("39.5"))),
    "subcontracted": lambda part: replace(part, subcontracted="10"),
    "item_blocked": lambda part: replace(part, item=replace(BOLT, blocked=True)),
}
ONE_PIECE = Choice("subject", Heading.OUTPUT, D(1))


@pytest.mark.parametrize(("first", "second"), [*combinations(OUTPUT_CHECKS, 2)])
def test_of_two_reasons_the_earlier_check_is_said(first: str, second: str) -> None:
    part = OUTPUT_CHECKS[first](OUTPUT_CHECKS[second](OF_OUTPUT))

    found = both(facts(part, choice=ONE_PIECE))

    assert found is not None
    assert found.code.value == first


def test_a_request_in_the_way_is_said_after_the_order_and_before_the_entry() -> None:
    reversed_one: Entry = replace(OUTPUT, reversed=True)
    pending = facts(replace(OF_OUTPUT, entry=reversed_one), open_request="R-7")
    finished = facts(replace(OF_OUTPUT, order=FINISHED), open_request="R-7")

    assert asked(pending) == refusal(Code.RECALL_PENDING, request="R-7")
    assert asked(finished) == refusal(Code.ORDER_FINISHED, order="RPO-1")


def test_the_wrong_heading_is_said_before_anything_about_the_entry() -> None:
    wrong = facts(replace(OF_OUTPUT, order=FINISHED), choice=Choice("subject", Heading.CAPACITY))

    assert both(wrong) == refusal(Code.WRONG_ENTRY_TYPE, entry="7", type="output")


def test_subcontracted_work_of_an_output_is_said_to_be_subcontracted() -> None:
    work = replace(WORK, center=replace(WORK.center, subcontractor=True))

    assert both(facts(CapacityPart(work, ORDER, of_output=True))) == refusal(Code.SUBCONTRACTED, operation="20")


def test_a_register_is_refused_by_the_first_of_its_parts_that_is_in_the_way() -> None:
    reversed_work = replace(OF_WORK, capacity=replace(SAWN, reversed=True))
    reversed_use = replace(OF_CONSUMPTION, entry=replace(CONSUMPTION, reversed=True))

    assert both(register(OF_OUTPUT, reversed_work, reversed_use)) == refusal(Code.ALREADY_REVERSED, entry="2")
    assert both(register(OF_OUTPUT, reversed_use, reversed_work)) == refusal(Code.ALREADY_REVERSED, entry="8")
    assert both(register(OF_OUTPUT, OF_WORK, OF_CONSUMPTION)) is None


def test_work_that_goes_along_with_its_output_in_a_register_is_no_part_of_its_own() -> None:
    own = (CapacityPart(WORK, ORDER, of_output=True), CapacityPart(STOP, ORDER, of_output=False))

    assert both(register(*own, OF_OUTPUT)) is None
    assert both(register(*own)) == refusal(Code.LAST_OPERATION, entry="7")
    without = replace(OF_OUTPUT, capacity=None)
    assert both(register(own[0], without)) == refusal(Code.LAST_OPERATION, entry="7")
    stopped = CapacityPart(replace(STOP, reversed=True), ORDER, of_output=False)
    assert both(register(OF_OUTPUT, stopped)) is None
    assert both(register(replace(OF_OUTPUT, stop=None), stopped)) == refusal(Code.ALREADY_REVERSED, entry="4")


@pytest.mark.parametrize(
    ("policy", "closed_until", "refused"),
    [
        (ReversalDate.TODAY, MARCH, True),
        (ReversalDate.TODAY, FEBRUARY, False),
        (ReversalDate.TODAY, None, False),
        (ReversalDate.ORIGINAL, MARCH, False),
        (ReversalDate.NEXT_OPEN_PERIOD, MARCH, False),
    ],
)
def test_the_day_is_open_at_the_approval(policy: ReversalDate, closed_until: date | None, *, refused: bool) -> None:
    one = facts(OF_OUTPUT, periods=Periods(closed_until))

    found = decided(one, policy)

    assert found == (refusal(Code.PERIOD_CLOSED, date="2026-03-02") if refused else None)
    assert KIND.check_request(one, context(policy)) == RequestCheck()


def test_a_closed_day_is_said_last() -> None:
    closed = facts(replace(OF_OUTPUT, item=replace(BOLT, blocked=True)), periods=Periods(MARCH))

    assert decided(closed, ReversalDate.TODAY) == refusal(Code.ITEM_BLOCKED, item="BOLT")
