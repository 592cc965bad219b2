"""What a typed line is about: its order and order line, its item, and its quantity in base units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.money import multiply, round_quantity
from domain.production.books import Books
from domain.production.model import Item, Order, OrderLine, OrderStatus
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class Target:
    """An order with the one of its lines that is meant, as it is now."""

    order: Order
    line: OrderLine


def find_target(order: str, line: int | None, books: Books) -> Target | Refusal:
    """The order and its line; the line may be left out where there is one (output-reversal 2)."""
    found = books.orders.get(order)
    if found is None:
        return Refusal(Code.UNKNOWN_ORDER, facts={"order": order})
    if line is None and len(found.lines) != 1:
        return Refusal(Code.INVALID_VALUE, facts={"field": "line", "expected": "required"})
    chosen = [one for one in found.lines if line in (None, one.line)]
    if not chosen:
        return Refusal(Code.UNKNOWN_ORDER, facts={"order": f"{order} {line}"})
    return Target(found, books.lines[chosen[0].id])


def check_released(order: Order) -> Refusal | None:
    """Output and consumption need a released order (output-reversal 5)."""
    match order.status:
        case OrderStatus.RELEASED:
            return None
        case OrderStatus.FINISHED:
            return Refusal(Code.ORDER_FINISHED, facts={"order": order.number})
        case OrderStatus.PLANNED | OrderStatus.FIRM_PLANNED:
            return Refusal(Code.ORDER_NOT_RELEASED, facts={"order": order.number})


def check_blocked(item: Item) -> Refusal | None:
    """Nothing is posted on a blocked item."""
    return Refusal(Code.ITEM_BLOCKED, facts={"item": item.number}) if item.blocked else None


def base_units(item: Item, unit: str | None) -> Decimal | Refusal:
    """How many base units a typed unit holds."""
    if unit in (None, item.base_unit):
        return Decimal(1)
    found = item.units.get(unit or "")
    return found or Refusal(Code.INVALID_VALUE, facts={"field": "unit", "expected": "allowed_value"})


def in_base(quantity: Decimal, per_unit: Decimal) -> Decimal:
    """A quantity in base units, five places (output-reversal 1)."""
    return round_quantity(multiply(quantity, per_unit))
