"""Bodies about recalls, decisions and invoices."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from api.models.base import Body, Many
from api.models.fields import (
    Day,
    Instant,
    Line,
    Note,
    PersonId,
    PositiveQuantity,
    Quantity,
    ReasonText,
    ResourceId,
    not_expected,
)
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

    @field_validator("until")
    @classmethod
    def _is_not_before_from(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("from_")
        if until is not None and since is not None and until < since:
            raise not_expected("not_before_from")
        return until


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


class Deciding(Body):
    """What a decision says. `park` lets an approval wait until what a line is invoiced on was credited in full."""

    decision: Literal["approve", "reject"]
    comment: Note | None = None
    park: bool = False

    @field_validator("park")
    @classmethod
    def _is_of_an_approval(cls, park: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 - the library calls it so
        if park and info.data.get("decision") == "reject":
            raise not_expected("approval")
        return park


class NewDecision(Deciding):
    lines: Many[ResourceId] | None = None


class Empty(Body):
    """No members."""


class WebhookDecision(Deciding):
    recall_id: ResourceId
    approver: PersonId
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


class ManyDecisions(Deciding):
    recalls: Annotated[Many[SeenRecall], Field(min_length=1, max_length=200)]
