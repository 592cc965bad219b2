"""Deciding a request: who may, what of it, and what a stored decision does to each line (project-recall, sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from domain.recall.authority import Authority
from domain.recall.ending import ending
from domain.recall.request import (
    UNSETTLED,
    Approval,
    Event,
    Line,
    LineApproved,
    LineBlocked,
    LineEvent,
    LineRecalled,
    LineRejected,
    Parking,
    Request,
    RequestStatus,
    Verdict,
)
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class Decision:
    """The command to decide lines of a request. Lines None means all open ones.

    An approval that says `park` waits where a line is invoiced, until the invoice is credited (project-recall, section 6).
    """

    by: str
    verdict: Verdict
    lines: tuple[str, ...] | None = None
    park: bool = False


@dataclass(frozen=True, slots=True)
class LineAtDecision:
    """What the kind says about a line at the moment of the decision, under lock.

    `effect` is what taking it back comes to once the invoice in the way is credited; None where no credit clears the way.
    """

    refusal: Refusal | None
    plan_hash: str
    effect: str | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer to a decision: what happened, and what was refused line by line."""

    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = field(default=())

    @property
    def applied(self) -> bool:
        """A decision is applied when it counted for at least one line."""
        return any(_has_counted_for(event) for event in self.events)


def _has_counted_for(event: Event) -> bool:
    """A line that is blocked has not been decided, unless its approval waits for a credit."""
    if isinstance(event, LineBlocked):
        return event.parking is not None
    return isinstance(event, LineRecalled | LineRejected | LineApproved)


def check_right(request: Request, by: str, authority: Authority) -> Refusal | None:
    """May this person decide this request? No right comes before own request (project-recall, section 7)."""
    if not authority.is_approver:
        if authority.ended_on is not None:
            return Refusal(Code.DELEGATION_EXPIRED, request.id, {"date": authority.ended_on.isoformat()})
        return Refusal(Code.NOT_APPROVER, request.id, {"why": authority.over} if authority.over else {})
    parties = request.parties
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
    """Nobody and no right counts twice: an approval of rows of all these lines that the person, or the right, has approved.

    What waits to be carried out counts already. Who has approved may still reject.
    """
    if decision.verdict is Verdict.REJECT:
        return ()
    right_of = _right_of(decision, authority)
    found: list[Refusal] = []
    for name in decided_lines(request, decision):
        line = request.lines[name]
        if line.has_approval(by=decision.by, right_of=right_of):
            found.append(Refusal(Code.ALREADY_DECIDED, name, {"why": "counted"}))
        elif authority.waiting.decides(name, line.plan_hash):
            found.append(Refusal(Code.ALREADY_DECIDED, name, {"why": "pending"}))
        else:
            return ()
    return tuple(found)


def _right_of(decision: Decision, authority: Authority) -> str:
    """Whose right a decision uses: an approver and the delegate who acts for them have one between them."""
    return authority.on_behalf_of or decision.by


def _check_lines(request: Request, decision: Decision) -> tuple[Refusal, ...]:
    """One refusal for each line that cannot be decided; lines that are named at all are named once."""
    if decision.lines is None:
        return ()
    if not decision.lines:
        return (Refusal(Code.NOTHING_SELECTED, request.id, {"why": "no_line"}),)
    seen: set[str] = set()
    found: list[Refusal | None] = []
    for name in decision.lines:
        found.append(Refusal(Code.DUPLICATE_LINE, name) if name in seen else _check_named(request, name))
        seen.add(name)
    return tuple(refusal for refusal in found if refusal is not None)


def _check_named(request: Request, name: str) -> Refusal | None:
    line = request.lines.get(name)
    if line is None:
        return Refusal(Code.UNKNOWN_ENTRY, name, {"why": "not_a_line"})
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
    gone = {name: refusal for name in chosen if (refusal := _check_named(request, name))}
    names = [name for name in chosen if name not in gone]
    if decision.verdict is Verdict.REJECT:
        events: tuple[LineEvent, ...] = tuple(LineRejected(name) for name in names)
    else:
        approve = partial(_approved, by=decision.by, quorum=request.approvals_needed)
        parked = partial(_parked, decision=decision, right_of=_right_of(decision, authority))
        events = tuple(
            parked(_blocked(name, seen=seen, now=now), effect=now[name].effect)
            or approve(request.lines[name], approval=Approval(now[name].plan_hash, _right_of(decision, authority)))
            for name in names
        )
    blocked = tuple(event.refusal for event in events if isinstance(event, LineBlocked))
    return Settlement((*events, *ending(request, events)), (*gone.values(), *blocked))


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


def _parked(
    blocked: LineBlocked | None, *, effect: str | None, decision: Decision, right_of: str
) -> LineBlocked | None:
    """A blocked line, with the approval that waits for the credit of what blocks it if the decider wants that."""
    if blocked is None or effect is None or not decision.park:
        return blocked
    return replace(blocked, parked_by=decision.by, parking=Parking(effect, right_of))


def _approved(line: Line, *, by: str, approval: Approval, quorum: int) -> LineRecalled | LineApproved:
    """One more approval of a line: enough of them by different rights, for the same rows, take it back."""
    approvals = {**line.approved_by, by: approval}.values()
    rights = {one.right_of for one in approvals if one.plan_hash == approval.plan_hash}
    return LineRecalled(line.subject) if len(rights) >= quorum else LineApproved(line.subject, by, approval)
