"""How a request ends without a decision: withdrawn, expired, closed by an operator; and what its end is called."""

from __future__ import annotations

from collections.abc import Iterable

from domain.recall.request import (
    UNSETTLED,
    Event,
    LineExpired,
    LineStatus,
    LineWithdrawn,
    Request,
    RequestEnded,
    RequestStatus,
    status_after,
)
from domain.refusals import Code, Refusal


def decide_withdraw(request: Request, by: str) -> tuple[Event, ...] | Refusal:
    """The requester and the owners may withdraw an open request where the policy allows it (project-recall, section 7)."""
    if by != request.requester and by not in {line.owner for line in request.lines.values()}:
        return Refusal(Code.NOT_YOURS, request.id, {"why": "withdrawal"})
    if request.status is not RequestStatus.AWAITING_DECISION:
        return Refusal(Code.REQUEST_CLOSED, request.id, {"status": request.status.value})
    if not request.policy.withdraw_allowed:
        return Refusal(Code.NOT_ALLOWED, request.id, {"why": "withdrawal"})
    events = tuple(LineWithdrawn(name) for name in request.open_lines)
    return (*events, *ending(request, events))


def decide_expire(request: Request) -> tuple[Event, ...]:
    """The time is up: what is still open expires without effect; a request that has ended stays as it is."""
    if request.status is not RequestStatus.AWAITING_DECISION:
        return ()
    events = tuple(LineExpired(name) for name in request.open_lines)
    return (*events, *ending(request, events))


def decide_close(request: Request) -> tuple[Event, ...]:
    """An operator stops the waiting: what is still open is withdrawn without effect; no policy forbids that."""
    if request.status is not RequestStatus.AWAITING_DECISION:
        return ()
    events = tuple(LineWithdrawn(name) for name in request.open_lines)
    return (*events, *ending(request, events))


def ending(request: Request, events: Iterable[Event]) -> tuple[Event, ...]:
    """The end of the request, if these events leave no line open."""
    statuses = {name: line.status for name, line in request.lines.items()}
    statuses |= {event.subject: status_after(event) for event in events if not isinstance(event, RequestEnded)}
    found = set(statuses.values())
    return () if found & UNSETTLED else (RequestEnded(_final_status(found)),)


def _final_status(found: set[LineStatus]) -> RequestStatus:
    """Recalled where all lines are, partly where some are; otherwise as the last lines ended: withdrawn, expired or rejected.

    Who reads that a request was withdrawn, expired or rejected may rely on it that nothing was written.
    """
    if LineStatus.RECALLED in found:
        return RequestStatus.RECALLED if len(found) == 1 else RequestStatus.PARTLY_RECALLED
    if LineStatus.WITHDRAWN in found:
        return RequestStatus.WITHDRAWN
    if LineStatus.EXPIRED in found:
        return RequestStatus.EXPIRED
    return RequestStatus.REJECTED
