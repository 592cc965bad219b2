"""What the service shows of a case's project and production, taken before and after a step that must change nothing."""

import asyncio
from collections.abc import Mapping
from typing import Any

from tilbake.conformance.stage import ADMIN, Stage

Picture = Mapping[str, Any]
HINTS = frozenset({"allowed_actions"})
"""Advice that depends on who looks and on what stands in the way now; it is no state of the entry."""


def _state(body: Any) -> Any:
    return {name: value for name, value in body.items() if name not in HINTS}


async def _entry(stage: Stage, *, name: str) -> dict[str, Any]:
    path = f"/entries/{stage.entry(name)}"
    entry, actuals, history = await asyncio.gather(
        stage.api.get(path, by=ADMIN),
        stage.api.items(f"{path}/actuals", by=ADMIN),
        stage.api.items(f"{path}/history", by=ADMIN),
    )
    taken = [(one["from"], one["to"]) for one in history if one["from"] != one["to"]]
    return {f"entry {name}": _state(entry.body), f"actuals {name}": _by_id(actuals), f"statuses {name}": taken}


def _by_id(rows: list[Any]) -> dict[str, Any]:
    return {row["id"]: row for row in rows}


async def _order(stage: Stage, *, name: str) -> dict[str, Any]:
    path = f"/production/orders/{stage.order(name)}"
    order, entries, capacities = await asyncio.gather(
        stage.api.get(path, by=ADMIN),
        stage.api.items(f"{path}/item-entries", by=ADMIN),
        stage.api.items(f"{path}/capacity-entries", by=ADMIN),
    )
    return {
        f"order {name}": _state(order.body),
        f"item entries {name}": _by_id(entries),
        f"capacity entries {name}": _by_id(capacities),
    }


async def _items(stage: Stage) -> dict[str, Any]:
    found = await asyncio.gather(*(stage.api.get(f"/production/items/{id}", by=ADMIN) for id in stage.items.values()))
    return {f"item {name}": one.body for name, one in zip(stage.items, found, strict=True)}


async def _invoices(stage: Stage) -> dict[str, Any]:
    found = await stage.api.items("/invoices", by=ADMIN, params={"project": stage.project})
    return {f"invoice {one['number']}": _state(one) for one in found}


async def _requests(stage: Stage, *, name: str) -> dict[str, Any]:
    bodies = await asyncio.gather(*(stage.api.get(f"/recalls/{one}", by=ADMIN) for one in stage.recalls_of(name)))
    return {
        f"request {name}": [
            (one.body["status"], [(line["subject"], line["status"]) for line in one.body["lines"]]) for one in bodies
        ]
    }


async def take(stage: Stage, *, with_requests: bool) -> Picture:
    """Totals, entries with approval, actuals and history, invoices, orders, ledgers and stock; requests too unless a decision was refused.

    The attempt of a refused decision is kept on its request, so there the request may change and nothing else.
    """
    totals = await stage.api.get(f"/projects/{stage.project}/totals", by=ADMIN)
    parts = await asyncio.gather(
        _invoices(stage),
        *(_entry(stage, name=one.id) for one in stage.case.world.entries),
        *(_order(stage, name=name) for name in stage.orders),
        _items(stage),
        *(_requests(stage, name=name) for name in stage.recalls if with_requests),
    )
    return {"totals": totals.body, **{key: value for part in parts for key, value in part.items()}}


def changes(before: Picture, *, after: Picture) -> list[str]:
    """What differs, in words that name the thing and, where it has them, the fields."""
    return [
        f"{key} changed{_fields(before.get(key), after=after.get(key))}"
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def _fields(before: Any, *, after: Any) -> str:
    if not isinstance(before, dict) or not isinstance(after, dict):
        return f" from {before} to {after}"
    differing = [name for name in dict.fromkeys([*before, *after]) if before.get(name) != after.get(name)]
    return "".join(f" ({name}: {before.get(name)} -> {after.get(name)})" for name in differing)
