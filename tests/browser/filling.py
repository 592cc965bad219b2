"""A system with a request in every state, in one language: what an operator finds after a busy day."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client

from tests.acting import ADMIN, Actors, fast_forward, set_up
from tests.harness import Service
from tests.temporal_access import client_of
from tests.waiting import until
from tilbake.temporal_client import connect
from tilbake.tokens import local_token

HOUR = timedelta(hours=1)


@dataclass(slots=True)
class Filled:
    """The requests by what became of them, each as the API showed it when it was made, and who looks after them."""

    service: Service
    people: Actors
    client: Client
    requests: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    day: date = field(default_factory=lambda: datetime.now(UTC).date())
    """When it was filled: what was recalled then is not recalled today for ever."""

    @property
    def operator(self) -> str:
        """A token of an operator of the unit."""
        return local_token(f"ole-{self.people.suffix}", self.service.settings.issuer_key_path)

    def workflow(self, state: str) -> str:
        """The id of the workflow of a request."""
        return str(self.requests[state]["workflow_id"])


async def new_namespace(address: str, name: str) -> None:
    """A namespace of a test, once it can be used."""
    client = await client_of(address)
    keep = Duration()
    keep.FromTimedelta(24 * HOUR)
    request = RegisterNamespaceRequest(namespace=name, workflow_execution_retention_period=keep)
    await client.workflow_service.register_namespace(request)


async def fill(service: Service) -> Filled:
    """Make a request of every state."""
    http = httpx.AsyncClient(base_url=service.url, timeout=40)
    people = await set_up(http, service.settings, policy={"remind_after": "24h"}, currency="NOK")
    filled = Filled(service, people, await connect(service.settings))
    await _name_people(people)
    entries = iter(await people.approved_entries(12))
    for state in ("waiting", "reminded", "blocked", "freed", "recalled", "rejected", "withdrawn", "closed by operator"):
        filled.requests[state] = await people.ask(next(entries))
    for state in ("partly decided", "partly recalled"):
        filled.requests[state] = await people.ask(next(entries), next(entries))
    await _decide_all(filled)
    await _let_time_pass(filled)
    return filled


async def _name_people(people: Actors) -> None:
    operator = f"ole-{people.suffix}"
    await people.done("POST", "/people", by=ADMIN, body={"id": operator, "name": "Ole"})
    roles = (await people.done("GET", f"/units/{people.unit}", by=ADMIN))["roles"]
    await people.done("PUT", f"/units/{people.unit}/roles", by=ADMIN, body=roles | {"operator": [operator]})


async def _decide_all(filled: Filled) -> None:
    people, made = filled.people, filled.requests
    mia = people.approvers[0]
    subjects = {state: [line["subject"] for line in recall["lines"]] for state, recall in made.items()}
    body = {"project": people.project, "entries": [*subjects["blocked"], *subjects["freed"]]}
    draft = await people.done("POST", "/invoices", by=people.finance, body=body)
    for state in ("blocked", "freed", "recalled"):
        await people.decide(made[state], by=mia)
    await people.decide(made["rejected"], by=mia, verdict="reject")
    await people.done("POST", f"/recalls/{made['withdrawn']['id']}/withdraw", by=people.owner, body={})
    for state, verdicts in (("partly decided", ["reject"]), ("partly recalled", ["reject", "approve"])):
        for line, verdict in zip(subjects[state], verdicts, strict=False):
            await _decide_line(filled, state, line, verdict)
    await _shown(filled, "freed", "on_draft_invoice")
    removed = {"entries": subjects["freed"]}
    await people.done("POST", f"/invoices/{draft['id']}/remove", by=people.finance, body=removed)
    await people.decide(made["freed"], by=people.approvers[1])
    await filled.client.get_workflow_handle(filled.workflow("closed by operator")).cancel()


async def _decide_line(filled: Filled, state: str, line: str, verdict: str) -> None:
    people, recall = filled.people, filled.requests[state]
    path, sent = f"/recalls/{recall['id']}/decisions", {"if-match": "*", "prefer": "wait=10"}
    body = {"decision": verdict, "lines": [line]}
    answer = await people.call("POST", path, by=people.approvers[0], body=body, headers=sent)
    assert answer.status_code == 200, answer.text


async def _shown(filled: Filled, state: str, code: str) -> None:
    """Wait until a request is blocked."""

    async def look() -> bool:
        now = await filled.people.recall(filled.requests[state])
        return any((line["blocked_by"] or {}).get("code") == code for line in now["lines"])

    await until(look, what=f"{state} is blocked by {code}")


async def _let_time_pass(filled: Filled) -> None:
    """One is reminded; one that expires is asked for now, and expires."""
    people = filled.people
    await people.set_policy(remind_after="24h", expire_after="48h")
    (filled.requests["expired"],) = await people.asked(1)
    await people.set_policy(remind_after="24h", escalate_after="30h", escalate_to=people.finance)
    (filled.requests["escalated"],) = await people.asked(1)
    await asyncio.gather(
        fast_forward(filled.client, filled.requests["reminded"], 25 * HOUR),
        fast_forward(filled.client, filled.requests["escalated"], 31 * HOUR),
        fast_forward(filled.client, filled.requests["expired"], 60 * HOUR),
    )
    for state in ("recalled", "rejected", "withdrawn", "closed by operator", "partly recalled", "freed", "expired"):
        await people.ended(filled.requests[state])


@asynccontextmanager
async def closing(filled: Filled) -> AsyncIterator[Filled]:
    """Close what the filling opened."""
    try:
        yield filled
    finally:
        await filled.people.http.aclose()
