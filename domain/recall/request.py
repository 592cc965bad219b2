"""A recall request, what may happen to it, and how it is afterwards: the states of its lines (project-recall, section 6).

`domain.recall.deciding` and `domain.recall.ending` answer commands with events or refusals, `evolve` applies events; all are pure
and total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.money import ZERO
from domain.recall.plan import request_hash
from domain.recall.policy import Policy
from domain.refusals import Refusal


class RequestStatus(StrEnum):
    AWAITING_DECISION = "awaiting_decision"
    RECALLED = "recalled"
    REJECTED = "rejected"
    PARTLY_RECALLED = "partly_recalled"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class LineStatus(StrEnum):
    OPEN = "open"
    BLOCKED = "blocked"
    RECALLED = "recalled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


UNSETTLED: Final = frozenset({LineStatus.OPEN, LineStatus.BLOCKED})


@dataclass(frozen=True, slots=True)
class Approval:
    """What somebody approved of a line: which rows, and by whose right, their own or that of the one they act for."""

    plan_hash: str
    right_of: str


@dataclass(frozen=True, slots=True)
class Parking:
    """An approval that waits for a credit: what taking the line back comes to then, and by whose right it was given."""

    effect: str
    right_of: str


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of a request; `plan_hash` is the plan last stored for it, `approved_by` who approved what of it.

    `parked_by` holds the approvals of a blocked line that wait until what it is invoiced on is credited.
    """

    subject: str
    owner: str
    plan_hash: str
    status: LineStatus = LineStatus.OPEN
    blocked_by: Refusal | None = None
    approved_by: Mapping[str, Approval] = field(default_factory=dict)
    parked_by: Mapping[str, Parking] = field(default_factory=dict)

    def has_approval(self, *, by: str, right_of: str) -> bool:
        """Whether a person, or the right they use, is among the approvals of the rows as they are."""
        return any(
            approval.plan_hash == self.plan_hash and (person == by or approval.right_of == right_of)
            for person, approval in self.approved_by.items()
        )


@dataclass(frozen=True, slots=True)
class Request:
    """A recall request as its events made it; `base_worth` is what it was worth in the currency of the unit when it was made."""

    id: str
    requester: str
    policy: Policy
    lines: Mapping[str, Line]
    status: RequestStatus = RequestStatus.AWAITING_DECISION
    base_worth: Decimal = ZERO

    @property
    def approvals_needed(self) -> int:
        """How many have to approve a line, each by another right: the quorum, and one more above the limit of the policy."""
        return self.policy.quorum + self.policy.is_above_limit(self.base_worth)

    @property
    def open_lines(self) -> dict[str, Line]:
        """The lines that can still be decided; a blocked one counts as open."""
        return {name: line for name, line in self.lines.items() if line.status in UNSETTLED}

    @property
    def parties(self) -> frozenset[str]:
        """Whom it concerns: who asked, and the owners of its lines."""
        return frozenset({self.requester, *(line.owner for line in self.lines.values())})

    @property
    def plan_hash(self) -> str:
        """The fingerprint of the open lines and the plans last stored for them."""
        return request_hash({name: line.plan_hash for name, line in self.open_lines.items()})


@dataclass(frozen=True, slots=True)
class LineRecalled:
    subject: str


@dataclass(frozen=True, slots=True)
class LineRejected:
    subject: str


@dataclass(frozen=True, slots=True)
class LineApproved:
    """One approval of several that are needed, of these very rows; the line stays open and nothing is written."""

    subject: str
    by: str
    approval: Approval

    @property
    def plan_hash(self) -> str:
        """The plan as it was approved."""
        return self.approval.plan_hash

    @property
    def giver(self) -> str | None:
        """For whom it was approved, if not by the person's own right."""
        return None if self.approval.right_of == self.by else self.approval.right_of


@dataclass(frozen=True, slots=True)
class LineBlocked:
    """The line may not be taken back now; it stays open, with what is in the way and the plan as it is now.

    An approval that is `parked` waits, and goes on by itself once what is in the way was credited.
    """

    subject: str
    refusal: Refusal
    plan_hash: str
    parked_by: str | None = None
    parking: Parking | None = None


@dataclass(frozen=True, slots=True)
class LineWithdrawn:
    subject: str


@dataclass(frozen=True, slots=True)
class LineExpired:
    subject: str


@dataclass(frozen=True, slots=True)
class RequestEnded:
    status: RequestStatus


LineEvent = LineRecalled | LineRejected | LineApproved | LineBlocked | LineWithdrawn | LineExpired
Event = LineEvent | RequestEnded


def status_after(event: LineEvent) -> LineStatus:
    """The status an event gives its line."""
    return _STATUS_AFTER[type(event)]


def evolve(request: Request, *events: Event) -> Request:
    """The request after events, in their order; its lines are copied once, however many events there are."""
    lines = dict(request.lines)
    status = request.status
    for event in events:
        if isinstance(event, RequestEnded):
            status = event.status
        else:
            lines[event.subject] = _line_after(lines[event.subject], event)
    return replace(request, lines=lines, status=status)


def _line_after(line: Line, event: LineEvent) -> Line:
    if isinstance(event, LineApproved):
        return replace(
            line,
            status=LineStatus.OPEN,
            blocked_by=None,
            approved_by={**line.approved_by, event.by: event.approval},
            plan_hash=event.plan_hash,
        )
    if isinstance(event, LineBlocked):
        parked_by = dict(line.parked_by)
        if event.parked_by is not None and event.parking is not None:
            parked_by[event.parked_by] = event.parking
        blocked = replace(line, status=LineStatus.BLOCKED, blocked_by=event.refusal, plan_hash=event.plan_hash)
        return replace(blocked, parked_by=parked_by)
    return Line(line.subject, line.owner, line.plan_hash, status_after(event), approved_by=line.approved_by)


_STATUS_AFTER: Final[Mapping[type, LineStatus]] = {
    LineRecalled: LineStatus.RECALLED,
    LineRejected: LineStatus.REJECTED,
    LineApproved: LineStatus.OPEN,
    LineBlocked: LineStatus.BLOCKED,
    LineWithdrawn: LineStatus.WITHDRAWN,
    LineExpired: LineStatus.EXPIRED,
}
