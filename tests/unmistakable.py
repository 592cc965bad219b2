"""People who write words that stand nowhere else, wherever the service lets them, and the search for these words.

What they write: names, ids and addresses of people, names of units and projects, descriptions, reasons, comments, amounts,
addresses of receivers, files; in good requests and in bad ones, in bodies, paths, queries and headers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import httpx

from tests.acting import ADMIN, Actors, signed
from tests.api.openapi import Operation, example, operations
from tests.contract import document

PERSON: Final = "jorunnzq"
WORDS: Final[Mapping[str, str]] = {
    "id of a person": PERSON,
    "name of a person": "Kvernknurr",
    "mail address": "kvitterix",
    "name of a unit": "Fjellvrangen",
    "name of a project": "Storhavnzeta",
    "client": "Kundekraken",
    "description": "Tannlegetimen",
    "task": "Grunnmurzen",
    "reason": "Skilsmisseuka",
    "text of a reason code": "Grunnkodezet",
    "comment": "Uenighetzen",
    "price": "7351.17",
    "amount of eight hours": "58809.36",
    "the same for people": "58 809,36",
    "address of a receiver": "hemmeligstizen",
    "file": "Importordzen",
    "bad request": "Brokkolizen",
}
"""What each is, and the word for it."""


def found_in(texts: Mapping[str, str], words: Iterable[str]) -> list[str]:
    """Where which word stands, as it is or as JSON, addresses and headers write it: `word in text`."""
    wanted = {word: {word, quote(word), quote(word, safe=""), json.dumps(word)[1:-1]} for word in words}
    return [
        f"{word} in {name}: {_around(text, form)}"
        for name, text in texts.items()
        for word, forms in wanted.items()
        for form in sorted(forms)
        if form.lower() in text.lower()
    ]


def _around(text: str, word: str) -> str:
    place = text.lower().index(word.lower())
    return text[max(0, place - 200) : place + len(word) + 100]


@dataclass(slots=True)
class Writers:
    """A unit whose people write these words; `secrets` are tokens and keys that were used meanwhile."""

    actors: Actors
    secrets: list[str] = field(default_factory=list)
    subscription: str = ""

    @property
    def owner(self) -> str:
        """Who owns the entries."""
        return PERSON

    @property
    def approver(self) -> str:
        """Who approves and decides."""
        return f"{PERSON}-mia"

    async def set_up(self) -> None:
        """People, unit, project, policy, channel and a receiver that nobody reaches."""
        people, done = self.actors, self.actors.done
        for id, rule in ((self.owner, "+451"), (self.approver, "+550"), (f"{PERSON}-fia", "")):
            await done("POST", "/people", by=ADMIN, body={"id": id, "name": f"Jorunn {WORDS['name of a person']}"})
            address = f"{id}{rule}@{WORDS['mail address']}.example"
            await done("PATCH", f"/people/{id}", by=ADMIN, body={"email": address})
        people.unit = "u-words"
        unit = {"id": people.unit, "name": WORDS["name of a unit"], "currency": "NOK"}
        await done("POST", "/units", by=ADMIN, body=unit)
        roles = {
            "finance": [f"{PERSON}-fia"],
            "member": [self.owner],
            "planner": [self.owner],
            "manager": [f"{PERSON}-fia"],
        }
        await done("PUT", f"/units/{people.unit}/roles", by=ADMIN, body=roles)
        await self._set_policy()
        project = {
            "unit": people.unit,
            "name": WORDS["name of a project"],
            "client": WORDS["client"],
            "approvers": [self.approver],
            "rates": {"cost": "100", "sales": WORDS["price"]},
        }
        people.project = (await done("POST", "/projects", by=ADMIN, body=project))["id"]
        channel = {"id": people.unit, "unit": people.unit}
        people.secret = (await done("POST", "/channels", by=ADMIN, body=channel))["secret"]
        url = f"https://127.9.9.1/{WORDS['address of a receiver']}?key={WORDS['address of a receiver']}"
        events = [
            "recall.requested",
            "recall.recalled",
            "recall.rejected",
            "recall.withdrawn",
            "recall.decision_needed",
        ]
        made = await done("POST", "/subscriptions", by=ADMIN, body={"unit": people.unit, "url": url, "events": events})
        self.subscription = made["id"]
        self.secrets += [people.secret, made["secret"]]

    async def _set_policy(self) -> None:
        text = WORDS["text of a reason code"]
        policy = {"reason_codes": [{"code": "wrong", "nb": text, "en": text}], "remind_after": "1d"}
        body = {"policy": policy, "comment": WORDS["comment"]}
        path, headers = f"/policies/{self.actors.unit}", {"if-match": "*"}
        answer = await self.actors.call("PUT", path, by=f"{PERSON}-fia", body=body, headers=headers)
        assert answer.status_code == 200, answer.text

    async def approved(self) -> str:
        """An approved entry with everything one can write on it."""
        body = {
            "project": self.actors.project,
            "kind": "time",
            "date": "2026-02-02",
            "quantity": "8",
            "description": WORDS["description"],
            "task": WORDS["task"],
        }
        id = (await self.actors.done("POST", "/entries", by=self.owner, body=body))["id"]
        await self.actors.done("POST", "/entries/submit", by=self.owner, body={"entries": [id]})
        await self.actors.done("POST", "/entries/approve", by=self.approver, body={"entries": [id]})
        return str(id)

    async def ask(self, entry: str) -> httpx.Response:
        """Ask for an entry to be taken back, whatever comes of it."""
        body = {"entries": [entry], "reason": WORDS["reason"], "reason_code": "wrong"}
        return await self.actors.call("POST", "/recalls", by=self.owner, body=body)

    async def asked(self) -> dict[str, Any]:
        """A request for a new entry."""
        answer = await self.ask(await self.approved())
        assert answer.status_code < 300, answer.text
        (recall,) = answer.json()["recalls"]
        return dict(recall)

    async def decide(self, recall: Mapping[str, Any], *, verdict: str = "approve") -> httpx.Response:
        """Decide with a comment, whatever comes of it."""
        body = {"decision": verdict, "comment": WORDS["comment"]}
        headers = {"if-match": f'"{recall["plan_hash"]}"'}
        return await self.actors.call(
            "POST", f"/recalls/{recall['id']}/decisions", by=self.approver, body=body, headers=headers
        )

    async def deliver(self, recall: Mapping[str, Any], *, secret: str | None = None) -> httpx.Response:
        """Decide by a signed message; with another secret it is refused."""
        data = {
            "recall_id": recall["id"],
            "decision": "reject",
            "approver": self.approver,
            "comment": WORDS["comment"],
        }
        body = json.dumps({"type": "recall.decision", "timestamp": "2026-02-03T10:00:00Z", "data": data}).encode()
        signature = signed(secret or self.actors.secret, body, f"{WORDS['bad request']}-{recall['number']}")
        headers = {"content-type": "application/json", **signature}
        path = f"/v1/webhooks/decisions/{self.actors.unit}"
        return await self.actors.http.post(path, content=body, headers=headers)

    async def upload(self, *, good: bool) -> httpx.Response:
        """A file with entries, or with faults."""
        word = WORDS["file"]
        hours = "2.5" if good else word
        lines = [
            "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,First Name,Last Name,Billable Rate",
            f"2026-02-03,{word},{word},P1,{word},{word},{hours},Yes,No,{word},{word},{WORDS['price']}",
        ]
        token = self.actors._tokens[ADMIN]
        path = f"/v1/imports/harvest?unit={self.actors.unit}&approver={self.approver}"
        headers = {"authorization": f"Bearer {token}", "content-type": "text/csv"}
        return await self.actors.http.post(path, content="\n".join(lines).encode(), headers=headers)

    async def send_anything(self) -> list[int]:
        """Every operation there is, called with words in all places; the statuses that came of it."""
        headers = {
            "authorization": f"Bearer {self.actors._tokens[ADMIN]}",
            "accept": f"application/json, {WORDS['bad request']}/*",
            "traceparent": f"00-{WORDS['bad request']}-01",
            "tracestate": f"who={WORDS['bad request']}",
            "user-agent": WORDS["bad request"],
        }
        found = []
        for operation in operations(document()):
            for sent in self._requests(operation):
                more = {"headers": {**headers, **sent.pop("headers", {})}, **sent}
                answer = await self.actors.http.request(operation.method, **more)
                found.append(answer.status_code)
        return found

    def _requests(self, operation: Operation) -> Iterator[dict[str, Any]]:
        """A call that may be done, one with a word in its query, and one that is broken off in its middle."""
        known = {"unit": self.actors.unit, "project": self.actors.project}
        path = operation.at(
            **known, **{name: WORDS["bad request"] for name in operation.parameters if name not in known}
        )
        if operation.id in {"advance_clock", "set_clock"}:
            return
        body = None if operation.body is None else example(document(), operation.body)
        yield {"url": path, "json": _worded(body, known)}
        yield {"url": f"{path}?{WORDS['bad request']}={WORDS['bad request']}"}
        broken = f'{{"reason": "{WORDS["bad request"]}", '.encode()
        yield {"url": path, "content": broken, "headers": {"content-type": "application/json"}}


def _worded(value: Any, known: Mapping[str, str], *, name: str = "") -> Any:
    """An example with our words in the place of its texts."""
    if isinstance(value, dict):
        return {key: _worded(one, known, name=key) for key, one in value.items()}
    if isinstance(value, list):
        return [_worded(one, known, name=name) for one in value]
    if isinstance(value, str) and not value[:1].isdigit():
        return known.get(name, f"{WORDS['bad request']} {value}")
    return value
