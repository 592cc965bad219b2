"""The production side of a world of a test: sid plans and posts, bob asks, mia decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.api.world import Json, World

ROOM = "/v1/production"


@dataclass
class Factory:
    """Items, a center and orders of a world's unit, by number."""

    world: World
    items: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    center: str = ""

    def item(self, number: str, cost: str = "50", **more: Any) -> str:
        """A new item."""
        body = {"unit": self.world.unit, "number": number, "unit_cost": cost, **more}
        self.items[number] = str(self.world.do("sid", f"{ROOM}/items", body)["id"])
        return self.items[number]

    def order(self, number: str, item: str, quantity: str = "100", **more: Any) -> str:
        """A released order of one line with operations 10 and 20, or with what is given."""
        steps = [{"operation": one, "center": "100"} for one in ("10", "20")]
        line = {"line": 1, "item": item, "quantity": quantity, "operations": steps, **more}
        body = {"unit": self.world.unit, "number": number, "status": "released", "lines": [line]}
        self.orders[number] = str(self.world.do("sid", f"{ROOM}/orders", body)["id"])
        return self.orders[number]

    def journal(
        self, *lines: Mapping[str, Any], path: str = "output-journals", by: str = "sid", **more: Any
    ) -> httpx.Response:
        """Post lines, whatever comes of it."""
        body = {"unit": self.world.unit, "lines": list(lines)}
        return self.world.call(by, "POST", f"{ROOM}/{path}", json=body, **more)

    def output(self, quantity: str = "10", **more: Any) -> Json:
        """One line of output on the last operation of RPO-1."""
        line = {"order": "RPO-1", "operation": "20", "run": "60", "output": quantity, **more}
        answer = self.journal(line)
        assert answer.status_code == 201, answer.text
        posted: Json = answer.json()
        return {**posted["lines"][0], "register": posted["register"]}

    def stock(self, item: str) -> str:
        """What is in stock."""
        return str(self.world.get(f"{ROOM}/items/{self.items[item]}")["stock"])

    def ledgers(self, order: str = "RPO-1") -> tuple[list[Json], list[Json]]:
        """Both ledgers of an order."""
        path = f"{ROOM}/orders/{self.orders[order]}"
        items, work = self.world.get(f"{path}/item-entries"), self.world.get(f"{path}/capacity-entries")
        return items["items"], work["items"]

    def asked(self, **named: Any) -> httpx.Response:
        """bob asks for posted production, whatever comes of it."""
        return self.world.call("bob", "POST", "/v1/recalls", json={"reason": "Wrong count", **named})

    def ship(self, item: str, quantity: str) -> Json:
        """Take an item out of stock."""
        body = {"unit": self.world.unit, "item": item, "quantity": quantity}
        return self.world.do("sid", f"{ROOM}/shipments", body)


def new_factory(world: World, **policy: Any) -> Factory:
    """A bolt made on RPO-1, a frame made of bolts on RPO-2."""
    people = world.people
    roles = {
        "finance": [people["fia"]],
        "planner": [people["sid"]],
        "member": [people["bob"]],
        "approver": [people["mia"]],
    }
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")
    world.set_policy(**policy)
    made = Factory(world)
    made.item("BOLT", units={"BOX": "12"})
    made.item("FRAME", "400")
    center = {"unit": world.unit, "number": "100", "unit_cost": "1.2"}
    made.center = str(world.do("sid", f"{ROOM}/centers", center)["id"])
    made.order("RPO-1", "BOLT")
    made.order("RPO-2", "FRAME", "5", components=[{"item": "BOLT", "quantity_per": "8"}])
    return made
