"""Outbound use of stock: the oldest open entry first, never what is reserved, at the cost of what is taken (output-reversal 2.2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.money import ZERO, plain, product
from domain.production.costing import cost_of_take
from domain.production.model import Item
from domain.production.rows import Ref, Take
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class Layer:
    """An open inbound entry as outbound use sees it; `quantity` and `cost` are those of the whole entry, reversals have taken some."""

    ref: Ref
    quantity: Decimal
    remaining: Decimal
    cost: Decimal
    reserved: Decimal = ZERO
    variant: str | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None
    taken_back: Decimal = ZERO
    cost_taken_back: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        """What is neither used nor reserved."""
        return self.remaining - self.reserved


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be taken out. A location, lot or serial that is not named may be any; a variant is exactly what is named."""

    item: Item
    quantity: Decimal
    variant: str | None = None
    location: str | None = None
    lot: str | None = None
    serial: str | None = None

    def fits(self, layer: Layer) -> bool:
        """Whether a layer may be taken for it."""
        named = ((self.location, layer.location), (self.lot, layer.lot), (self.serial, layer.serial))
        return self.variant == layer.variant and all(wanted in (None, found) for wanted, found in named)


@dataclass(frozen=True, slots=True)
class Portion:
    """What becomes one outbound entry: taken at one location, of one lot or serial. `uncovered` no layer had."""

    location: str | None
    lot: str | None
    serial: str | None
    quantity: Decimal
    cost: Decimal
    takes: tuple[Take, ...] = ()
    uncovered: Decimal = ZERO


def take_out(need: Need, layers: Collection[Layer], *, currency: str) -> Sequence[Portion] | Refusal:
    """Take a quantity out of layers, given oldest first; too little is refused unless the item may go below zero."""
    portions: dict[tuple[str | None, ...], Portion] = {}
    missing = need.quantity
    for layer in layers:
        if missing == ZERO:
            break
        taken = min(layer.free, missing)
        if taken > ZERO and need.fits(layer):
            key = (layer.location, layer.lot, layer.serial)
            portions[key] = _more(portions.get(key) or Portion(*key, ZERO, ZERO), layer, taken, currency=currency)
            missing -= taken
    if missing == ZERO:
        return tuple(portions.values())
    if not need.item.negative_stock:
        return _too_little(need, layers, missing)
    return _uncovered(need, portions, missing, currency=currency)


def _too_little(need: Need, layers: Iterable[Layer], missing: Decimal) -> Refusal:
    """What is free of it, and how much is reserved beside that."""
    facts = {"item": need.item.number, "quantity": plain(need.quantity - missing)}
    reserved = sum((layer.reserved for layer in layers if need.fits(layer)), ZERO)
    if reserved > ZERO:
        facts |= {"why": "reserved", "reserved": plain(reserved)}
    return Refusal(Code.NEGATIVE_STOCK, facts=facts)


def _more(portion: Portion, layer: Layer, taken: Decimal, *, currency: str) -> Portion:
    cost = cost_of_take(layer, taken, currency=currency)
    return replace(
        portion,
        quantity=portion.quantity + taken,
        cost=portion.cost + cost,
        takes=(*portion.takes, Take(layer.ref, taken)),
    )


def _uncovered(
    need: Need, portions: dict[tuple[str | None, ...], Portion], missing: Decimal, *, currency: str
) -> Sequence[Portion]:
    """What no layer covers goes out at today's cost of the item and stays open below zero."""
    key = (need.location, need.lot, need.serial)
    found = portions.get(key) or Portion(*key, ZERO, ZERO)
    portions[key] = replace(
        found,
        quantity=found.quantity + missing,
        cost=found.cost + product(missing, need.item.unit_cost, currency=currency),
        uncovered=missing,
    )
    return tuple(portions.values())
