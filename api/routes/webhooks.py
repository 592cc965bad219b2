"""Decisions by signed webhook (Standard Webhooks). 401 without detail, never 500; a repeated id answers the same."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from api.acting import Answer, ask_in, write
from api.edge import edge_error
from api.models.recalls import DecisionWebhook, WebhookDecision
from api.permissions import Permission, needs
from api.problem import Selection
from api.problem_schema import json_body, problem_responses
from api.service import service_of
from api.strict_json import parse_json
from api.strict_route import BodyLimit, StrictRoute, read_body
from application import deciding
from application.channels import owner, require_enabled, require_person, require_recall
from application.work import Refused, Work
from domain.recall.deciding import Decision
from domain.recall.request import Verdict
from domain.refusals import Code
from domain.webhook_signature import VerifiedWebhook, verify
from store import channels
from store.channels import Channel
from store.vault import Unreadable

_log = structlog.get_logger()

router = APIRouter(prefix="/v1/webhooks", route_class=StrictRoute, tags=["webhooks"])
LIMIT: Final = BodyLimit(64 * 1024, 10)


@router.post(
    "/decisions/{channel}",
    status_code=202,
    operation_id="receive_decision",
    responses=problem_responses(
        Code.INVALID_SIGNATURE,
        Code.PAYLOAD_TOO_LARGE,
        Code.BODY_TOO_SLOW,
        Code.MALFORMED_BODY,
        Code.UNKNOWN_RECALL,
        Code.CHANNEL_DISABLED,
        Code.OUTSIDE_CHANNEL,
        Code.NOT_APPROVER,
        Code.OWN_REQUEST,
        Code.REQUEST_CLOSED,
        Code.ALREADY_DECIDED,
        Code.STALE_VERSION,
        Code.WEBHOOK_ID_REUSED,
        Code.DELEGATION_EXPIRED,
        Code.NOTHING_SELECTED,
        Code.DUPLICATE_LINE,
        Code.UNKNOWN_ENTRY,
        Code.SEVERAL_REFUSALS,
    ),
    openapi_extra=json_body(DecisionWebhook) | needs(Permission.SIGNATURE),
)
async def receive_decision(request: Request, channel: str) -> Response:
    """A decision from an approval channel, signed with a secret of it. The refusals are those of decide_recall.

    The same `webhook-id` and body again are answered as before; an approval without `plan_hash` stands for the plan last stored.
    """
    raw = await read_body(request, limit=LIMIT)
    sender, message = await _verified(request, channel, raw)
    body = _parsed(raw)
    source = deciding.Source(f"webhook:{sender.id}", message.id, hashlib.sha256(raw).hexdigest())

    async def act(work: Work) -> Answer:
        held = await _held(work, sender, request, data=body.data, raw=raw)
        done = await _take_or_repeat(work, held, body.data, source=source)
        return Answer({"decision": done.decision, "recall": done.request}, status=202, messages=done.messages)

    selection = Selection(body.data.lines or (), pointer="/data/lines")
    return await write(request, body.data.approver, act, selection=selection, keyed=False)


async def _verified(request: Request, channel: str, raw: bytes) -> tuple[Channel, VerifiedWebhook]:
    """The channel and the message, if the signature is right; an unknown channel looks like a wrong signature.

    A channel that sent before is read anew only where the signature does not fit what is known of it: it is held, and looked
    at again, when the decision is stored.
    """
    service = service_of(request)

    async def find(work: Work) -> tuple[Channel | None, VerifiedWebhook | None]:
        known = service.known_channels.get(channel)
        if known is not None and (message := _message(request, known, raw, now=work.now)):
            return known, message
        found = await channels.by_id(work.connection, channel)
        return found, None if found is None else _message(request, found, raw, now=work.now)

    found, message = await ask_in(service, channel, find)
    if found is None or message is None:
        raise edge_error(Code.INVALID_SIGNATURE)
    service.known_channels[channel] = found
    service.pacing.check(f"channel {found.id}")
    return found, message


def _message(request: Request, channel: Channel, raw: bytes, *, now: datetime) -> VerifiedWebhook | None:
    """The message, if one of the channel's secrets that are live now has signed it."""
    vault, whose = service_of(request).vault, owner(channel.id)
    try:
        secrets = [vault.open(kept, owner=whose) for kept in channel.secrets.live_at(now)]
    except Unreadable:
        _log.error("channel.secret_unreadable", channel=channel.id)
        raise edge_error(Code.UNAVAILABLE) from None
    return verify(request.headers.raw, body=raw, secrets=secrets, now=int(now.timestamp()))


async def _held(work: Work, sender: Channel, request: Request, *, data: WebhookDecision, raw: bytes) -> Channel:
    """The channel as it is when the decision is stored: who switches it off or retires a secret may rely on it at once."""
    held = await deciding.hold_with_channel(work, data.recall_id, by=data.approver, channel=sender.id)
    if held.version != sender.version:
        service_of(request).known_channels.pop(sender.id, None)
        if not _message(request, held, raw, now=work.now):
            raise edge_error(Code.INVALID_SIGNATURE)
    require_enabled(held)
    return held


def _parsed(raw: bytes) -> DecisionWebhook:
    content = parse_json(raw)
    try:
        return DecisionWebhook.model_validate(content)
    except ValidationError as error:
        errors = [{**one, "loc": ("body", *one["loc"])} for one in error.errors()]
        raise RequestValidationError(errors, body=content) from None


async def _take_or_repeat(
    work: Work, sender: Channel, data: WebhookDecision, *, source: deciding.Source
) -> deciding.Taken:
    try:
        return await deciding.taken_or_repeated(work, source, _take(work, sender, data, source=source))
    except Refused as refusal:
        _log.warning("webhook.refused", channel=sender.id, codes=[one.code.value for one in refusal.refusals])
        raise


async def _take(work: Work, sender: Channel, data: WebhookDecision, *, source: deciding.Source) -> deciding.Taken:
    require_person(sender, data.approver)
    stored = await deciding.request_of(work, data.recall_id)
    require_recall(sender, stored)
    decision = Decision(data.approver, Verdict(data.decision), data.lines, park=data.park)
    seen = None if data.plan_hash is None else frozenset({data.plan_hash})
    return await deciding.take(work, stored, deciding.Said(decision, data.comment, seen), source=source)
