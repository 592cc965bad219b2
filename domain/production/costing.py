"""Money of production: what a posting costs, and the exact cost a reversal takes back (output-reversal 6)."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from domain.money import ZERO, multiply, part_of, product
from domain.production.model import Basis, Capacity, CapacityCost, Center, Entry, Figures

_WHOLE = Decimal(100)


class Stock(Protocol):
    """An inbound entry that outbound use and reversals take from; what reversals took as positive as itself."""

    @property
    def quantity(self) -> Decimal:
        """What came in."""

    @property
    def remaining(self) -> Decimal:
        """What is in stock of it."""

    @property
    def cost(self) -> Decimal:
        """Of what came in."""

    @property
    def taken_back(self) -> Decimal:
        """What reversals took of it."""

    @property
    def cost_taken_back(self) -> Decimal:
        """The cost of that."""


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
    """The cost a reversal of this quantity takes back: in proportion, never more than is left, and with the last all that is left.

    What was used of a layer of stock is not left either.
    """
    is_stock = entry.quantity > ZERO
    left = entry.cost - entry.cost_taken_back
    if is_stock:
        left -= _cost_of_uses(entry, _used(entry), currency=currency)
    if quantity == (entry.remaining if is_stock else entry.left):
        return left
    return min(left, part_of(entry.cost, quantity, of=entry.quantity, currency=currency), key=abs)


def share_of_capacity(row: Capacity, taken: Figures, *, currency: str) -> CapacityCost:
    """The cost that taking these figures back takes: in proportion to time or pieces, the last one what is left."""
    if counted(row.center, row.left - taken) == ZERO:
        return row.cost - row.cost_taken
    units, whole = counted(row.center, taken), counted(row.center, row.figures)
    total = part_of(row.cost.total, units, of=whole, currency=currency)
    direct = part_of(row.cost.direct, units, of=whole, currency=currency)
    return CapacityCost(direct, total - direct)


def cost_of_take(stock: Stock, taken: Decimal, *, currency: str) -> Decimal:
    """The cost an outbound use takes from a layer: uses and reversals of a whole layer sum to its cost, and never to more on the way."""
    used = _used(stock)
    return _cost_of_uses(stock, used + taken, currency=currency) - _cost_of_uses(stock, used, currency=currency)


def _used(stock: Stock) -> Decimal:
    return stock.quantity - stock.remaining - stock.taken_back


def _cost_of_uses(stock: Stock, used: Decimal, *, currency: str) -> Decimal:
    """Rounded at their running total, but never more than reversals left; all of that when nothing of the layer remains."""
    left = stock.cost - stock.cost_taken_back
    if used == stock.quantity - stock.taken_back:
        return left
    return min(left, part_of(stock.cost, used, of=stock.quantity, currency=currency), key=abs)
