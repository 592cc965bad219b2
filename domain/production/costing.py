"""Money of production: what a posting costs, and the exact cost a reversal takes back (output-reversal 6)."""

from __future__ import annotations

from decimal import Decimal

from domain.money import ZERO, multiply, part_of, product
from domain.production.model import Basis, Capacity, CapacityCost, Center, Entry, Figures

_WHOLE = Decimal(100)


def counted(center: Center, figures: Figures) -> Decimal:
    """What a center costs by: minutes of setup and run, or pieces, good and scrapped. A stop costs nothing."""
    return figures.setup + figures.run if center.basis is Basis.TIME else figures.output + figures.scrap


def capacity_cost(center: Center, figures: Figures, *, currency: str) -> CapacityCost:
    """The cost of work at today's cost of its center: the direct part rounded, the indirect part the rest of the whole."""
    units = counted(center, figures)
    total = product(units, center.unit_cost, currency=currency)
    rate = center.unit_cost - center.overhead_rate
    direct = part_of(multiply(units, rate), _WHOLE, of=_WHOLE + center.indirect_percent, currency=currency)
    return CapacityCost(direct, total - direct)


def output_cost(quantity: Decimal, unit_cost: Decimal, *, currency: str) -> Decimal:
    """The expected cost of output at today's cost of the item."""
    return product(quantity, unit_cost, currency=currency)


def share_of_entry(entry: Entry, quantity: Decimal, *, currency: str) -> Decimal:
    """The cost a reversal of this quantity takes back: in proportion, the closing one what earlier ones left."""
    if quantity == entry.left:
        return entry.cost - entry.cost_taken_back
    return part_of(entry.cost, quantity, of=entry.quantity, currency=currency)


def share_of_capacity(row: Capacity, taken: Figures, *, currency: str) -> CapacityCost:
    """The cost that taking these figures back takes: in proportion to time or pieces, the last one what is left."""
    if counted(row.center, row.left - taken) == ZERO:
        return row.cost - row.cost_taken
    units, whole = counted(row.center, taken), counted(row.center, row.figures)
    total = part_of(row.cost.total, units, of=whole, currency=currency)
    direct = part_of(row.cost.direct, units, of=whole, currency=currency)
    return CapacityCost(direct, total - direct)


def cost_of_take(cost: Decimal, quantity: Decimal, *, used: Decimal, taken: Decimal, currency: str) -> Decimal:
    """The cost an outbound use takes from a layer, of which `used` was used before.

    Rounded at the running totals, so that the uses of a whole layer sum to its cost.
    """
    before = part_of(cost, used, of=quantity, currency=currency)
    return part_of(cost, used + taken, of=quantity, currency=currency) - before
