"""Closed periods, and the day a reversal carries (project-recall, section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.recall.policy import ReversalDate

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Periods:
    """The closings of a unit that are in force. Closing a day closes every day up to and including it."""

    closed_until: date | None = None

    @classmethod
    def of(cls, closings: Iterable[date]) -> Periods:
        """Periods with these closings in force; a reopened one is not among them, earlier ones stay."""
        return cls(max(closings, default=None))

    def is_open(self, day: date) -> bool:
        """Whether anything may be dated on a day."""
        return self.closed_until is None or day > self.closed_until

    def first_open(self, day: date) -> date:
        """The day itself if it is open, else the first open day after it."""
        if self.closed_until is None or day > self.closed_until:
            return day
        return self.closed_until + _DAY


def latest_closing(today: date) -> date:
    """The last day that may be closed on a day of the unit: that of a year later, of the 29th of February the 28th."""
    return today.replace(year=today.year + 1, day=28 if (today.month, today.day) == (2, 29) else today.day)


def reversal_day(original: date, *, policy: ReversalDate, today: date, periods: Periods) -> date:
    """The accounting date of a reversal: that of its original row, or the first open day after it.

    With the policy today it is the day of the decision, always; whether that day is open is for the caller to ask.
    """
    return today if policy is ReversalDate.TODAY else periods.first_open(original)
