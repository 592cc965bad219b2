"""Who plays: somebody of every role in one unit, a stranger who has all roles in another, and somebody who is not signed in."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from tests.api.world import Json, World, new_project, new_world
from tests.harness import Service

ROLES: Final[Mapping[str, str | None]] = {
    "signed out": None,
    "stranger": "sven",
    "member": "sid",
    "owner": "bob",
    "project approver": "mia",
    "unit approver": "una",
    "manager": "moa",
    "finance": "fia",
    "planner": "pia",
    "operator": "ole",
    "auditor": "ada",
    "admin": "admin",
}
"""The columns of the table, and who plays each. The owner is a member, too, and all entries and requests are the owner's."""
_IN_THE_UNIT: Final = {
    "member": ("bob", "sid"),
    "approver": ("una",),
    "manager": ("moa",),
    "finance": ("fia",),
    "planner": ("pia",),
    "operator": ("ole",),
    "auditor": ("ada",),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One call of a route: what its path names, what it says, and the item that a list shows to those who see it."""

    path: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes | None = None
    shows: str | None = None


@dataclass
class Cast:
    """The unit of the walk, and what is made for its calls."""

    world: World
    stranger_s_unit: str
    number: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def unit(self) -> str:
        """The unit all roles but the stranger's are in."""
        return self.world.unit

    def fresh(self, name: str) -> str:
        """A name that nothing has yet."""
        return f"{name}-{self.unit}-{next(self.number)}"

    def make(self, path: str, body: object, *, by: str = "admin", method: str = "POST") -> Json:
        """Something a call needs."""
        return self.world.do(by, path, body, method=method)

    def call(self, role: str, method: str, path: str, asked: Asked) -> httpx.Response:
        """The call, as somebody of a role."""
        person = ROLES[role]
        headers = dict(asked.headers)
        if person is not None:
            headers["authorization"] = f"Bearer {self.world.token(person)}"
        for name, value in asked.path.items():
            path = path.replace("{" + name + "}", value)
        url = f"{self.world.service.url}{path}{'?' if asked.query else ''}{asked.query}"
        if asked.content is not None:
            return self.world.http.request(method, url, headers=headers, content=asked.content)
        return self.world.http.request(method, url, headers=headers, json=asked.body)


Call = Callable[[Cast], Asked]


def new_cast(service: Service, http: httpx.Client) -> Cast:
    """A unit with its people, and another one in which the stranger is everything."""
    world = new_world(service, http)
    people = {name: f"{name}-{world.unit}" for name in ROLES.values() if name not in {None, "admin", *world.people}}
    world.people = {**world.people, **{str(name): id for name, id in people.items()}}
    for id in people.values():
        world.do("admin", "/v1/people", {"id": id, "name": id})
    roles = {role: [world.people[name] for name in names] for role, names in _IN_THE_UNIT.items()}
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")
    other = f"other-{world.unit}"
    world.do("admin", "/v1/units", {"id": other, "name": "Elsewhere", "currency": "USD"})
    sven = [world.people["sven"]]
    world.do("admin", f"/v1/units/{other}/roles", dict.fromkeys(_IN_THE_UNIT, sven), method="PUT")
    theirs = new_project(world, "Theirs", approvers=("sven",), unit=other)
    world.submitted("sven", project=theirs)
    return Cast(world, other)
