"""Bodies about recalls, decisions and invoices."""

from __future__ import annotations

from typing import Literal

from api.models.base import Body, Many
from api.models.fields import Instant, Line, Note, PersonId, ReasonText, ResourceId


class RecallWish(Body):
    entries: Many[ResourceId]
    reason: ReasonText | None = None
    reason_code: Line | None = None


class NewDecision(Body):
    decision: Literal["approve", "reject"]
    comment: Note | None = None
    lines: Many[ResourceId] | None = None


class Empty(Body):
    """No members."""


class WebhookDecision(Body):
    recall_id: ResourceId
    decision: Literal["approve", "reject"]
    approver: PersonId
    comment: Note | None = None
    lines: Many[ResourceId] | None = None
    plan_hash: Line | None = None


class DecisionWebhook(Body):
    type: Literal["recall.decision"]
    timestamp: Instant
    data: WebhookDecision


class NewInvoice(Body):
    project: ResourceId
    entries: Many[ResourceId]
    customer: Line | None = None
