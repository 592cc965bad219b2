"""Subscriptions, deliveries, and the messages that go out, as they are answered and sent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.answers.base import (
    BATCH_ID,
    PLAN_HASH,
    PROJECT_ID,
    RECALL_ID,
    Action,
    CodeName,
    Hash,
    Id,
    Instant,
    Page,
    PersonId,
    Shown,
    UnitId,
    allowed,
    refused,
)
from api.answers.channels import SECRET, Secret, WithSecrets
from api.models.channels import EventType
from domain.language import Language
from domain.outgoing.events import sentence
from domain.refusals import Code

Word = Annotated[str, Field(pattern="^[a-z_]+$")]
MessageId = Annotated[str, Field(description="The header webhook-id; the same at every attempt, and when sent again")]


class Subscription(WithSecrets):
    """Where events of a unit are sent, and which."""

    id: Id
    unit: UnitId
    url: str
    events: list[EventType]
    language: Annotated[Literal["nb", "en"], Field(description="Of the texts in messages")]
    enabled: bool
    disabled_reason: Annotated[
        Literal["gone", "switched_off"] | None, Field(description="gone: the receiver answered 410")
    ]
    created_by: PersonId
    created_at: Instant
    version: int
    allowed_actions: list[Action]


class Subscriptions(Page[Subscription]):
    """Subscriptions of a list."""


class SubscriptionWithSecret(Subscription):
    """A subscription with its new secret."""

    secret: Secret


class DeliveryAttempt(Shown):
    """One attempt."""

    number: Annotated[int, Field(description="Numbers may be left out: an attempt that found no place counts, too")]
    at: Instant
    outcome: Literal["delivered", "refused", "try_again"]
    status_code: Annotated[int | None, Field(description="What the receiver or the mail server answered")]
    problem: Annotated[Word | None, Field(description="Why there was no answer, such as timeout")]
    milliseconds: int


class Delivery(Shown):
    """An event on its way to one receiver."""

    id: Id
    message_id: MessageId
    event: Annotated[str, Field(description="The type of the event, or ping")]
    recall: Annotated[Id | None, Field(description="null for a ping")]
    subscription: Annotated[Id | None, Field(description="null for a mail")]
    person: Annotated[PersonId | None, Field(description="Whom it is mailed to")]
    round: Annotated[int, Field(description="0, then counted up each time it is sent again")]
    status: Literal["waiting", "delivered", "failed", "canceled"]
    problem: Annotated[Word | None, Field(description="Why it failed or was canceled, such as gave_up")]
    created_at: Instant
    ended_at: Instant | None
    attempt_count: int
    last_attempt: DeliveryAttempt | None


class Deliveries(Page[Delivery]):
    """Deliveries of a list."""


class DeliveryWithAttempts(Delivery):
    """A delivery with what it says and every attempt."""

    body: Annotated[str | None, Field(description="As it is sent; null before the first attempt, and for a mail")]
    attempts: list[DeliveryAttempt]
    allowed_actions: list[Action]


class RecallTold(Shown):
    """The ids of a recall, and how it stood by the event."""

    id: Id
    number: str
    batch: Id
    unit: UnitId
    kind: Literal["project_entry", "production"]
    subject: Annotated[str, Field(description="A project or, for production, a unit")]
    status: Literal["awaiting_decision", "recalled", "rejected", "partly_recalled", "withdrawn", "expired"]
    requester: PersonId
    approver: PersonId | None
    asked: Annotated[PersonId | None, Field(description="Who was asked last, when this was first sent")]
    plan_hash: Annotated[Hash, Field(description="What an approval by webhook may be bound to")]


class Links(Shown):
    """Where more is to be read. Nothing is decided by opening a link."""

    api: str
    front_end: Annotated[str | None, Field(description="null where the service knows of no front end")]


class EventData(Shown):
    """What happened: ids, codes, counts and links; whoever wants more reads it."""

    recall: RecallTold
    text: Annotated[str, Field(description="A sentence in the language of the subscription")]
    facts: Annotated[dict[str, str | list[CodeName]], Field(description="As in the history of the recall")]
    links: Links


class EventMessage(Shown):
    """A message of an event."""

    type: EventType
    timestamp: Annotated[Instant, Field(description="When it happened; when it is sent stands in webhook-timestamp")]
    data: EventData


class PingData(Shown):
    """What a ping is for."""

    subscription: Id


class PingMessage(Shown):
    """A test: it tells of nothing."""

    type: Literal["ping"]
    timestamp: Instant
    data: PingData


_ID = "019c1f60-2c11-7d3e-9a77-4be2d0f18c0a"
_DELIVERY_ID = "8a1f0c52-6f0b-4c0d-b9f2-7e31a5d2c40b"
_URL = "https://hooks.example.com/tilbake"
_ACTIONS = ("change", "rotate", "retire", "ping", "delete", "disable")
SUBSCRIPTION = {
    "id": _ID,
    "unit": "oslo",
    "url": _URL,
    "events": ["recall.decision_needed", "recall.recalled"],
    "language": "en",
    "enabled": True,
    "disabled_reason": None,
    "secret_since": "2026-03-02T10:00:00.000Z",
    "old_secret": None,
    "created_by": "admin",
    "created_at": "2026-03-02T10:00:00.000Z",
    "version": 1,
    "allowed_actions": [allowed(name) for name in _ACTIONS],
}
SUBSCRIPTIONS = {"items": [SUBSCRIPTION], "next": None}
SUBSCRIPTION_MADE = {**SUBSCRIPTION, "secret": SECRET}
SUBSCRIPTION_ROTATED = {
    **SUBSCRIPTION_MADE,
    "secret_since": "2026-06-01T08:00:00.000Z",
    "old_secret": {"since": "2026-03-02T10:00:00.000Z", "until": "2026-06-08T08:00:00.000Z"},
    "version": 2,
    "allowed_actions": [
        allowed("change"),
        refused("rotate", Code.ROTATION_UNDER_WAY, "Two secrets are live already."),
        *(allowed(name) for name in _ACTIONS[2:]),
    ],
}
_ATTEMPTS = [
    {
        "number": 1,
        "at": "2026-03-02T10:00:01.000Z",
        "outcome": "try_again",
        "status_code": 503,
        "problem": None,
        "milliseconds": 41,
    },
    {
        "number": 2,
        "at": "2026-03-02T10:00:06.000Z",
        "outcome": "delivered",
        "status_code": 204,
        "problem": None,
        "milliseconds": 38,
    },
]
DELIVERY = {
    "id": _DELIVERY_ID,
    "message_id": "evt_4711",
    "event": "recall.blocked",
    "recall": RECALL_ID,
    "subscription": _ID,
    "person": None,
    "round": 0,
    "status": "delivered",
    "problem": None,
    "created_at": "2026-03-02T10:00:00.500Z",
    "ended_at": "2026-03-02T10:00:06.040Z",
    "attempt_count": 2,
    "last_attempt": _ATTEMPTS[1],
}
DELIVERIES = {"items": [DELIVERY], "next": None}
DELIVERY_STARTED = {
    **DELIVERY,
    "round": 1,
    "status": "waiting",
    "ended_at": None,
    "attempt_count": 0,
    "last_attempt": None,
}
PING_STARTED = {
    **DELIVERY_STARTED,
    "message_id": "ping_8a1f0c526f0b4c0db9f27e31a5d2c40b",
    "event": "ping",
    "recall": None,
    "round": 0,
}
DELIVERY_WHOLE = {
    **DELIVERY,
    "body": '{"type":"recall.blocked","timestamp":"2026-03-02T10:00:00.000Z","data":{}}',
    "attempts": _ATTEMPTS,
    "allowed_actions": [allowed("replay")],
}


def _facts(type: str) -> dict[str, object]:
    if type == "recall.rerouted":
        return {"from": "mia", "to": "noor", "delegation": _ID}
    is_stopped = type in {"recall.blocked", "recall.parked"}
    return {"lines": "1", "codes": ["already_invoiced"]} if is_stopped else {}


def message(type: str) -> dict[str, object]:
    """An example of the message of an event."""
    ended = type.removeprefix("recall.")
    waits = ended not in {"recalled", "partly_recalled", "rejected", "withdrawn", "expired"}
    return {
        "type": type,
        "timestamp": "2026-03-02T10:00:00.000Z",
        "data": {
            "recall": {
                "id": RECALL_ID,
                "number": "R-1042",
                "batch": BATCH_ID,
                "unit": "oslo",
                "kind": "project_entry",
                "subject": PROJECT_ID,
                "status": "awaiting_decision" if waits else ended,
                "requester": "bob",
                "approver": "mia",
                "asked": "noor" if type == "recall.rerouted" else "mia",
                "plan_hash": PLAN_HASH,
            },
            "text": sentence(type, number="R-1042", title="Alfa", language=Language.EN),
            "facts": _facts(type),
            "links": {
                "api": f"https://tilbake.example.com/v1/recalls/{RECALL_ID}",
                "front_end": f"https://work.example.com/recalls/{RECALL_ID}",
            },
        },
    }


PING = {"type": "ping", "timestamp": "2026-03-02T10:00:00.000Z", "data": {"subscription": _ID}}
