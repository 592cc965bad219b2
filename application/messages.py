"""What a workflow is told: the message that starts it and those that wake it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from store.outbox import Message
from store.recalls import NewRequest, StoredRequest


def workflow_id(number: int, request: str) -> str:
    """The id of a request's workflow: its number, then the first digits of the request's id (temporal.md)."""
    return f"recall-{number}-{request[:8]}"


def start(new: NewRequest, *, number: int, title: str, amount: str) -> Message:
    """Start the workflow of a new request; everything it shows or waits for comes along."""
    policy = new.policy
    payload: Mapping[str, Any] = {
        "request_id": new.id,
        "number": number,
        "kind": new.kind,
        "subject": new.subject,
        "title": title,
        "requester": new.requester,
        "approver": new.approver,
        "lines": len(new.lines),
        "amount": amount,
        "amount_value": float(new.amount.amount),
        "batch_id": new.batch,
        "reason_code": new.reason_code,
        "remind_after_seconds": policy.remind_after.total_seconds(),
        "expire_after_seconds": None if policy.expire_after is None else policy.expire_after.total_seconds(),
    }
    return Message(new.id, "start", workflow_id(number, new.id), payload)


def decision(stored: StoredRequest, id: str) -> Message:
    """Tell the workflow that a decision is stored; it carries nothing but its id."""
    return Message(stored.request.id, "decision", workflow_id(stored.number, stored.request.id), {"decision": id})


def changed(stored: StoredRequest) -> Message:
    """Tell the workflow to look at its request again: it may have ended."""
    return Message(stored.request.id, "changed", workflow_id(stored.number, stored.request.id), {})
