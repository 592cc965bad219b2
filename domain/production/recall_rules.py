"""Posted production as something recallable: the checks at request and decision, and the plan (output-reversal 4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from domain.money import ZERO, plain
from domain.periods import reversal_day
from domain.production.describing import describe
from domain.production.model import Capacity, Order
from domain.production.originals import already_reversed, check_free
from domain.production.recall_facts import (
    CapacityPart,
    Choice,
    ConsumptionPart,
    Heading,
    OtherPart,
    OutputPart,
    Part,
    ProductionFacts,
    number_of,
    parts_taken,
    type_of,
)
from domain.production.reversal import Reversal, asked_quantity, rows_of
from domain.production.rows import Rows
from domain.production.targets import check_blocked, check_released
from domain.recall.kinds import Context, RequestCheck
from domain.recall.plan import Plan
from domain.recall.policy import ReversalDate
from domain.refusals import Code, Refusal


class ProductionEntries:
    """Implements domain.recall.kinds.RecallKind for output, capacity, consumption and whole registers."""

    name = "production"

    def check_request(self, facts: ProductionFacts, _context: Context) -> RequestCheck:
        """The first check of 4.1 that is in the way."""
        if facts.also_named:
            return RequestCheck(Refusal(Code.DUPLICATE_LINE, facts.choice.subject))
        return RequestCheck(_first(facts, at_request=True))

    def check_decision(self, facts: ProductionFacts, context: Context) -> Refusal | None:
        """The same checks on the rows as they are now, and whether the day is open."""
        return _first(facts, at_request=False) or _on_closed_day(facts, context)

    def plan(self, facts: ProductionFacts, context: Context) -> Plan:
        """The exact rows taking it back writes now. Where something is in the way it is what would be tried."""
        floating = context.policy.reversal_date is ReversalDate.TODAY
        unbound = frozenset({"posting_date"}) if floating else frozenset()
        rows = tuple(row for one in planned(facts, context) for row in describe(one, currency=facts.currency))
        return Plan(facts.choice.subject, rows, unbound)

    def effect_once_credited(self, _facts: ProductionFacts, _refusal: Refusal | None) -> str | None:
        """Production is not invoiced, so no credit clears the way."""
        return None


@lru_cache(maxsize=1024)
def planned(facts: ProductionFacts, context: Context) -> tuple[Rows, ...]:
    """What taking it back writes, part by part: the object that preview, approver and ledger share.

    Kept for the lines of a chunk: the plan is asked for by its hash and then by its rows.
    """

    def day_of(original: date) -> date:
        policy = context.policy.reversal_date
        return reversal_day(original, policy=policy, today=context.today, periods=facts.periods)

    how = Reversal(facts.choice, day_of, facts.currency)
    return tuple(rows_of(part, how) for part in parts_taken(facts.parts))


def _first(facts: ProductionFacts, *, at_request: bool) -> Refusal | None:
    """The first thing in the way of a line, by the order of the checks; of a register by the order of its parts."""
    if facts.is_register is not (facts.choice.heading is Heading.REGISTER):
        found = "register" if facts.is_register else type_of(facts.parts[0])
        return Refusal(Code.WRONG_ENTRY_TYPE, facts.choice.subject, {"entry": _number(facts), "type": found})
    for part in parts_taken(facts.parts):
        refusal = next(_checks(part, facts, at_request=at_request), None)
        if refusal is not None:
            return replace(refusal, subject=facts.choice.subject)
    return None


def _number(facts: ProductionFacts) -> str:
    """The number of a register, or of an entry."""
    return facts.title if facts.is_register else str(number_of(facts.parts[0]))


def _checks(part: Part, facts: ProductionFacts, *, at_request: bool) -> Iterator[Refusal]:
    """Checks 2 to 11 of one part."""
    entry = str(number_of(part))
    if not _is_listed_rightly(part, facts.choice.heading):
        yield Refusal(Code.WRONG_ENTRY_TYPE, facts={"entry": entry, "type": type_of(part)})
    if isinstance(part, OtherPart):
        return
    if _is_reversal(part):
        yield Refusal(Code.REVERSAL_OF_REVERSAL, facts={"entry": entry})
    yield from _order_in_the_way(part.order)
    if at_request and facts.open_request is not None:
        yield Refusal(Code.RECALL_PENDING, facts={"request": facts.open_request})
    if _is_reversed(part):
        yield already_reversed(number_of(part))
    if isinstance(part, OutputPart):
        yield from _output_in_the_way(part, facts)
    elif isinstance(part, CapacityPart):
        yield from _capacity_in_the_way(part)


def _is_listed_rightly(part: Part, heading: Heading) -> bool:
    match part:
        case OtherPart():
            return False
        case OutputPart():
            return heading in (Heading.OUTPUT, Heading.REGISTER)
        case CapacityPart():
            return heading in (Heading.CAPACITY, Heading.REGISTER)
        case ConsumptionPart():
            return heading in (Heading.CONSUMPTION, Heading.REGISTER)


def _is_reversal(part: OutputPart | CapacityPart | ConsumptionPart) -> bool:
    match part:
        case OutputPart(entry=entry):
            return entry.quantity < ZERO
        case CapacityPart(capacity=capacity):
            return capacity.figures.any_negative
        case ConsumptionPart(entry=entry):
            return entry.quantity > ZERO


def _is_reversed(part: OutputPart | CapacityPart | ConsumptionPart) -> bool:
    return part.capacity.reversed if isinstance(part, CapacityPart) else part.entry.reversed


def _order_in_the_way(order: Order | None) -> Iterator[Refusal]:
    refusal = None if order is None else check_released(order)
    if refusal is not None:
        yield refusal


def _output_in_the_way(part: OutputPart, facts: ProductionFacts) -> Iterator[Refusal]:
    quantity = asked_quantity(part, facts.choice)
    yield from check_free(part.entry, quantity)
    if part.subcontracted is not None:
        yield Refusal(Code.SUBCONTRACTED, facts={"operation": part.subcontracted})
    if refusal := check_blocked(part.item):
        yield refusal
    if part.capacity is not None:
        yield from _more_than_left(part.capacity, facts.choice)


def _more_than_left(row: Capacity, choice: Choice) -> Iterator[Refusal]:
    """Nobody takes back more time or scrap than the row has left; what is not given never is more."""
    left = row.left.at_least_zero()
    given = (("setup", choice.setup, left.setup), ("run", choice.run, left.run), ("scrap", choice.scrap, left.scrap))
    for name, figure, most in given:
        if figure is not None and figure > most:
            facts = {"entry": str(row.number), "quantity": plain(most), "entries": "", "field": name}
            facts["why"] = "taken_back" if row.taken else "never_more"
            yield Refusal(Code.REMAINING_TOO_LOW, facts=facts)


def _capacity_in_the_way(part: CapacityPart) -> Iterator[Refusal]:
    row = part.capacity
    if row.center.subcontractor:
        yield Refusal(Code.SUBCONTRACTED, facts={"operation": row.operation})
    if part.of_output:
        yield Refusal(Code.LAST_OPERATION, facts={"entry": str(row.item_entry_number or "")})


def _on_closed_day(facts: ProductionFacts, context: Context) -> Refusal | None:
    """Only the policy today can point at a closed day; the others move to an open one."""
    if context.policy.reversal_date is not ReversalDate.TODAY or facts.periods.is_open(context.today):
        return None
    return Refusal(Code.PERIOD_CLOSED, facts.choice.subject, {"date": context.today.isoformat()})
