"""Bodies about recalls, decisions and invoices."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.base import Body, Many
from api.models.fields import Day, Instant, Line, Note, PersonId, PositiveQuantity, Quantity, ReasonText, ResourceId
from domain.limits import MOST_LINES


class Selected(Body):
    """Entries by where they stand: a project, perhaps one task and some days; or an import. Of `owner`, by default oneself."""

    project: ResourceId | None = None
    task: Line | None = None
    dates: Many[Day] = ()
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    import_batch: ResourceId | None = Field(default=None, alias="import")
    owner: PersonId | None = None


class OutputChoice(Body):
    """An output entry to be taken back, whole or in part; figures left out follow from the rules."""

    entry: ResourceId
    quantity: PositiveQuantity | None = None
    run: Quantity | None = None
    setup: Quantity | None = None
    scrap: Quantity | None = None


class RecallWish(Body):
    """Name entries, or select them; or name posted production: outputs, capacities, consumptions, or a whole register."""

    entries: Many[ResourceId] | None = None
    selection: Selected | None = None
    outputs: Many[OutputChoice] = ()
    capacities: Many[ResourceId] = ()
    consumptions: Many[ResourceId] = ()
    register_: ResourceId | None = Field(default=None, alias="register")
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
    billed: dict[ResourceId, Quantity] = Field(default_factory=dict, max_length=MOST_LINES)


class InvoiceChange(Body):
    billed: dict[ResourceId, Quantity] = Field(max_length=MOST_LINES)


class Revision(Body):
    """How much of each entry stays billed; 0 is a full credit."""

    quantities: dict[ResourceId, Quantity] = Field(max_length=MOST_LINES)


class ManyInvoices(Body):
    invoices: Many[ResourceId]


class SeenRecall(Body):
    id: ResourceId
    etag: Line | None = None
    lines: Many[ResourceId] | None = None


class ManyDecisions(Body):
    decision: Literal["approve", "reject"]
    comment: Note | None = None
    recalls: Annotated[Many[SeenRecall], Field(min_length=1, max_length=200)]
