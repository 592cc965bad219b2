"""What the service has acknowledged, written down from its answers alone: every answer of success, whoever asked for it.

Each is a fact that has to be in the database at the end, so many times. Facts have a kind and an id; the kinds, and how the
database is asked for them, stand in comparing.py.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

Json = Any
Fact = tuple[str, str]
Facts = Counter[Fact]
_ID: Final = r"([0-9a-f-]{36})"


@dataclass(slots=True)
class Ledger:
    """Counts of the run, the facts, and what was wrong with an answer at once."""

    requests: int = 0
    kills: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    facts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seen: set[Fact] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    _messages: dict[str, str] = field(default_factory=dict)

    def note(self, request: httpx.Request, response: httpx.Response) -> None:
        """Write down what one answer has promised; called once for each thing that was asked, however often it was sent."""
        path = request.url.path
        if not response.is_success:
            self.refused[_code(response)] += 1
            return
        if path.startswith("/v1/webhooks/"):
            self._note_message(request, response)
            return
        for method, pattern, promised in _PROMISES:
            found = re.fullmatch(pattern, path)
            if request.method == method and found:
                self.done[f"{method} {pattern.replace(_ID, '{id}')}"] += 1
                self._add(promised(_Exchange(request, response, found.groups())))

    def same(self, first: httpx.Response, again: httpx.Response, *, what: str) -> None:
        """Note a duplicate: the answer to it has to be the one that was given first."""
        self.duplicates += 1
        if (first.status_code, _lasting(first)) != (again.status_code, _lasting(again)):
            self.wrong.append(
                f"doubled: {what} was answered {first.status_code}, and again {again.status_code} otherwise"
            )

    def _note_message(self, request: httpx.Request, response: httpx.Response) -> None:
        """Copies of a message are one decision."""
        message, decision = request.headers["webhook-id"], str(response.json()["decision"])
        if self._messages.setdefault(message, decision) != decision:
            self.wrong.append(f"doubled: message {message} became the decisions {self._messages[message]}, {decision}")
        self.facts["decision"][decision] = 1
        self.done["POST /v1/webhooks/decisions"] += 1

    def _add(self, facts: Mapping[Fact, int]) -> None:
        for (kind, id), number in facts.items():
            if kind in SEEN:
                self.seen.add((kind, id))
            else:
                self.facts[kind][id] += number


SEEN: Final = frozenset({"end", "actual"})
"""Kinds of facts that somebody was shown, and that may be there without having been shown."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    request: httpx.Request
    response: httpx.Response
    names: tuple[str, ...]

    @property
    def asked(self) -> Json:
        return json.loads(self.request.content)

    @property
    def told(self) -> Json:
        return self.response.json()


def _made(kind: str) -> Callable[[_Exchange], Facts]:
    return lambda one: Counter({(kind, str(one.told["id"])): 1})


def _on_entries(kind: str) -> Callable[[_Exchange], Facts]:
    return lambda one: Counter((kind, str(id)) for id in one.asked["entries"])


def _named(kind: str) -> Callable[[_Exchange], Facts]:
    return lambda one: Counter({(kind, one.names[0]): 1})


def _asked_for(one: _Exchange) -> Facts:
    """The requests, and a line for each subject that was named; of long ones the answer shows the first lines only."""
    subjects = [*(one.asked.get("entries") or ()), *(output["entry"] for output in one.asked.get("outputs") or ())]
    requests: Facts = Counter(("request", str(recall["id"])) for recall in one.told["recalls"])
    return requests + Counter(("line", str(id)) for id in subjects)


def _looked_at(one: _Exchange) -> Facts:
    """An end that somebody was shown stays."""
    status = one.told["status"]
    return Counter() if status == "awaiting_decision" else Counter({("end", f"{one.names[0]} {status}"): 1})


def _posted(one: _Exchange) -> Facts:
    entries = sum(len(line["entries"]) for line in one.told["lines"])
    return Counter({("register", str(one.told["register"])): entries})


def _exported(one: _Exchange) -> Facts:
    rows = csv.DictReader(io.StringIO(one.response.text, newline=""))
    return Counter({("actual", str(row["id"])): 1 for row in rows})


def _moved(one: _Exchange) -> Facts:
    return Counter({("hours", one.names[0]): int(one.asked["duration"].removesuffix("h"))})


_PROMISES: Final[tuple[tuple[str, str, Callable[[_Exchange], Facts]], ...]] = (
    ("POST", "/v1/entries", _made("entry")),
    ("POST", "/v1/entries/submit", _on_entries("submitted")),
    ("POST", "/v1/entries/approve", _on_entries("approved")),
    ("POST", "/v1/recalls", _asked_for),
    ("GET", f"/v1/recalls/{_ID}", _looked_at),
    ("POST", f"/v1/recalls/{_ID}/withdraw", _named("withdrawn")),
    ("POST", f"/v1/recalls/{_ID}/decisions", lambda one: Counter({("decision", str(one.told["decision"])): 1})),
    ("POST", "/v1/invoices", _made("invoice")),
    ("POST", f"/v1/invoices/{_ID}/confirm", _named("confirmed")),
    ("POST", f"/v1/invoices/{_ID}/revise", _made("invoice")),
    ("POST", "/v1/production/output-journals", _posted),
    ("GET", "/v1/actuals.csv", _exported),
    ("POST", "/v1/units/([a-z0-9-]+)/clock/advance", _moved),
)


def _lasting(response: httpx.Response) -> bytes:
    """What an answer says, but for what is of the moment: how much was still to do."""
    return re.sub(rb'"not_waited_for":[0-9]+', b"", response.content)


def _code(response: httpx.Response) -> str:
    try:
        return str(response.json()["code"])
    except (ValueError, KeyError, TypeError):
        return str(response.status_code)
