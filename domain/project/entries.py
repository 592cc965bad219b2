"""The life of an entry: which action is possible in which status, and what it leads to (project-recall, sections 1 and 2).

An entry is changed by events only; each event is one line of its history.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.refusals import Code, Refusal


class EntryKind(StrEnum):
    TIME = "time"
    EXPENSE = "expense"
    MATERIAL = "material"


class EntryStatus(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    RECALL_REQUESTED = "recall_requested"
    DELETED = "deleted"


class ApprovalStage(StrEnum):
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    RECALL_REQUESTED = "recall_requested"
    RECALL_REJECTED = "recall_rejected"
    CLOSED = "closed"


class BillingType(StrEnum):
    CHARGEABLE = "chargeable"
    NON_CHARGEABLE = "non_chargeable"
    COMPLIMENTARY = "complimentary"
    NOT_AVAILABLE = "not_available"


class AmountMethod(StrEnum):
    MULTIPLY = "multiply"
    FIXED = "fixed"


class EntryAction(StrEnum):
    """What somebody may want to do with an entry."""

    EDIT = "edit"
    DELETE = "delete"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    REJECT = "reject"
    CANCEL_APPROVAL = "cancel_approval"


class EntryEvent(StrEnum):
    """What happened to an entry; the names stand in its history."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"
    SUBMITTED = "submitted"
    TAKEN_BACK = "taken_back"
    APPROVED = "approved"
    REJECTED = "rejected"
    APPROVAL_CANCELED = "approval_canceled"
    RECALL_REQUESTED = "recall_requested"
    RECALLED = "recalled"
    RECALL_REJECTED = "recall_rejected"
    RECALL_WITHDRAWN = "recall_withdrawn"
    RECALL_EXPIRED = "recall_expired"


@dataclass(frozen=True, slots=True)
class Entry:
    """One time, expense or material entry as it stands.

    Quantity in its unit of measure (hours for time); prices per unit: cost in the contracting unit's currency, sales in the
    contract currency; `amount` in the contract currency, and only with the amount method fixed.
    """

    id: str
    project: str
    owner: str
    kind: EntryKind
    date: date
    quantity: Decimal
    status: EntryStatus = EntryStatus.DRAFT
    stage: ApprovalStage | None = None
    billing_type: BillingType = BillingType.CHARGEABLE
    amount_method: AmountMethod = AmountMethod.MULTIPLY
    amount: Decimal | None = None
    cost_price: Decimal | None = None
    sales_price: Decimal | None = None
    external: bool = False
    task: str | None = None
    role: str | None = None
    category: str | None = None
    product: str | None = None
    unit_of_measure: str | None = None

    @property
    def fixed_amount(self) -> Decimal | None:
        """The amount that counts whatever the price; None: quantity times price does."""
        return self.amount if self.amount_method is AmountMethod.FIXED else None


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What must be known about the person who acts; `decides_own` where the policy lets people decide about what is their own."""

    acts_for_owner: bool
    approves: bool
    decides_own: bool = False


EDITABLE: Final = frozenset({EntryStatus.DRAFT, EntryStatus.RETURNED, EntryStatus.REJECTED})

_POSSIBLE_FROM: Final[Mapping[EntryAction, frozenset[EntryStatus]]] = {
    EntryAction.EDIT: EDITABLE,
    EntryAction.DELETE: EDITABLE,
    EntryAction.SUBMIT: EDITABLE,
    EntryAction.RECALL: frozenset({EntryStatus.SUBMITTED}),
    EntryAction.APPROVE: frozenset({EntryStatus.SUBMITTED}),
    EntryAction.REJECT: frozenset({EntryStatus.SUBMITTED}),
    EntryAction.CANCEL_APPROVAL: frozenset({EntryStatus.APPROVED}),
}
_WRONG_STATUS_CODE: Final[Mapping[EntryAction, Code]] = {
    EntryAction.EDIT: Code.LOCKED,
    EntryAction.DELETE: Code.LOCKED,
    EntryAction.SUBMIT: Code.WRONG_STATUS,
    EntryAction.RECALL: Code.NOT_RECALLABLE,
    EntryAction.APPROVE: Code.WRONG_STATUS,
    EntryAction.REJECT: Code.WRONG_STATUS,
    EntryAction.CANCEL_APPROVAL: Code.WRONG_STATUS,
}
_BY_APPROVER: Final = frozenset({EntryAction.APPROVE, EntryAction.REJECT, EntryAction.CANCEL_APPROVAL})
_EVENT_OF: Final[Mapping[EntryAction, EntryEvent]] = {
    EntryAction.EDIT: EntryEvent.EDITED,
    EntryAction.DELETE: EntryEvent.DELETED,
    EntryAction.SUBMIT: EntryEvent.SUBMITTED,
    EntryAction.RECALL: EntryEvent.TAKEN_BACK,
    EntryAction.APPROVE: EntryEvent.APPROVED,
    EntryAction.REJECT: EntryEvent.REJECTED,
    EntryAction.CANCEL_APPROVAL: EntryEvent.APPROVAL_CANCELED,
}
_STATUS_AFTER: Final[Mapping[EntryEvent, EntryStatus]] = {
    EntryEvent.CREATED: EntryStatus.DRAFT,
    EntryEvent.DELETED: EntryStatus.DELETED,
    EntryEvent.SUBMITTED: EntryStatus.SUBMITTED,
    EntryEvent.TAKEN_BACK: EntryStatus.DRAFT,
    EntryEvent.APPROVED: EntryStatus.APPROVED,
    EntryEvent.APPROVAL_CANCELED: EntryStatus.SUBMITTED,
    EntryEvent.RECALL_REQUESTED: EntryStatus.RECALL_REQUESTED,
    EntryEvent.RECALL_REJECTED: EntryStatus.APPROVED,
    EntryEvent.RECALL_WITHDRAWN: EntryStatus.APPROVED,
    EntryEvent.RECALL_EXPIRED: EntryStatus.APPROVED,
}
_SENT_BACK: Final = frozenset({EntryEvent.REJECTED, EntryEvent.RECALLED})
_STAGE_AFTER: Final[Mapping[EntryEvent, ApprovalStage]] = {
    EntryEvent.SUBMITTED: ApprovalStage.SUBMITTED,
    EntryEvent.TAKEN_BACK: ApprovalStage.CLOSED,
    EntryEvent.APPROVED: ApprovalStage.APPROVED,
    EntryEvent.REJECTED: ApprovalStage.REJECTED,
    EntryEvent.APPROVAL_CANCELED: ApprovalStage.SUBMITTED,
    EntryEvent.RECALL_REQUESTED: ApprovalStage.RECALL_REQUESTED,
    EntryEvent.RECALLED: ApprovalStage.REJECTED,
    EntryEvent.RECALL_REJECTED: ApprovalStage.RECALL_REJECTED,
    EntryEvent.RECALL_WITHDRAWN: ApprovalStage.APPROVED,
    EntryEvent.RECALL_EXPIRED: ApprovalStage.APPROVED,
}


def status_after(kind: EntryKind, event: EntryEvent) -> EntryStatus | None:
    """The status an event leads to; None leaves it as it is.

    Sent back means returned for time, rejected for expense and material (project-recall, section 1).
    """
    if event in _SENT_BACK:
        return EntryStatus.RETURNED if kind is EntryKind.TIME else EntryStatus.REJECTED
    return _STATUS_AFTER.get(event)


def stage_after(event: EntryEvent) -> ApprovalStage | None:
    """The stage of the approval record an event leads to; None leaves it as it is (project-recall, section 2)."""
    return _STAGE_AFTER.get(event)


def decide(entry: Entry, action: EntryAction, facts: EntryFacts) -> EntryEvent | Refusal:
    """May this be done with the entry now? Rights come before status (project-recall, sections 1 and 7)."""
    if action in _BY_APPROVER and not facts.approves:
        return Refusal(Code.NOT_APPROVER, entry.id)
    if action is EntryAction.CANCEL_APPROVAL and facts.acts_for_owner and not facts.decides_own:
        return Refusal(Code.OWN_REQUEST, entry.id, {"why": "own_entry"})
    if action not in _BY_APPROVER and not facts.acts_for_owner:
        return Refusal(Code.NOT_YOURS, entry.id, _NOT_TO_RECALL if action is not EntryAction.RECALL else {})
    if entry.status not in _POSSIBLE_FROM[action]:
        return Refusal(_WRONG_STATUS_CODE[action], entry.id, {"status": entry.status.value})
    return _EVENT_OF[action]


_NOT_TO_RECALL: Final = {"why": "entry_of_another"}


def evolve(entry: Entry, event: EntryEvent) -> Entry:
    """The entry after an event."""
    status = status_after(entry.kind, event)
    stage = stage_after(event)
    return replace(entry, status=status or entry.status, stage=stage or entry.stage)
