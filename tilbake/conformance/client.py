"""The public API as the runner calls it: signed-in calls, problem documents as Refused, signed decision webhooks."""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

import httpx

from tilbake.conformance.outcomes import CaseFailed, Refused

WAIT_SECONDS = 20
"""How long a decision call may hold its answer back (`Prefer: wait`)."""
TIMEOUT_SECONDS = WAIT_SECONDS + 20.0


@dataclass(frozen=True)
class Reply:
    """A successful answer."""

    status: int
    body: Any
    etag: str | None


@dataclass(frozen=True)
class Channel:
    """A decision channel of the case's unit, with the secret that the service showed once."""

    id: str
    secret: str


def _no_float(text: str) -> NoReturn:
    raise CaseFailed(f"the answer holds the number {text}, where the contract says decimal strings")


def _body(response: httpx.Response) -> Any:
    if not response.content:
        return None
    try:
        return json.loads(response.text, parse_float=_no_float)
    except ValueError:
        return None


def _codes(problem: Mapping[str, Any]) -> tuple[str, ...]:
    lines = tuple(str(one["code"]) for one in problem.get("errors") or () if one.get("code"))
    return lines or (str(problem["code"]),)


def reply_of(response: httpx.Response) -> Reply:
    """The answer; raises Refused for a refusal by code, CaseFailed for everything that is neither."""
    body = _body(response)
    if response.is_success:
        return Reply(response.status_code, body, response.headers.get("etag"))
    if 400 <= response.status_code < 500 and isinstance(body, dict) and body.get("code"):
        raise Refused(_codes(body), status=response.status_code, detail=str(body.get("detail") or ""))
    request = response.request
    raise CaseFailed(
        f"{request.method} {request.url.path} answered {response.status_code}: {response.text[:300].strip()}"
    )


def sign(channel: Channel, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The Standard Webhooks signature of a message (HMAC-SHA256 over id, timestamp and body)."""
    key = base64.b64decode(channel.secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed_message(channel: Channel, *, data: Mapping[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a decision, as an approval channel sends it now."""
    message = {"type": "recall.decision", "timestamp": datetime.now(UTC).isoformat(), "data": data}
    body, message_id, timestamp = json.dumps(message).encode(), f"msg_{uuid.uuid4().hex}", int(time.time())
    return body, {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(channel, message_id=message_id, timestamp=timestamp, body=body),
    }


class Api:
    """Calls of any person of a case; one connection pool serves all cases of a run."""

    def __init__(self, http: httpx.AsyncClient, *, token_for: Callable[[str], str]) -> None:
        self._http = http
        self._token_for = token_for
        self._tokens: dict[str, str] = {}

    def _sign_in(self, person: str) -> str:
        if person not in self._tokens:
            self._tokens[person] = self._token_for(person)
        return f"Bearer {self._tokens[person]}"

    async def get(self, path: str, *, by: str, params: Mapping[str, str] | None = None) -> Reply:
        """Read one thing."""
        headers = {"authorization": self._sign_in(by)}
        return reply_of(await self._http.get(f"/v1{path}", headers=headers, params=params))

    async def items(self, path: str, *, by: str, params: Mapping[str, str] | None = None) -> list[Any]:
        """All items of a list, following its cursors."""
        found: list[Any] = []
        asked = dict(params or {})
        while True:
            page = (await self.get(path, by=by, params=asked)).body
            found.extend(page["items"])
            if not page.get("next"):
                return found
            asked["cursor"] = page["next"]

    async def write(
        self,
        path: str,
        *,
        by: str,
        body: Any = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Change something, under an idempotency key that no other call has."""
        sent = {"authorization": self._sign_in(by), "idempotency-key": str(uuid.uuid4()), **(headers or {})}
        return reply_of(await self._http.request(method, f"/v1{path}", headers=sent, json=body))

    async def deliver(self, channel: Channel, *, data: Mapping[str, Any]) -> Reply:
        """Send a decision as an approval channel does: signed, without signing in."""
        body, headers = signed_message(channel, data=data)
        return reply_of(await self._http.post(f"/v1/webhooks/decisions/{channel.id}", content=body, headers=headers))
