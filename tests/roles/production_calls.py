"""How the routes of production are called. The planner pia sets up and posts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.roles.cast import Asked, Call, Cast

_ROOM: Final = "/v1/production"
_STEPS: Final = [{"operation": "10", "center": "100"}]


def _item(cast: Cast, **more: Any) -> dict[str, Any]:
    body = {"unit": cast.unit, "number": cast.fresh("I"), "unit_cost": "50", "negative_stock": True, **more}
    return {**body, **cast.make(f"{_ROOM}/items", body, by="pia")}


def _center(cast: Cast) -> str:
    """The center 100, made where it is not there yet."""
    body = {"unit": cast.unit, "number": "100", "unit_cost": "1.2"}
    answer = cast.world.call("pia", "POST", f"{_ROOM}/centers", json=body)
    assert answer.status_code in {201, 409}, answer.text
    return str(answer.json().get("id", ""))


def _new_center(cast: Cast) -> dict[str, Any]:
    return {"unit": cast.unit, "number": cast.fresh("C"), "unit_cost": "1.2"}


def _new_order(cast: Cast, status: str = "released") -> dict[str, Any]:
    _center(cast)
    line = {"line": 1, "item": _item(cast)["number"], "quantity": "100", "operations": _STEPS}
    return {"unit": cast.unit, "number": cast.fresh("O"), "status": status, "lines": [line]}


def _order(cast: Cast, status: str = "released") -> dict[str, Any]:
    body = _new_order(cast, status)
    return {**body, **cast.make(f"{_ROOM}/orders", body, by="pia")}


def _journal(cast: Cast, order: dict[str, Any]) -> dict[str, Any]:
    line = {"order": order["number"], "operation": "10", "output": "10", "run": "5"}
    return {"unit": cast.unit, "lines": [line]}


def _posted(cast: Cast) -> dict[str, Any]:
    """A posted output: its order, its item entry and its capacity entry."""
    order = _order(cast)
    done = cast.make(f"{_ROOM}/output-journals", _journal(cast, order), by="pia")
    return {"order": order["id"], **done["lines"][0]}


def _finished(cast: Cast) -> Asked:
    posted = _posted(cast)
    cast.make(f"{_ROOM}/orders/{posted['order']}/finish", {}, by="pia")
    return Asked({"order": posted["order"]}, {})


def _consumption(cast: Cast) -> Asked:
    order = _order(cast)
    line = {"order": order["number"], "item": _item(cast)["number"], "quantity": "2"}
    return Asked(body={"unit": cast.unit, "lines": [line]})


def _moved(**more: Any) -> Call:
    return lambda cast: Asked(body={"unit": cast.unit, "item": _item(cast)["number"], "quantity": "2", **more})


def _listed_items(cast: Cast) -> Asked:
    made = _item(cast)
    return Asked(query=f"unit={cast.unit}&number={made['number']}", shows=made["id"])


def _listed_orders(cast: Cast) -> Asked:
    return Asked(query=f"unit={cast.unit}&status=planned&limit=200", shows=_order(cast, "planned")["id"])


def _changed_center(cast: Cast) -> Asked:
    made = cast.make(f"{_ROOM}/centers", _new_center(cast), by="pia")
    return Asked({"center": made["id"]}, {"unit_cost": "1.3"})


def _routing(cast: Cast) -> Asked:
    _center(cast)
    return Asked(body={"unit": cast.unit, "number": cast.fresh("R"), "operations": _STEPS})


def _reserved(cast: Cast) -> Asked:
    entry = _posted(cast)["item_entry"]
    cast.make(f"{_ROOM}/entries/{entry}/reservations", {"quantity": "1", "demand": "SO-1"}, by="pia")
    return Asked({"entry": entry}, {})


def _of(made: str, *, path: str = "entry", body: Any = None) -> Call:
    """About something that a posted output has."""
    return lambda cast: Asked({path: _posted(cast)[made]}, body)


def _of_order(status: str = "released", *, body: Any = None) -> Call:
    return lambda cast: Asked({"order": _order(cast, status)["id"]}, body)


PRODUCTION_CALLS: Final[Mapping[str, Call]] = {
    "create_item": lambda cast: Asked(body={"unit": cast.unit, "number": cast.fresh("I"), "unit_cost": "50"}),
    "list_items": _listed_items,
    "get_item": lambda cast: Asked({"item": _item(cast)["id"]}),
    "change_item": lambda cast: Asked({"item": _item(cast)["id"]}, {"unit_cost": "51"}),
    "create_center": lambda cast: Asked(body=_new_center(cast)),
    "get_center": _changed_center,
    "change_center": _changed_center,
    "create_routing": _routing,
    "create_order": lambda cast: Asked(body=_new_order(cast)),
    "list_orders": _listed_orders,
    "get_order": _of_order(),
    "release_order": _of_order("planned", body={}),
    "finish_order": _of_order(body={}),
    "reopen_order": _finished,
    "list_order_item_entries": _of_order(),
    "list_order_capacity_entries": _of_order(),
    "get_order_history": _of_order(),
    "post_output_journal": lambda cast: Asked(body=_journal(cast, _order(cast))),
    "preview_output_journal": lambda cast: Asked(body=_journal(cast, _order(cast))),
    "explode_routing": lambda cast: Asked(body={"unit": cast.unit, "order": _order(cast)["number"]}),
    "post_consumption_journal": _consumption,
    "preview_consumption_journal": _consumption,
    "post_shipment": _moved(),
    "post_receipt": _moved(unit_cost="3"),
    "get_item_entry": _of("item_entry"),
    "list_dependents": _of("item_entry"),
    "reserve_entry": _of("item_entry", body={"quantity": "1", "demand": "SO-1"}),
    "release_reservations": _reserved,
    "get_capacity_entry": _of("capacity_entry"),
}
