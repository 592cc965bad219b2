"""What settling says: how a request stands after an act, how a line ended, what history is told of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.recall.request import (
    Event,
    LineApproved,
    LineBlocked,
    LineRecalled,
    LineRejected,
    Parking,
    Request,
    RequestEnded,
    RequestStatus,
)
from store import history, recalls
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class Settled:
    """How a request stands after an act: what its workflow needs to know and to show.

    Of an open one with what happens next if nobody decides, how many seconds after its birth, and who is asked now. `born` is when
    the request was made, where a decision was settled.
    """

    status: str
    blocked_by: tuple[str, ...] = ()
    recalled: int = 0
    rejected: int = 0
    open: int = 0
    parked: int = 0
    outcome: str = ""
    decided_by: str = ""
    verdict: str = ""
    next_step: str = ""
    next_step_after_seconds: float = 0.0
    reminders: int = 0
    asked: str = ""
    born: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still waited for."""
        return self.status == RequestStatus.AWAITING_DECISION


def told_next_step(settled: Settled, stored: StoredRequest) -> Settled:
    """The same with what happens next to a request that is open, a step and how long after its birth, and who is asked now."""
    if not settled.is_open or stored.next_step is None or stored.next_step_at is None:
        return settled
    after = (stored.next_step_at - stored.business_at).total_seconds()
    asked = "" if stored.asked is None else stored.asked.person
    return replace(
        settled,
        next_step=stored.next_step,
        next_step_after_seconds=after,
        reminders=stored.reminders,
        asked=asked,
    )


def line_outcome(event: Event) -> str:
    """The outcome of a decision for the line of an event."""
    match event:
        case LineRecalled():
            return "recalled"
        case LineRejected():
            return "rejected"
        case LineApproved():
            return "approved"
        case LineBlocked(parking=Parking()):
            return "parked"
        case _:
            return "blocked"


def change_of(
    before: Request, events: Sequence[Event], after: Request, *, plan_hash: str | None = None
) -> recalls.Change:
    """What is written of events on a request, with what its history is told."""
    happened = [found for event in events if (found := _happened(before, event))]
    return recalls.Change(before, events, after, happened, plan_hash)


def _happened(request: Request, event: Event) -> history.Happened | None:
    """Ends and blocked lines stand in the history of the request; the other lines in that of their subject."""
    if isinstance(event, RequestEnded):
        before, after = request.status.value, event.status.value
        return history.Happened("recall", request.id, after, before, after)
    if isinstance(event, LineBlocked):
        facts = {"subject": event.subject, "code": event.refusal.code.value}
        return history.Happened("recall", request.id, "blocked" if event.parking is None else "parked", facts=facts)
    return None
