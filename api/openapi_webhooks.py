"""What goes out, for the section `webhooks` of the OpenAPI document: a message for each type of event, and the ping."""

from __future__ import annotations

from typing import Any, Final

from api.answers.subscriptions import PING, message
from api.strict_route import JSON_TYPE
from domain.outgoing.events import EVENT_TYPES, SENTENCES

Json = dict[str, Any]
_HEADERS: Final = {
    "webhook-id": "By which a repetition is known: the same at every attempt, and when the message is sent again",
    "webhook-timestamp": "When this attempt was signed, in Unix seconds",
    "webhook-signature": "v1, and the base64 of the HMAC-SHA256 of id.timestamp.body; two of them while a secret is rotated",
}
_ANSWERS: Final = {
    "2XX": "Taken",
    "410": "Nobody wants any more of it: the subscription is switched off",
    "429": "Later; with Retry-After",
    "503": "Later; with Retry-After",
    "default": "A failure, and so are redirects: it is sent again, for up to three days",
}


def outgoing_webhooks(reference: str) -> Json:
    """The section; `reference` is the pattern of a schema's address."""
    told = {
        type: _webhook(type, "EventMessage", message(type), reference=reference, about=SENTENCES[type].en)
        for type in EVENT_TYPES
    }
    ping = _webhook("ping", "PingMessage", PING, reference=reference, about="A test: it tells of nothing.")
    return {**told, "ping": ping}


def _webhook(type: str, schema: str, example: object, *, reference: str, about: str) -> Json:
    content = {JSON_TYPE: {"schema": {"$ref": reference.format(model=schema)}, "example": example}}
    parameters = [
        {"name": name, "in": "header", "required": True, "description": told, "schema": {"type": "string"}}
        for name, told in _HEADERS.items()
    ]
    operation = {
        "operationId": "send_" + type.replace(".", "_"),
        "summary": about,
        "tags": ["subscriptions"],
        "parameters": parameters,
        "requestBody": {"required": True, "content": content},
        "responses": {status: {"description": told} for status, told in _ANSWERS.items()},
    }
    return {"post": operation}
