"""The two ways to take an entry back: through the service, and by the bare workflow. Each ends when its reversal is committed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import uuid4

from temporalio.client import Client

from application.messages import workflow_id
from tests.bench.bare import SIGNAL, TASK_QUEUE, WORKFLOW_NAME, BareInput
from tests.bench.commits import Commits
from tests.bench.ground import APPROVER, CHANNEL, Approved
from tests.bench.http import Caller
from tilbake.settings import Settings
from tilbake.tokens import local_token


@dataclass(frozen=True, slots=True)
class Moments:
    """When a decision was sent, and when its reversal was committed (time.perf_counter); `workflow` is the id of the one that waited."""

    decided: float
    committed: float
    workflow: str


Decide = Callable[[], Awaitable[Moments]]
"""Decides what was asked for; it returns once its reversal is committed."""


class Way(Protocol):
    """One way to take an entry back."""

    async def ask(self, entry: Approved) -> Decide:
        """Ask for it."""


class Ours:
    """Request by its owner, decision by the approver's signed webhook; both over HTTP on kept-alive connections."""

    def __init__(self, settings: Settings, secret: str, commits: Commits) -> None:
        self._settings = settings
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._commits = commits
        self._tokens: dict[str, str] = {}
        self._idle: list[Caller] = []
        self.with_keys = False

    async def ask(self, entry: Approved) -> Decide:
        """The owner's call; then the approver's, and the commit of the decision."""
        caller = self._caller()
        recall, number, plan_hash = await self._ask(caller, entry)
        self._idle.append(caller)

        async def decide() -> Moments:
            caller = self._caller()
            decided = time.perf_counter()
            decision = await self._decide(caller, recall, plan_hash)
            self._idle.append(caller)
            return Moments(decided, await self._commits.of(decision), workflow_id(number, recall))

        return decide

    def _caller(self) -> Caller:
        return self._idle.pop() if self._idle else Caller(self._settings.api_url)

    async def _ask(self, caller: Caller, entry: Approved) -> tuple[str, int, str]:
        headers = {"Authorization": f"Bearer {self._token(entry.owner)}", "Content-Type": "application/json"}
        if self.with_keys:
            headers["Idempotency-Key"] = str(uuid4())
        body = json.dumps({"entries": [entry.entry], "reason": "Booked on the wrong project"}).encode()
        answer = await caller.post("/v1/recalls", body, headers, expect=201)
        (recall,) = answer["recalls"]
        return recall["id"], int(recall["number"].removeprefix("R-")), recall["plan_hash"]

    async def _decide(self, caller: Caller, recall: str, plan_hash: str) -> str:
        data = {"recall_id": recall, "decision": "approve", "approver": APPROVER, "plan_hash": plan_hash}
        message = {"type": "recall.decision", "timestamp": datetime.now(UTC).isoformat(), "data": data}
        body = json.dumps(message).encode()
        name, now = f"msg_{uuid4().hex}", int(time.time())
        signature = hmac.digest(self._key, f"{name}.{now}.".encode() + body, hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(now),
            "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        }
        answer = await caller.post(f"/v1/webhooks/decisions/{CHANNEL}", body, headers, expect=202)
        return str(answer["decision"])

    def _token(self, person: str) -> str:
        if person not in self._tokens:
            self._tokens[person] = local_token(person, self._settings.issuer_key_path)
        return self._tokens[person]


class Bare:
    """Start and signal by the SDK's client."""

    def __init__(self, client: Client, commits: Commits) -> None:
        self._client = client
        self._commits = commits

    async def ask(self, entry: Approved) -> Decide:
        """Start; then signal, and the commit."""
        posting = str(uuid4())
        given = BareInput(posting, list(entry.days), [day.isoformat() for day in entry.days.values()])
        handle = await self._client.start_workflow(WORKFLOW_NAME, given, id=f"bare-{posting}", task_queue=TASK_QUEUE)

        async def decide() -> Moments:
            decided = time.perf_counter()
            await handle.signal(SIGNAL)
            return Moments(decided, await self._commits.of(posting), handle.id)

        return decide
