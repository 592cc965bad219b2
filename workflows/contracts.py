"""What crosses the border between the service and Temporal. Frozen; fields are only ever added, each with a default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WORKFLOW_NAME: Final = "RecallRequest"
SIGNAL_DECISION: Final = "decision"
SIGNAL_CHANGED: Final = "changed"
SETTLE_DECISION: Final = "settle_decision"
SETTLE_IN_CHUNKS: Final = "settle_in_chunks"
EXPIRE_REQUEST: Final = "expire_request"
ESCALATE_REQUEST: Final = "escalate_request"
REMIND_APPROVER: Final = "remind_approver"
REROUTE_REQUEST: Final = "reroute_request"
READ_STANDING: Final = "read_standing"
CLOSE_REQUEST: Final = "close_request"
DELIVERY_WORKFLOW: Final = "Delivery"
DELIVER: Final = "deliver"
CLOSE_DELIVERY: Final = "close_delivery"
RECONCILIATION_WORKFLOW: Final = "Reconciliation"
RECONCILE: Final = "reconcile"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands after an act, as its workflow shows it.

    `next_step` is what happens next if nobody decides: reminder, escalation, rerouting or expiry, so many seconds after the birth
    of the request, after so many reminders; `asked` is who is asked now. Empty where that is as it was.
    """

    status: str
    blocked_by: list[str]
    recalled: int
    rejected: int
    open: int
    outcome: str = ""
    decided_by: str = ""
    verdict: str = ""
    parked: int = 0
    next_step: str = ""
    next_step_after_seconds: float = 0.0
    reminders: int = 0
    asked: str = ""

    @property
    def is_under_way(self) -> bool:
        """Whether lines of a long decision are left to settle."""
        return self.outcome == "pending"

    @property
    def is_open(self) -> bool:
        """Whether somebody is still waited for."""
        return self.status == "awaiting_decision"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a run of a request's workflow hands to the next one, where its history has grown long.

    `since` is the birth of the request, in ISO 8601; `waiting` are decisions that are still to be settled, `seen` the newest that
    were told.
    """

    since: str
    waiting: list[str]
    seen: list[str]
    rows: list[str]
    changed: bool = False
    standing: Standing | None = None
    reminders: int = 0
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class RecallInput:
    """All a request's workflow shows or waits for; durations in seconds, the amount as text with its currency.

    What happens first, and when, is told in seconds after the birth of the request, as are its escalation and expiry; an input
    without it is one of before calendars, whose times repeat plainly. `approver` approved what is asked for; `asked` is who is
    asked instead, where that is somebody else. `born_before_seconds`: how long before its workflow the request was there, where
    that was started late or takes over from one that was lost. `named_in_lists`: whether search attributes may name people.
    `carried`: from the run before, if there was one.
    """

    request_id: str
    number: int
    kind: str
    subject: str
    title: str
    requester: str
    approver: str | None
    lines: int
    amount: str
    amount_value: float
    batch_id: str
    reason_code: str | None
    remind_after_seconds: float
    expire_after_seconds: float | None
    language: str = "en"
    escalate_to: str | None = None
    escalate_after_seconds: float = 0.0
    next_step: str = ""
    next_step_after_seconds: float = 0.0
    asked: str | None = None
    born_before_seconds: float = 0.0
    named_in_lists: bool = True
    carried: Carried | None = None


@dataclass(frozen=True, slots=True)
class ToSettle:
    """What a signal said is a stored decision of this request; whether it is one, the activity finds out."""

    request_id: str
    decision_id: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """The `count`-th reminder of a request, so many seconds after its birth; 0: when it was due."""

    request_id: str
    count: int
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Rerouting:
    """The moment has come, so many seconds after the birth of a request, when somebody else is asked."""

    request_id: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class DeliveryInput:
    """A delivery and how long it is tried; `what` and `to` are for people: an event of a request, and a unit or a person's id.

    `attempts`: at most so many; 0 is as many as the time allows.
    """

    delivery_id: str
    what: str
    to: str
    give_up_after_seconds: float
    attempts: int = 0
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Closing:
    """A delivery that is not tried any more, and why: gave_up or operator."""

    delivery_id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one comparison of Postgres and Temporal found: how many disagreements of each kind, and about how many it did something."""

    found: dict[str, int]
    repaired: int
