"""The calls of the public API that make a production world: what `tilbake import contoso` and the story send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from domain.money import plain
from imports.contoso import HEADINGS, Item, OrderLine, World

ALREADY_THERE: Final = "already_exists"
"""The code that says something was imported before."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing to make, by POST."""

    path: str
    body: Mapping[str, Any]


def read_files(directory: Path) -> dict[str, bytes]:
    """The files of a world that there are, by their names. Raises OSError where one cannot be read."""
    return {name: (directory / name).read_bytes() for name in HEADINGS if (directory / name).is_file()}


def calls(world: World, *, unit: str, unit_costs: Mapping[str, Decimal]) -> Iterator[Call]:
    """Everything a world holds, each after what it names."""
    for center in world.centers:
        body = {"number": center.number, "unit_cost": plain(center.unit_cost), "basis": center.basis}
        yield Call("/v1/production/centers", {"unit": unit, **body})
    for item in world.items:
        yield Call("/v1/production/items", {"unit": unit, **_item(item, unit_costs[item.number])})
    for number, operations in world.routings.items():
        steps = [
            {
                "operation": one.operation,
                "center": one.center,
                "setup_minutes": plain(one.setup_minutes),
                "run_minutes": plain(one.run_minutes),
            }
            for one in operations
        ]
        yield Call("/v1/production/routings", {"unit": unit, "number": number, "operations": steps})
    made = {item.number: item for item in world.items}
    for number, lines in world.orders.items():
        order: dict[str, Any] = {
            "number": number,
            "status": world.statuses[number],
            "lines": [_line(one, made[one.item]) for one in lines],
        }
        yield Call("/v1/production/orders", {"unit": unit, **order})


def _item(item: Item, unit_cost: Decimal) -> dict[str, Any]:
    named = {"number": item.number, "base_unit": item.base_unit, "unit_cost": plain(unit_cost)}
    return named | ({"description": item.description} if item.description else {})


def _line(line: OrderLine, item: Item) -> dict[str, Any]:
    """A line with its routing and its bill of materials; material is posted by hand."""
    components = [{"item": one.item, "quantity_per": plain(one.quantity_per)} for one in item.components]
    named = {"line": line.line, "item": line.item, "quantity": plain(line.quantity), "components": components}
    return named | ({"routing": line.routing} if line.routing else {})
