"""The public API as the people of the story call it. Every answer is kept whole, because refusals are shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx

from domain.language import Text
from tilbake.conformance.client import Channel, signed_message
from tilbake.language import said, spoken
from tilbake.story import texts

TIMEOUT_SECONDS: Final = 30.0
SETTLE_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.05


class NotAsTold(Exception):
    """The service answered something else than the story tells; the message says what."""

    def __init__(self, sentence: Text, /, **facts: object) -> None:
        super().__init__(said(sentence, **facts))


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service said: the status, and the body as JSON (None when there is none)."""

    status: int
    body: Any

    @property
    def said(self) -> str:
        """Code and text of a refusal, in a line."""
        body = self.body if isinstance(self.body, dict) else {}
        return f"{self.status} {body.get('code', '')} {body.get('detail', '')}".strip()


class Caller:
    """Calls of all people of the story over one connection pool."""

    def __init__(self, http: httpx.AsyncClient, *, token_for: Callable[[str], str]) -> None:
        self._http = http
        self._token_for = token_for

    async def get(self, path: str, *, by: str, params: Mapping[str, str] | None = None) -> Any:
        """The body of something there is to read. Raises NotAsTold when it is not."""
        answer = _answer(await self._http.get(path, headers=self._signed_in(by), params=params))
        return expect(answer, 200, what=f"GET {path}").body

    async def write(self, path: str, *, by: str, body: Mapping[str, Any], method: str = "POST") -> Answer:
        """Change something, or be refused."""
        return _answer(await self._http.request(method, path, headers=self._signed_in(by), json=body))

    async def upload(self, path: str, *, by: str, content: bytes, params: Mapping[str, str]) -> Answer:
        """Send an export."""
        headers = self._signed_in(by) | {"content-type": "text/csv"}
        return _answer(await self._http.post(path, headers=headers, content=content, params=params))

    async def deliver(self, channel: Channel, *, data: Mapping[str, Any]) -> Answer:
        """Send a decision as an approval channel does: signed, and without signing in."""
        body, headers = signed_message(channel, data=data)
        return _answer(await self._http.post(f"/v1/webhooks/decisions/{channel.id}", headers=headers, content=body))

    async def settled(self, recall: str, *, by: str) -> Any:
        """The recall when no decision is pending and a request without open lines has ended."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            seen = await self.get(f"/v1/recalls/{recall}", by=by)
            if is_settled(seen):
                return seen
            if time.monotonic() > deadline:
                facts = {"number": seen["number"], "seconds": f"{SETTLE_SECONDS:.0f}", "status": seen["status"]}
                raise NotAsTold(texts.NOT_SETTLED, **facts)
            await asyncio.sleep(PAUSE_SECONDS)

    def _signed_in(self, person: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self._token_for(person)}", "accept-language": spoken()}


def expect(answer: Answer, status: int, *, what: str) -> Answer:
    """The answer itself when it has the status the story tells; raises NotAsTold otherwise."""
    if answer.status != status:
        raise NotAsTold(texts.OTHER_ANSWER, what=what, answer=answer.said, status=status)
    return answer


def is_settled(recall: Mapping[str, Any]) -> bool:
    """Nothing waits for the workflow any more, or everything that is left waits for a person."""
    if any(one["outcome"] == "pending" for one in recall["decisions"]):
        return False
    return recall["status"] != "awaiting_decision" or any(not is_closed(line) for line in recall["lines"])


def is_closed(line: Mapping[str, Any]) -> bool:
    """Whether a line of a request was decided for good."""
    return line["status"] in {"recalled", "rejected"}


def _answer(response: httpx.Response) -> Answer:
    try:
        return Answer(response.status_code, response.json() if response.content else None)
    except ValueError:
        return Answer(response.status_code, None)
