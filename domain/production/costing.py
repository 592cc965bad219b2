"""Money of production: what a posting costs, and the exact cost a reversal takes back (output-reversal 6)."""

from __future__ import annotations

from decimal import Decimal

from domain.money import ZERO, multiply, product, round_amount
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
    direct = _part(multiply(units, rate), _WHOLE, _WHOLE + center.indirect_percent, currency=currency)
    return CapacityCost(direct, total - direct)


def output_cost(quantity: Decimal, unit_cost: Decimal, *, currency: str) -> Decimal:
    """The expected cost of output at today's cost of the item."""
    return product(quantity, unit_cost, currency=currency)


def share_of_entry(entry: Entry, quantity: Decimal, *, currency: str) -> Decimal:
    """The cost a reversal of this quantity takes back: in proportion, the closing one what earlier ones left."""
    if quantity == entry.left:
        return entry.cost - entry.cost_taken_back
    return _part(entry.cost, quantity, entry.quantity, currency=currency)


def share_of_capacity(row: Capacity, taken: Figures, *, currency: str) -> CapacityCost:
    """The cost that taking these figures back takes: in proportion to time or pieces, the last one what is left."""
    if counted(row.center, row.left - taken) == ZERO:
        return row.cost - row.cost_taken
    units, whole = counted(row.center, taken), counted(row.center, row.figures)
    total = _part(row.cost.total, units, whole, currency=currency)
    direct = _part(row.cost.direct, units, whole, currency=currency)
    return CapacityCost(direct, total - direct)


def cost_of_take(cost: Decimal, quantity: Decimal, *, used: Decimal, taken: Decimal, currency: str) -> Decimal:
    """The cost an outbound use takes from a layer, of which `used` was used before.

    Rounded at the running totals, so that the uses of a whole layer sum to its cost.
    """
    before = _part(cost, used, quantity, currency=currency)
    return _part(cost, used + taken, quantity, currency=currency) - before


def _part(amount: Decimal, part: Decimal, whole: Decimal, *, currency: str) -> Decimal:
    if whole == ZERO:
        return ZERO
    return round_amount(multiply(amount, part) / whole, currency)
