"""Who works in a soak, and on what: units with a project and a plant each, and what is open there."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.acting import ADMIN, Actors, set_up
from tests.soak.comparing import FIRST_DAY
from tests.soak.ledger import Ledger
from tilbake.settings import Settings

Recall = dict[str, Any]
APPROVERS: Final = 4
POLICY: Final = {"remind_after": "1d", "escalate_after": "2d", "expire_after": "4d"}
_PRODUCTION: Final = "/production"


@dataclass(slots=True)
class Pool:
    """What is there to act on in one unit. Whoever acts on something takes it out, so that most acts do not collide."""

    people: Actors
    ledger: Ledger
    random: random.Random
    entries: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    open: list[Recall] = field(default_factory=list)
    decided: list[Recall] = field(default_factory=list)
    drafts: list[Recall] = field(default_factory=list)
    confirmed: list[Recall] = field(default_factory=list)
    messages: list[tuple[bytes, str, httpx.Response]] = field(default_factory=list)

    @property
    def unit(self) -> str:
        """The unit all of this is in."""
        return self.people.unit

    def some(self, pool: list[Any], most: int = 1) -> list[Any]:
        """Up to so many of them, taken out at random."""
        self.random.shuffle(pool)
        taken, pool[:] = pool[:most], pool[most:]
        return taken

    def approver(self) -> str:
        """One of those who may decide."""
        return self.random.choice(list(self.people.approvers))


async def settle_in(http: httpx.AsyncClient, settings: Settings, ledger: Ledger, seed: random.Random) -> Pool:
    """A new unit with its people, a project, and an order to post output on."""
    people = await set_up(http, settings, approvers=APPROVERS, policy=POLICY)
    roles = {
        "finance": [people.finance],
        "member": [people.owner],
        "planner": [people.finance],
        "approver": list(people.approvers),
    }
    await people.done("PUT", f"/units/{people.unit}/roles", by=ADMIN, body=roles)
    await people.done("POST", f"/units/{people.unit}/clock", by=ADMIN, body={"today": FIRST_DAY})
    await _plant(people)
    return Pool(people, ledger, random.Random(seed.getrandbits(64)))


async def _plant(people: Actors) -> None:
    item = {"unit": people.unit, "number": "BOLT", "unit_cost": "50"}
    center = {"unit": people.unit, "number": "100", "unit_cost": "1.2"}
    steps = [{"operation": "10", "center": "100"}]
    line = {"line": 1, "item": "BOLT", "quantity": "1000000", "operations": steps}
    order = {"unit": people.unit, "number": "RPO-1", "status": "released", "lines": [line]}
    for path, body in (("items", item), ("centers", center), ("orders", order)):
        await people.done("POST", f"{_PRODUCTION}/{path}", by=people.finance, body=body)
