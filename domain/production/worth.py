"""What taking posted production back is worth: to who reads a request, and for the limits of a policy (policies, the limit)."""

from __future__ import annotations

from decimal import Decimal

from domain.money import ZERO, total
from domain.production.costing import share_of_entry
from domain.production.recall_facts import CapacityPart, ConsumptionPart, OutputPart, Part, ProductionFacts
from domain.production.reversal import asked_quantity


def worth_of(facts: ProductionFacts) -> Decimal:
    """The cost that a line takes back, in the currency of its unit: of its output, or of its time and material if that is more.

    Output holds what went into it, so the two are never added within a line; and neither hides the other.
    """
    costs = [(part, _cost(part, facts)) for part in facts.parts]
    of_output = total(abs(cost) for part, cost in costs if isinstance(part, OutputPart))
    of_others = total(abs(cost) for part, cost in costs if not isinstance(part, OutputPart))
    return max(of_output, of_others)


def _cost(part: Part, facts: ProductionFacts) -> Decimal:
    """What is taken back of a part: that of output by its quantity, of the rest what earlier reversals left."""
    match part:
        case OutputPart(entry=entry):
            return share_of_entry(entry, asked_quantity(part, facts.choice), currency=facts.currency)
        case CapacityPart(capacity=row):
            return row.cost.total - row.cost_taken.total
        case ConsumptionPart(entry=entry):
            return entry.cost - entry.cost_taken_back
        case _:
            return ZERO
