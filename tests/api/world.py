"""A unit with its people and a project, made through the API, for one test: what it does harms no other test."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from tests.harness import Service
from tilbake.tokens import local_token

Json = dict[str, Any]
PEOPLE = ("bob", "sid", "mia", "noor", "fia")


@dataclass
class World:
    """bob and sid are members and own entries, mia and noor approve, fia is finance of the unit; `admin` sets up."""

    service: Service
    http: httpx.Client
    unit: str
    people: Mapping[str, str]
    project: str = ""
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, person: str) -> str:
        """A token for somebody of this world, or for anybody by id."""
        id = self.people.get(person, person)
        if id not in self.tokens:
            self.tokens[id] = local_token(id, self.service.settings.issuer_key_path)
        return self.tokens[id]

    def call(self, person: str, method: str, path: str, **more: Any) -> httpx.Response:
        """A request as a person; `more` as httpx takes it."""
        headers = {"authorization": f"Bearer {self.token(person)}"} | dict(more.pop("headers", {}))
        return self.http.request(method, f"{self.service.url}{path}", headers=headers, **more)

    def get(self, path: str, *, person: str = "admin", **more: Any) -> Json:
        """What a person reads; by default one who sees everything, so that a test of something else says nothing of sight."""
        answer = self.call(person, "GET", path, **more)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def do(self, person: str, path: str, body: object, *, method: str = "POST", **more: Any) -> Json:
        """What a person does, and that it was done."""
        answer = self.call(person, method, path, json=body, **more)
        assert answer.status_code in {200, 201, 202}, answer.text
        return dict(answer.json())

    def try_policy(
        self, policy: Mapping[str, Any], *, by: str = "fia", seen: str = "*", comment: str = "As agreed", **more: Any
    ) -> httpx.Response:
        """Somebody sets the policy of the unit, whatever comes of it; `seen` is the version they have read."""
        headers = {"if-match": seen if seen == "*" else f'"{seen}"'} | dict(more.pop("headers", {}))
        body = {"policy": dict(policy), "comment": comment}
        return self.call(by, "PUT", f"/v1/policies/{self.unit}", json=body, headers=headers, **more)

    def set_policy(self, **policy: Any) -> Json:
        """Finance sets the policy of the unit."""
        answer = self.try_policy(policy)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def draft(self, owner: str = "bob", **fields: Any) -> str:
        """A draft of an owner, 8 hours on 2026-02-02."""
        body = {"project": self.project, "kind": "time", "date": "2026-02-02", "quantity": "8", **fields}
        return str(self.do(owner, "/v1/entries", body)["id"])

    def submitted(self, owner: str = "bob", **fields: Any) -> str:
        """A submitted entry."""
        id = self.draft(owner, **fields)
        self.do(owner, "/v1/entries/submit", {"entries": [id]})
        return id

    def approved(self, owner: str = "bob", *, by: str = "mia", **fields: Any) -> str:
        """An approved entry."""
        id = self.submitted(owner, **fields)
        self.do(by, "/v1/entries/approve", {"entries": [id]})
        return id

    def requested(self, *entries: str, owner: str = "bob") -> Json:
        """A recall request for entries of one approver."""
        body = {"entries": list(entries), "reason": "Wrong project"}
        return dict(self.do(owner, "/v1/recalls", body)["recalls"][0])

    def decide(self, recall: Json, *, by: str = "mia", verdict: str = "approve", **more: Any) -> httpx.Response:
        """A decision on a recall as it was read, and its outcome."""
        headers = {"prefer": "wait=20", "if-match": f'"{recall["plan_hash"]}"'} | dict(more.pop("headers", {}))
        body = {"decision": verdict} | more
        return self.call(by, "POST", f"/v1/recalls/{recall['id']}/decisions", json=body, headers=headers)

    def drafted_invoice(self, *entries: str) -> str:
        """A draft invoice with entries."""
        return str(self.do("fia", "/v1/invoices", {"project": self.project, "entries": list(entries)})["id"])

    def invoiced(self, *entries: str) -> str:
        """A confirmed invoice with entries."""
        id = self.drafted_invoice(*entries)
        self.do("fia", f"/v1/invoices/{id}/confirm", {})
        return id

    def close_for_now(self) -> str:
        """Finance closes today and days to come; the first open day."""
        until = date.fromisoformat(self.get(f"/v1/units/{self.unit}")["today"]) + timedelta(days=300)
        self.do("fia", f"/v1/units/{self.unit}/periods/close", {"until": until.isoformat()})
        return (until + timedelta(days=1)).isoformat()

    def channel(self) -> tuple[str, str]:
        """A new approval channel of the unit and its secret."""
        made = self.do("admin", "/v1/channels", {"id": f"mail-{secrets.token_hex(4)}", "unit": self.unit})
        return str(made["id"]), str(made["secret"])


def new_world(service: Service, http: httpx.Client) -> World:
    """A unit of its own with people, roles and a project at cost 100 and price 200."""
    mark = secrets.token_hex(4)
    world = World(service, http, f"unit-{mark}", {name: f"{name}-{mark}" for name in PEOPLE})
    for id in world.people.values():
        world.do("admin", "/v1/people", {"id": id, "name": id.capitalize()})
    world.do("admin", "/v1/units", {"id": world.unit, "name": "Oslo", "currency": "USD"})
    roles = {"finance": [world.people["fia"]], "member": [world.people["bob"], world.people["sid"]]}
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")
    world.project = new_project(world, "Alfa", approvers=("mia", "noor"))
    return world


def new_project(world: World, name: str, *, approvers: Sequence[str], **fields: Any) -> str:
    """Another project of the unit."""
    body = {
        "unit": world.unit,
        "name": name,
        "approvers": [world.people[one] for one in approvers],
        "rates": {"cost": "100", "sales": "200"},
        **fields,
    }
    return str(world.do("admin", "/v1/projects", body)["id"])


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which must be a problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    body = answer.json()
    assert body["status"] == answer.status_code
    assert set(body) >= {"type", "title", "status", "detail", "code", "advice", "errors", "trace_id"}
    return answer.status_code, str(body["code"])
