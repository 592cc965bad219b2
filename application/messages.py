"""What a workflow is told: the message that starts it and those that wake it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from application.working_days import birth_of
from domain.money import plain_amount
from domain.recall.next_step import Birth, escalation_of, reminder_of
from store.outbox import Message
from store.recalls import StoredRequest
from telemetry.trace import carried


def workflow_id(number: int, request: str) -> str:
    """The id of a request's workflow: its number, then the first digits of the request's id (temporal.md)."""
    return f"recall-{number}-{request[:8]}"


def number_of(workflow: str) -> int | None:
    """The number of the request in the id of its workflow; None where it is no such id, as anybody can start one of any id."""
    found = re.fullmatch(r"recall-([1-9][0-9]{0,17})-[0-9a-f]{8}", workflow)
    return None if found is None else int(found[1])


def start(stored: StoredRequest) -> Message:
    """Start the workflow of a new request; everything it shows or waits for comes along."""
    policy = stored.request.policy
    amount = stored.amount
    birth = birth_of(policy, born=stored.business_at, now=stored.business_at, promised=stored.expires_at)
    payload: Mapping[str, Any] = {
        "request_id": stored.request.id,
        "number": stored.number,
        "kind": stored.kind,
        "subject": stored.subject,
        "title": stored.title,
        "requester": stored.request.requester,
        "approver": stored.approver,
        "asked": stored.asked and stored.asked.person,
        "lines": len(stored.request.lines),
        "amount": f"{plain_amount(amount.amount, amount.currency)} {amount.currency}",
        "amount_value": float(amount.amount),
        "batch_id": stored.batch,
        "reason_code": stored.reason_code,
        "escalate_to": policy.escalate_to,
        "escalate_after_seconds": _after(birth, escalation_of(birth)) or 0.0,
        "remind_after_seconds": _after(birth, reminder_of(birth, 1)),
        "expire_after_seconds": _after(birth, stored.expires_at),
        "next_step": stored.next_step,
        "next_step_after_seconds": _after(birth, stored.next_step_at),
    }
    return _message(stored.request.id, "start", workflow_id(stored.number, stored.request.id), payload)


def take_over(stored: StoredRequest, *, now: datetime) -> Message:
    """Start a workflow for an open request whose own was lost: it counts from the birth of the request, and looks at it first."""
    told = start(stored)
    elapsed = (stored.business_now or now) - stored.business_at
    payload = {**told.payload, "born_before_seconds": max(0.0, elapsed.total_seconds())}
    return replace(told, kind="take_over", payload=payload)


def _after(birth: Birth, at: datetime | None) -> float | None:
    """How many seconds after the birth of a request an instant is."""
    return None if at is None else (at - birth.at).total_seconds()


def decision(stored: StoredRequest, id: str, *, again: bool = False) -> Message:
    """Tell the workflow that a decision is stored; it carries nothing but its id, and whether it may have been told before."""
    payload = {"decision": id, "again": True} if again else {"decision": id}
    return _message(stored.request.id, "decision", workflow_id(stored.number, stored.request.id), payload)


def changed(stored: StoredRequest) -> Message:
    """Tell the workflow to look at its request again: it may have ended."""
    return look_again(stored.number, stored.request.id)


def look_again(number: int, request: str) -> Message:
    """Tell the workflow to look at its request again: what it waits for may have changed."""
    return _message(request, "changed", workflow_id(number, request), {})


def _message(request: str, kind: str, workflow: str, payload: Mapping[str, Any]) -> Message:
    """A message of the trace that is under way."""
    return Message(request, kind, workflow, payload, traceparent=carried())
