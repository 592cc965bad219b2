"""The rules a unit may set for its recalls, as values (docs/policies.md). A request keeps those it was born under."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.language import Text
from domain.money import Money
from domain.recall.calendar import Calendar, CalendarFacts, WorkingHours, after_working


class ReversalDate(StrEnum):
    """Which day a reversal carries (project-recall, section 8)."""

    ORIGINAL = "original"
    TODAY = "today"
    NEXT_OPEN_PERIOD = "next_open_period"


After = timedelta | WorkingHours
"""How long after the birth of a request something happens: a plain duration, or hours of working time."""

_MOST_WRITTEN: Final = 99_999
_AFTER: Final = re.compile(r"([1-9][0-9]{0,4})(d|h|m|wh)")
_PLAIN_UNIT: Final = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """A reason that a request may name, and how people read it."""

    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Policy:
    """Policy values of a unit. A request keeps the values it was born under.

    `recall_window_days` counts from the date of what is recalled to the day of the request; None means no limit. A request worth
    more than `second_approver_above` (in the currency of the unit) needs one approver more than `quorum`. Where there are
    `reason_codes`, a request names one of them.
    """

    block_request_on_draft_invoice: bool = False
    allow_self_decision: bool = False
    recall_window_days: int | None = None
    reversal_date: ReversalDate = ReversalDate.ORIGINAL
    quorum: int = 1
    second_approver_above: Money | None = None
    escalate_to: str | None = None
    escalate_after: After = timedelta(hours=72)
    remind_after: After = timedelta(hours=24)
    expire_after: After | None = None
    withdraw_allowed: bool = True
    output_reversal_needs_approval: bool = True
    calendar: Calendar = field(default_factory=Calendar)
    reason_codes: tuple[ReasonCode, ...] = ()

    @property
    def most_approvals(self) -> int:
        """How many approvals the most valuable request needs."""
        return self.quorum + (self.second_approver_above is not None)

    def is_within_reach(self, deciders: int) -> bool:
        """Whether more than one approval can ever come together where so many people may decide sooner or later."""
        return self.most_approvals == 1 or self.most_approvals <= deciders

    def is_outside_window(self, day: date, *, today: date) -> bool:
        """Whether something of a day can no longer be asked for today."""
        return self.recall_window_days is not None and (today - day).days > self.recall_window_days

    def is_above_limit(self, worth: Decimal) -> bool:
        """Whether a request of this worth, in the currency of the unit, needs one approver more."""
        return self.second_approver_above is not None and worth > self.second_approver_above.amount

    def with_reason(self, code: str | None) -> Policy:
        """What a request keeps of the policy: of the reasons only its own."""
        return replace(self, reason_codes=tuple(one for one in self.reason_codes if one.code == code))


def read_after(text: str) -> After | None:
    """A duration as it is written: 3d, 12h, 30m, or 16wh for hours of working time; None where it is nothing of these."""
    found = _AFTER.fullmatch(text)
    if found is None:
        return None
    number, unit = int(found.group(1)), found.group(2)
    return WorkingHours(number) if unit == "wh" else timedelta(**{_PLAIN_UNIT[unit]: number})


def after_text(after: After) -> str:
    """A duration in the form it is read from: whole hours where it has such, else minutes; days where hours have too many digits."""
    if isinstance(after, WorkingHours):
        return f"{after.hours}wh"
    minutes = after // timedelta(minutes=1)
    hours = minutes // 60
    if minutes % 60:
        return f"{minutes}m"
    return f"{hours // 24}d" if hours > _MOST_WRITTEN else f"{hours}h"


def moment_after(born: datetime, after: After, *, policy: Policy, facts: CalendarFacts, times: int = 1) -> datetime:
    """When a duration has passed `times` times since the birth of a request; never before it has."""
    if isinstance(after, timedelta):
        return born + times * after
    return after_working(born, times * after.as_time, calendar=policy.calendar, facts=facts)
