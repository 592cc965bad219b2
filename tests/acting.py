"""People of a test who use the API of a running service: a unit of their own, a project, its approvers, a signed channel."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from tests.waiting import until
from tilbake.settings import Settings
from tilbake.tokens import local_token

ADMIN = "admin"
TIMEOUT_SECONDS = 40.0
UNAVAILABLE = 503
"""What the API answers while its database is away: come again."""


@dataclass(slots=True)
class Actors:
    """The unit `unit` with the project `project`: bob owns the entries, the approvers decide, fia invoices."""

    http: httpx.AsyncClient
    settings: Settings
    suffix: str
    unit: str = ""
    project: str = ""
    secret: str = ""
    approvers: Sequence[str] = ()
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def owner(self) -> str:
        """The owner of all entries."""
        return f"bob-{self.suffix}"

    @property
    def finance(self) -> str:
        """Who drafts and confirms invoices."""
        return f"fia-{self.suffix}"

    async def call(
        self, method: str, path: str, *, by: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """One signed-in call, whatever it answers."""
        if by not in self._tokens:
            self._tokens[by] = local_token(by, self.settings.issuer_key_path)
        sent = {"authorization": f"Bearer {self._tokens[by]}", **(headers or {})}
        return await self.http.request(method, f"/v1{path}", json=body, headers=sent)

    async def done(self, method: str, path: str, *, by: str, body: object = None) -> Any:
        """The answer of a call that must succeed."""
        answer = await self.call(method, path, by=by, body=body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def set_policy(self, **policy: Any) -> None:
        """Finance sets the policy of the unit, whatever it was."""
        body = {"policy": policy, "comment": "As agreed"}
        answer = await self.call("PUT", f"/policies/{self.unit}", by=self.finance, body=body, headers={"if-match": "*"})
        assert answer.status_code == 200, answer.text

    async def approved_entries(self, count: int) -> list[str]:
        """Approved entries of bob, 8 hours each."""
        given = {"project": self.project, "kind": "time", "date": "2026-02-02", "quantity": "8", "owner": self.owner}
        ids = []
        for start in range(0, count, 16):
            some = range(start, min(start + 16, count))
            made = await asyncio.gather(*(self.done("POST", "/entries", by=self.owner, body=given) for _ in some))
            ids += [one["id"] for one in made]
        await self.done("POST", "/entries/submit", by=self.owner, body={"entries": ids})
        await self.done("POST", "/entries/approve", by=self.approvers[0], body={"entries": ids})
        return ids

    async def ask(self, *entries: str) -> dict[str, Any]:
        """Ask for entries of one approver to be taken back: the one request it became."""
        body = {"entries": list(entries), "reason": "wrong project"}
        (recall,) = (await self.done("POST", "/recalls", by=self.owner, body=body))["recalls"]
        return dict(recall)

    async def asked(self, count: int) -> list[dict[str, Any]]:
        """Requests, each for one new entry."""
        return [await self.ask(entry) for entry in await self.approved_entries(count)]

    async def decide(
        self, recall: Mapping[str, Any], *, by: str, verdict: str = "approve", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Decide by the API, bound to the plan the request was made with."""
        sent = {"if-match": f'"{recall["plan_hash"]}"', **(headers or {})}
        path = f"/recalls/{recall['id']}/decisions"
        return await self.call("POST", path, by=by, body={"decision": verdict}, headers=sent)

    async def deliver(
        self, recall: Mapping[str, Any], *, by: str, verdict: str = "approve", message: str | None = None
    ) -> httpx.Response:
        """Decide by a signed message of the unit's channel; `message` is its id, by which a repetition is told."""
        data = {"recall_id": recall["id"], "decision": verdict, "approver": by, "plan_hash": recall["plan_hash"]}
        body = json.dumps({"type": "recall.decision", "timestamp": "2026-02-03T10:00:00Z", "data": data}).encode()
        headers = {"content-type": "application/json", **self.signature(body, message or secrets.token_hex(12))}
        return await self.http.post(f"/v1/webhooks/decisions/{self.unit}", content=body, headers=headers)

    def signature(self, body: bytes, message: str) -> dict[str, str]:
        """The headers of a message signed now."""
        return signed(self.secret, body, message)

    async def recall(self, recall: Mapping[str, Any]) -> dict[str, Any]:
        """The request as it is now."""
        return dict(await self.done("GET", f"/recalls/{recall['id']}", by=self.approvers[0]))

    async def ended(self, recall: Mapping[str, Any], *, seconds: float = 30.0) -> dict[str, Any]:
        """The request once it has ended."""

        async def look() -> dict[str, Any] | None:
            answer = await self.call("GET", f"/recalls/{recall['id']}", by=self.owner)
            if answer.status_code == UNAVAILABLE:
                return None
            now: dict[str, Any] = answer.json()
            return None if now["status"] == "awaiting_decision" else now

        return await until(look, what=f"{recall['number']} has ended", seconds=seconds) or {}

    async def asking(self, recall: Mapping[str, Any], person: str, *, seconds: float = 30.0) -> dict[str, Any]:
        """The request once this person is asked about it."""

        async def look() -> dict[str, Any] | None:
            now = await self.recall(recall)
            return now if now["asked"] == person else None

        return await until(look, what=f"{person} is asked about {recall['number']}", seconds=seconds) or {}

    async def actuals(self, entry: str) -> list[dict[str, Any]]:
        """The rows of an entry."""
        return list((await self.done("GET", f"/entries/{entry}/actuals", by=self.owner))["items"])

    async def reversals(self, entry: str) -> list[str]:
        """The id of the original of each reversal of an entry that a recall wrote."""
        return [row["reverses"] for row in await self.actuals(entry) if row["recall"] and row["reverses"]]


@asynccontextmanager
async def actors(
    url: str, settings: Settings, *, approvers: int = 2, policy: Mapping[str, Any] | None = None
) -> AsyncIterator[Actors]:
    """Set a unit up on the service there."""
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS) as http:
        yield await set_up(http, settings, approvers=approvers, policy=policy or {})


async def set_up(
    http: httpx.AsyncClient,
    settings: Settings,
    *,
    approvers: int = 2,
    policy: Mapping[str, Any] | None = None,
    currency: str = "USD",
) -> Actors:
    """People, unit, project and channel of their own, through this client."""
    suffix = secrets.token_hex(4)
    made = Actors(http, settings, suffix, unit=f"u-{suffix}")
    made.approvers = [f"{name}-{suffix}" for name in ("mia", "noor", "per", "ida")[:approvers]]
    for person in (made.owner, made.finance, *made.approvers):
        await made.done("POST", "/people", by=ADMIN, body={"id": person, "name": person})
    unit = {"id": made.unit, "name": "Oslo", "currency": currency, "policy": dict(policy or {})}
    await made.done("POST", "/units", by=ADMIN, body=unit)
    roles = {"finance": [made.finance], "member": [made.owner]}
    await made.done("PUT", f"/units/{made.unit}/roles", by=ADMIN, body=roles)
    project = {
        "unit": made.unit,
        "name": "Alfa",
        "billing": "time_and_materials",
        "approvers": list(made.approvers),
        "rates": {"cost": "100", "sales": "200"},
    }
    made.project = (await made.done("POST", "/projects", by=ADMIN, body=project))["id"]
    made.secret = (await made.done("POST", "/channels", by=ADMIN, body={"id": made.unit, "unit": made.unit}))["secret"]
    return made


def signed(secret: str, body: bytes, message: str) -> dict[str, str]:
    """The headers of a message signed now with a secret."""
    now = int(time.time())
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message}.{now}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(digest).decode()}"
    return {"webhook-id": message, "webhook-timestamp": str(now), "webhook-signature": signature}


async def ask_database(url: str | None, sql: str, *values: object) -> list[Any]:
    """The rows of a query as tuples, on a connection of its own."""
    assert url is not None
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(sql, *values)]
    finally:
        await connection.close()


async def fast_forward(client: Client, recall: Mapping[str, Any], duration: timedelta) -> None:
    """Move the clock of a request's workflow, as soon as there is one."""
    handle = client.get_workflow_handle(recall["workflow_id"])

    async def started() -> bool:
        try:
            return bool(await handle.describe())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise

    await until(started, what="the workflow is there")
    await TimeSkipper(client).fast_forward(handle, duration)
