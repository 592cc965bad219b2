"""A small factory for the rules of production, all in memory: bolts made of steel in two operations, and what ledgers hold.

Ids and numbers differ on purpose: what is shown to people and what links rows must not be mixed up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypeVar

from domain.money import ZERO
from domain.periods import Periods
from domain.production.books import Books, Desk
from domain.production.model import (
    Capacity,
    CapacityCost,
    Center,
    Entry,
    EntryType,
    Figures,
    Item,
    Operation,
    Order,
    OrderLine,
    OrderStatus,
    Traits,
)
from domain.production.outbound import Layer
from domain.refusals import Refusal

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
D = Decimal
FEBRUARY, MARCH = date(2026, 2, 16), date(2026, 3, 2)
"""The day something was posted, and today."""

BOLT: Final = Item("item-bolt", "BOLT", D(50), units={"BOX": D(12)})
STEEL: Final = Item("item-steel", "STEEL", D(3), base_unit="KG")
SAW: Final = Center("SAW", D("1.2"))
SAWING: Final = Operation("10", SAW)
PACKING: Final = Operation("20", Center("PACK", D("0.8")))
LINE: Final = OrderLine("line-1", 1, BOLT.id, D(100), variant="ZINC", location="MAIN", operations=(SAWING, PACKING))
ORDER: Final = Order("order-1", "RPO-1", OrderStatus.RELEASED, (LINE,))
WITHOUT_ROUTING: Final = replace(ORDER, lines=(replace(LINE, operations=()),))

OF_LINE: Final = Traits(BOLT.id, "ZINC", "MAIN", order=ORDER.id, line=LINE.id, document="DOC-1")
OUTPUT: Final = Entry("entry-7", 7, EntryType.OUTPUT, D(40), D(40), OF_LINE, FEBRUARY, D(2000), "register-1")
"""Forty bolts at 50, nothing used of them."""

CONSUMPTION: Final = Entry(
    id="entry-8",
    number=8,
    type=EntryType.CONSUMPTION,
    quantity=D(-30),
    remaining=ZERO,
    traits=Traits(STEEL.id, location="MAIN", order=ORDER.id, line=LINE.id, document="DOC-2", unit="KG"),
    date=FEBRUARY,
    cost=D("-100.01"),
    register="register-1",
)
"""Thirty kilos of steel that cost 100.01."""

SALE: Final = replace(CONSUMPTION, type=EntryType.SALE, traits=Traits(BOLT.id))


def figures(**values: str | int | Decimal) -> Figures:
    """Figures by name."""
    return Figures(**{name: Decimal(value) for name, value in values.items()})


WORK: Final = Capacity(
    id="capacity-3",
    number=3,
    order=ORDER.id,
    line=LINE.id,
    operation="20",
    center=PACKING.center,
    figures=figures(setup=15, run=200, output=40, scrap=2),
    cost=CapacityCost(D("150.00"), D("22.00")),
    date=FEBRUARY,
    document="DOC-1",
    register="register-1",
    item_entry=OUTPUT.id,
    item_entry_number=OUTPUT.number,
)
"""What was counted when those forty bolts were packed."""

SAWN: Final = replace(
    WORK, id="capacity-2", number=2, operation="10", center=SAW, item_entry=None, item_entry_number=None
)
"""The same at the operation before, which moves no stock."""

STOP: Final = replace(WORK, id="capacity-4", number=4, figures=figures(stop=7), cost=CapacityCost())
"""The stop of that posting: a row of its own, free of cost."""


def changed(thing: T, **changes: Any) -> T:
    """The same, but for what is named when the test runs."""
    return replace(thing, **changes)


def line(**changes: Any) -> OrderLine:
    """The order line, with something else about it."""
    return replace(LINE, **changes)


def order_of(*lines: OrderLine, **changes: Any) -> Order:
    """The order, with these lines."""
    return replace(ORDER, lines=lines or ORDER.lines, **changes)


def books(
    order: Order = ORDER,
    *,
    items: Iterable[Item] = (BOLT, STEEL),
    originals: Iterable[Entry] = (),
    stock: Sequence[tuple[Item, Layer]] = (),
    closed_until: date | None = None,
    **more: Any,
) -> Books:
    """Books as of today, in a unit whose planners may correct output themselves unless `needs_approval` says otherwise."""
    known = {item.id: item for item in items}
    layers: dict[str, dict[str | int, Layer]] = {}
    for item, layer in stock:
        layers.setdefault(item.id, {})[layer.ref] = layer
    return Books(
        desk=Desk(MARCH, more.pop("currency", "USD"), more.pop("needs_approval", False), Periods(closed_until)),
        orders={order.number: order},
        items=known,
        numbers={item.number: item.id for item in known.values()},
        originals={one.id: one for one in originals},
        layers=layers,
        **more,
    )


def steel(quantity: str, cost: str, *, ref: str = "layer-1", **more: Any) -> tuple[Item, Layer]:
    """An untouched layer of steel."""
    return STEEL, Layer(ref, D(quantity), D(quantity), D(cost), **more)


def code_of(outcome: object) -> str:
    """The code of a refusal; anything else is no refusal."""
    assert isinstance(outcome, Refusal), outcome
    return outcome.code.value


def codes(refusals: Iterable[Refusal]) -> list[str]:
    """The codes of refusals, in their order."""
    return [one.code.value for one in refusals]
