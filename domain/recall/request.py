"""A recall request and what may happen to it: the states of its lines, and how it ends (project-recall, section 6).

`decide_*` answers a command with events or refusals, `evolve` applies an event; both are pure and total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import partial
from typing import Final

from domain.money import ZERO
from domain.recall.plan import request_hash
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal


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
class Line:
    """One subject of a request; `plan_hash` is the plan last stored for it, `approved_by` who approved what of it."""

    subject: str
    owner: str
    plan_hash: str
    status: LineStatus = LineStatus.OPEN
    blocked_by: Refusal | None = None
    approved_by: Mapping[str, Approval] = field(default_factory=dict)


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
    def plan_hash(self) -> str:
        """The fingerprint of the open lines and the plans last stored for them."""
        return request_hash({name: line.plan_hash for name, line in self.open_lines.items()})


@dataclass(frozen=True, slots=True)
class Authority:
    """What is known about the right of a person to decide.

    `acts_for` are those for whom the person may make requests; `on_behalf_of` whose right it is, if not the own;
    `ended_on` the last day of a delegation that has ended.
    """

    is_approver: bool
    acts_for: frozenset[str] = frozenset()
    on_behalf_of: str | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The command to decide lines of a request. Lines None means all open ones."""

    by: str
    verdict: Verdict
    lines: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class LineAtDecision:
    """What the kind says about a line at the moment of the decision, under lock."""

    refusal: Refusal | None
    plan_hash: str


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
    """The line may not be taken back now; it stays open, with what is in the way and the plan as it is now."""

    subject: str
    refusal: Refusal
    plan_hash: str


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


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer to a decision: what happened, and what was refused line by line."""

    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = field(default=())

    @property
    def applied(self) -> bool:
        """A decision is applied when it counted for at least one line."""
        return any(isinstance(event, LineRecalled | LineRejected | LineApproved) for event in self.events)


def check_right(request: Request, by: str, authority: Authority) -> Refusal | None:
    """May this person decide this request? No right comes before own request (project-recall, section 7)."""
    if not authority.is_approver:
        if authority.ended_on is not None:
            return Refusal(Code.DELEGATION_EXPIRED, request.id, {"date": authority.ended_on.isoformat()})
        return Refusal(Code.NOT_APPROVER, request.id)
    parties = {request.requester, *(line.owner for line in request.lines.values())}
    concerned = by in parties or authority.on_behalf_of in parties or bool(authority.acts_for & parties)
    if concerned and not request.policy.allow_self_decision:
        return Refusal(Code.OWN_REQUEST, request.id)
    return None


def check_decision(request: Request, decision: Decision, authority: Authority) -> tuple[Refusal, ...]:
    """What refuses a decision before any line is looked at: the right, the end of the request, lines already settled."""
    refusal = check_right(request, decision.by, authority)
    if refusal is not None:
        return (refusal,)
    if request.status is not RequestStatus.AWAITING_DECISION:
        return (Refusal(Code.REQUEST_CLOSED, request.id, {"status": request.status.value}),)
    return _check_lines(request, decision) or _check_counted(request, decision, authority)


def _check_counted(request: Request, decision: Decision, authority: Authority) -> tuple[Refusal, ...]:
    """Nobody and no right counts twice: an approval of rows of all these lines that the person, or the right, has approved."""
    lines = [request.lines[name] for name in decided_lines(request, decision)]
    right_of = _right_of(decision, authority)
    counted = [_has_counted(line, line.plan_hash, by=decision.by, right_of=right_of) for line in lines]
    if decision.verdict is Verdict.REJECT or not lines or not all(counted):
        return ()
    return tuple(Refusal(Code.ALREADY_DECIDED, line.subject) for line in lines)


def _right_of(decision: Decision, authority: Authority) -> str:
    """Whose right a decision uses: an approver and the delegate who acts for them have one between them."""
    return authority.on_behalf_of or decision.by


def _has_counted(line: Line, plan_hash: str, *, by: str, right_of: str) -> bool:
    """Whether a person, or the right they use, is among the approvals of these very rows of a line."""
    return any(
        approval.plan_hash == plan_hash and (person == by or approval.right_of == right_of)
        for person, approval in line.approved_by.items()
    )


def _check_lines(request: Request, decision: Decision) -> tuple[Refusal, ...]:
    """One refusal for each line that cannot be decided; lines that are named at all are named once."""
    if decision.lines is None:
        return ()
    if not decision.lines:
        return (Refusal(Code.NOTHING_SELECTED, request.id),)
    seen: set[str] = set()
    found: list[Refusal | None] = []
    for name in decision.lines:
        found.append(Refusal(Code.DUPLICATE_LINE, name) if name in seen else _check_named(request, name))
        seen.add(name)
    return tuple(refusal for refusal in found if refusal is not None)


def _check_named(request: Request, name: str) -> Refusal | None:
    line = request.lines.get(name)
    if line is None:
        return Refusal(Code.UNKNOWN_ENTRY, name)
    return None if line.status in UNSETTLED else Refusal(Code.ALREADY_DECIDED, name)


def decided_lines(request: Request, decision: Decision) -> tuple[str, ...]:
    """The lines a decision is about: those it names, or all that are open."""
    return tuple(request.open_lines) if decision.lines is None else tuple(dict.fromkeys(decision.lines))


def decide_settle(
    request: Request,
    decision: Decision,
    *,
    authority: Authority,
    seen: Mapping[str, str],
    now: Mapping[str, LineAtDecision],
) -> Settlement:
    """Settle a stored decision line by line.

    `seen` holds the plan hash of each line the approval was bound to, `now` what the kind says under lock. A line that was
    settled by somebody else meanwhile is refused; the others go on.
    """
    refusals = _check_still(request, decision, authority)
    if refusals:
        return Settlement(refusals=refusals)
    chosen = decided_lines(request, decision)
    names = [name for name in chosen if _check_named(request, name) is None]
    gone = tuple(found for name in chosen if (found := _check_named(request, name)))
    if decision.verdict is Verdict.REJECT:
        events: tuple[LineEvent, ...] = tuple(LineRejected(name) for name in names)
    else:
        approve = partial(_approved, by=decision.by, quorum=request.approvals_needed)
        events = tuple(
            _blocked(name, seen=seen, now=now)
            or approve(request.lines[name], approval=Approval(now[name].plan_hash, _right_of(decision, authority)))
            for name in names
        )
    blocked = tuple(event.refusal for event in events if isinstance(event, LineBlocked))
    return Settlement((*events, *_ending(request, events)), (*gone, *blocked))


def _check_still(request: Request, decision: Decision, authority: Authority) -> tuple[Refusal, ...]:
    return check_decision(request, replace(decision, lines=None), authority)


def _blocked(name: str, *, seen: Mapping[str, str], now: Mapping[str, LineAtDecision]) -> LineBlocked | None:
    """What is in the way of taking a line back, looking last at whether its rows are those that were seen."""
    state = now[name]
    if state.refusal is not None:
        return LineBlocked(name, state.refusal, state.plan_hash)
    if seen.get(name) != state.plan_hash:
        return LineBlocked(name, Refusal(Code.STALE_VERSION, name), state.plan_hash)
    return None


def _approved(line: Line, *, by: str, approval: Approval, quorum: int) -> LineRecalled | LineApproved:
    """One more approval of a line: enough of them by different rights, for the same rows, take it back."""
    approvals = {**line.approved_by, by: approval}.values()
    rights = {one.right_of for one in approvals if one.plan_hash == approval.plan_hash}
    return LineRecalled(line.subject) if len(rights) >= quorum else LineApproved(line.subject, by, approval)


def decide_withdraw(request: Request, by: str) -> tuple[Event, ...] | Refusal:
    """The requester and the owners may withdraw an open request where the policy allows it (project-recall, section 7)."""
    if by != request.requester and by not in {line.owner for line in request.lines.values()}:
        return Refusal(Code.NOT_YOURS, request.id)
    if request.status is not RequestStatus.AWAITING_DECISION:
        return Refusal(Code.REQUEST_CLOSED, request.id, {"status": request.status.value})
    if not request.policy.withdraw_allowed:
        return Refusal(Code.NOT_ALLOWED, request.id)
    events = tuple(LineWithdrawn(name) for name in request.open_lines)
    return (*events, *_ending(request, events))


def decide_expire(request: Request) -> tuple[Event, ...]:
    """The time is up: what is still open expires without effect; a request that has ended stays as it is."""
    if request.status is not RequestStatus.AWAITING_DECISION:
        return ()
    events = tuple(LineExpired(name) for name in request.open_lines)
    return (*events, *_ending(request, events))


def decide_close(request: Request) -> tuple[Event, ...]:
    """An operator stops the waiting: what is still open is withdrawn without effect; no policy forbids that."""
    if request.status is not RequestStatus.AWAITING_DECISION:
        return ()
    events = tuple(LineWithdrawn(name) for name in request.open_lines)
    return (*events, *_ending(request, events))


def _ending(request: Request, events: Iterable[Event]) -> tuple[Event, ...]:
    statuses = {name: line.status for name, line in request.lines.items()}
    statuses |= {event.subject: _STATUS_AFTER[type(event)] for event in events if not isinstance(event, RequestEnded)}
    found = set(statuses.values())
    return () if found & UNSETTLED else (RequestEnded(_final_status(found)),)


def _final_status(found: set[LineStatus]) -> RequestStatus:
    """Withdrawn or expired if the last lines ended so; otherwise recalled, rejected, or some of each."""
    if LineStatus.WITHDRAWN in found:
        return RequestStatus.WITHDRAWN
    if LineStatus.EXPIRED in found:
        return RequestStatus.EXPIRED
    if found == {LineStatus.RECALLED}:
        return RequestStatus.RECALLED
    return RequestStatus.REJECTED if found == {LineStatus.REJECTED} else RequestStatus.PARTLY_RECALLED


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
        return replace(line, status=LineStatus.BLOCKED, blocked_by=event.refusal, plan_hash=event.plan_hash)
    return replace(line, status=status_after(event), blocked_by=None)


_STATUS_AFTER: Final[Mapping[type, LineStatus]] = {
    LineRecalled: LineStatus.RECALLED,
    LineRejected: LineStatus.REJECTED,
    LineApproved: LineStatus.OPEN,
    LineBlocked: LineStatus.BLOCKED,
    LineWithdrawn: LineStatus.WITHDRAWN,
    LineExpired: LineStatus.EXPIRED,
}
