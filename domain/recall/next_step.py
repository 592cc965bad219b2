"""What happens to an open request if nobody decides, and when: computed from its policy and its birth, the calendar known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.recall.calendar import CalendarFacts
from domain.recall.policy import Policy, moment_after


class Step(StrEnum):
    """What the clock does to a request."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    REROUTING = "rerouting"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Birth:
    """When a request was made, and the policy and calendar facts its deadlines are computed with.

    `promised` is the expiry people were told when it was made: it is kept, whatever becomes known of holidays later.
    """

    at: datetime
    policy: Policy
    facts: CalendarFacts
    promised: datetime | None = None


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the clock has done to a request already, and until when who is asked now is asked; None: for as long as it is open."""

    reminders: int = 0
    escalated: bool = False
    asked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What happens next, and when."""

    step: Step
    at: datetime


def expiry_of(birth: Birth) -> datetime | None:
    """When a request expires if nobody decides; None where it never does."""
    after = birth.policy.expire_after
    if after is None or birth.promised is not None:
        return birth.promised
    return moment_after(birth.at, after, policy=birth.policy, facts=birth.facts)


def escalation_of(birth: Birth) -> datetime | None:
    """When the escalation person may decide, too; None where nobody is named."""
    policy = birth.policy
    if policy.escalate_to is None:
        return None
    return moment_after(birth.at, policy.escalate_after, policy=policy, facts=birth.facts)


def reminder_of(birth: Birth, number: int) -> datetime:
    """When the approver is reminded for the `number`-th time: every interval, for as long as the request is open."""
    policy = birth.policy
    return moment_after(birth.at, policy.remind_after, policy=policy, facts=birth.facts, times=number)


def next_step(birth: Birth, so_far: SoFar) -> NextStep:
    """The earliest of expiry, escalation, rerouting and reminder; of several at the same moment the first of these.

    So whoever is reminded is the one who is asked from that moment on.
    """
    steps = [
        (expiry_of(birth), Step.EXPIRY),
        (None if so_far.escalated else escalation_of(birth), Step.ESCALATION),
        (so_far.asked_until, Step.REROUTING),
    ]
    found = [NextStep(step, at) for at, step in steps if at is not None]
    return min([*found, NextStep(Step.REMINDER, reminder_of(birth, so_far.reminders + 1))], key=lambda one: one.at)


def is_over(birth: Birth, *, at: datetime) -> bool:
    """Whether a request that is open has to expire by this moment."""
    expiry = expiry_of(birth)
    return expiry is not None and expiry <= at


def last_reminder_due(birth: Birth, number: int, *, at: datetime) -> int:
    """The number of the reminder that is given at this moment, when the `number`-th comes up.

    Whoever comes late, as after an outage, gives one reminder for all that were missed: the last that is due.
    """
    return max(number, _reminders_due(birth, at))


def _reminders_due(birth: Birth, at: datetime) -> int:
    """How many reminders are due by a moment; found by halves, as years may have passed in steps of a minute."""
    above = 1
    while reminder_of(birth, above) <= at:
        above *= 2
    below = above // 2
    while above - below > 1:
        middle = (above + below) // 2
        below, above = (middle, above) if reminder_of(birth, middle) <= at else (below, middle)
    return below
