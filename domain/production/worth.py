"""What taking posted production back is worth: to who reads a request, and for the limits of a policy (policies, the limit)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.money import ZERO, total
from domain.production.costing import share_of_capacity, share_of_entry
from domain.production.recall_facts import CapacityPart, ConsumptionPart, OutputPart, Part, ProductionFacts, parts_taken
from domain.production.reversal import asked_quantity, figures_along


def worth_of(facts: ProductionFacts) -> Decimal:
    """The cost that a line takes back, in the currency of its unit: of its output, or of its time and material if that is more.

    Output holds what went into it, so the two are never added within a line; and neither hides the other. The figures of
    managers count what was written in the same way (migration 0029).
    """
    parts = list(parts_taken(facts.parts))
    of_output = total(abs(_of_output(part, facts)) for part in parts if isinstance(part, OutputPart))
    of_others = total(abs(cost) for part in parts for cost in _of_time_and_material(part, facts))
    return max(of_output, of_others)


def _of_output(part: OutputPart, facts: ProductionFacts) -> Decimal:
    return share_of_entry(part.entry, asked_quantity(part, facts.choice), currency=facts.currency)


def _of_time_and_material(part: Part, facts: ProductionFacts) -> Iterator[Decimal]:
    """What earlier reversals left; of the time that goes along with output what goes with its quantity."""
    match part:
        case OutputPart(capacity=row) if row is not None and row.cost.total != ZERO:
            taken = figures_along(part, row, facts.choice)
            yield share_of_capacity(row, taken, currency=facts.currency).total
        case CapacityPart(capacity=row):
            yield row.cost.total - row.cost_taken.total
        case ConsumptionPart(entry=entry):
            yield entry.cost - entry.cost_taken_back
        case _:
            pass
