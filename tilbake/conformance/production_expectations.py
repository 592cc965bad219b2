"""Compares orders, both ledgers and stock with what a case expects."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tilbake.conformance import rows
from tilbake.conformance.rows import Kind, number, same_money, same_quantity
from tilbake.conformance.stage import ADMIN, Stage


def _quantity(key: str) -> rows.Compare:
    return lambda row, expected: same_quantity(row[key], expected=expected)


def _same(key: str) -> rows.Compare:
    return lambda row, expected: row[key] == expected


def _money(key: str) -> rows.Compare:
    return lambda row, expected: same_money(row[key], expected=expected)


def _day(row: Mapping[str, Any], expected: Any) -> bool:
    return bool(row["date"] == expected.isoformat())


def _link(key: str, stage: Stage) -> rows.Compare:
    """A link to an entry the case has a name for, or to none."""
    return lambda row, expected: row[key] == (None if expected is None else stage.entry(expected))


def _brief(*keys: str) -> Any:
    return lambda row: "{" + ", ".join(f"{key}: {row[key]}" for key in keys) + f", cost: {row['cost']['amount']}" + "}"


def _item_kind(stage: Stage) -> Kind:
    keys = {
        **{
            name: _same(name)
            for name in ("type", "item", "open", "reversed", "lot", "serial", "line", "location", "document")
        },
        **{name: _quantity(name) for name in ("quantity", "remaining")},
        **{name: _link(name, stage) for name in ("applies_to", "applies_from")},
        "date": _day,
        "cost": _money("cost"),
    }
    return Kind(
        "item entry", keys, _brief("type", "item", "quantity", "remaining", "reversed", "lot", "serial", "date")
    )


def _capacity_kind(stage: Stage) -> Kind:
    figures = ("setup", "run", "stop", "output", "scrap")
    keys = {
        **{name: _same(name) for name in ("operation", "line", "reversed", "document")},
        **{name: _quantity(name) for name in figures},
        **{name: _money(name) for name in ("cost", "direct_cost", "indirect_cost")},
        "reverses": _link("reverses", stage),
        "date": _day,
    }
    return Kind("capacity entry", keys, _brief("operation", *figures, "reversed", "date"))


async def item_entries(stage: Stage, *, expected: Mapping[str, tuple[Mapping[str, Any], ...]]) -> list[str]:
    """All output and consumption of each order named: none missing, none more."""
    return await _ledger(stage, "item-entries", expected, kind=_item_kind(stage))


async def capacity_entries(stage: Stage, *, expected: Mapping[str, tuple[Mapping[str, Any], ...]]) -> list[str]:
    """All work posted on each order named."""
    return await _ledger(stage, "capacity-entries", expected, kind=_capacity_kind(stage))


async def _ledger(
    stage: Stage, ledger: str, expected: Mapping[str, tuple[Mapping[str, Any], ...]], *, kind: Kind
) -> list[str]:
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = await stage.api.items(f"/production/orders/{stage.order(name)}/{ledger}", by=ADMIN)
        problems += [f"{ledger} {name}: {one}" for one in rows.compare(seen, expected=wanted, kind=kind)]
    return problems


async def order(stage: Stage, *, expected: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Finished and remaining of each order, over its lines and of single ones, and its status."""
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = (await stage.api.get(f"/production/orders/{stage.order(name)}", by=ADMIN)).body
        lines = {one["line"]: one for one in seen["lines"]}
        if "status" in wanted and seen["status"] != wanted["status"]:
            problems.append(f"order {name} status: expected {wanted['status']}, got {seen['status']}")
        problems += _figures(f"order {name}", list(lines.values()), wanted)
        for line, figures in wanted.get("lines", {}).items():
            problems += _figures(f"order {name} line {line}", [lines[line]], figures)
    return problems


def _figures(what: str, lines: list[Any], wanted: Mapping[str, Any]) -> list[str]:
    sums = {key: sum((number(one[key]) for one in lines), Decimal(0)) for key in ("finished", "remaining")}
    return [
        f"{what} {key}: expected {wanted[key]}, got {found}"
        for key, found in sums.items()
        if key in wanted and found != rows.rounded(wanted[key], places=rows.QUANTITY_PLACES)
    ]


async def stock(stage: Stage, *, expected: Mapping[str, Decimal]) -> list[str]:
    """What is in stock of each item named."""
    problems: list[str] = []
    for name, quantity in expected.items():
        seen = (await stage.api.get(f"/production/items/{stage.items[name]}", by=ADMIN)).body["stock"]
        problems += [] if same_quantity(seen, expected=quantity) else [f"stock {name}: expected {quantity}, got {seen}"]
    return problems
