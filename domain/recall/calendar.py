"""When a unit works, and the instant at which a stretch of working time is over.

Time zone and public holidays are facts that the caller hands in: they are asked outside the domain, and nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

_DAY: Final = timedelta(days=1)
_MOST_DAYS: Final = 366 * 100
MIDNIGHT: Final = time(0)


class Weekday(StrEnum):
    """The days of a week, Monday first."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


WEEK: Final = tuple(Weekday)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A stretch of so many hours of working time, as a policy names one: 16wh."""

    hours: int

    @property
    def as_time(self) -> timedelta:
        """The same as a length of time."""
        return timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a unit works, by its own clocks.

    `until` is the first instant that is no working time any more; midnight is the end of the day. `half_day_until`, where there
    is one, ends the working day before a public holiday. `days_off` are free beside the public holidays of `country`.
    """

    country: str | None = "NO"
    time_zone: str = "Europe/Oslo"
    weekdays: tuple[Weekday, ...] = WEEK[:5]
    begins: time = time(8)
    until: time = time(16)
    half_day_until: time | None = None
    days_off: tuple[date, ...] = ()

    @property
    def weekly(self) -> timedelta:
        """Working time of a week without holidays; nothing where the day ends before it begins."""
        return max(since_midnight(self.until, is_end=True) - since_midnight(self.begins), timedelta()) * len(
            self.weekdays
        )


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What a calendar refers to and does not say itself: the clocks of its time zone, the public holidays of its country."""

    zone: tzinfo = UTC
    holidays: frozenset[date] = field(default_factory=frozenset)


def since_midnight(at: time, *, is_end: bool = False) -> timedelta:
    """How far into its day a time is; midnight as an end is the end of the day."""
    if is_end and at == MIDNIGHT:
        return _DAY
    return timedelta(hours=at.hour, minutes=at.minute)


def is_working_day(day: date, *, calendar: Calendar, facts: CalendarFacts) -> bool:
    """Whether anybody works on a day at all."""
    weekday = WEEK[day.weekday()]
    return weekday in calendar.weekdays and day not in facts.holidays and day not in calendar.days_off


def working_span(day: date, *, calendar: Calendar, facts: CalendarFacts) -> tuple[datetime, datetime] | None:
    """From when until when (UTC) is worked on a day of the unit; None where it is not.

    A span is as long as the clock says in truth: where it is put forward or back meanwhile, an hour shorter or longer.
    """
    if not is_working_day(day, calendar=calendar, facts=facts):
        return None
    is_half = calendar.half_day_until is not None and day + _DAY in facts.holidays
    last = calendar.half_day_until if is_half and calendar.half_day_until is not None else calendar.until
    begin = _instant(day, since_midnight(calendar.begins), facts.zone)
    end = _instant(day, since_midnight(last, is_end=True), facts.zone)
    return (begin, end) if begin < end else None


def day_of(at: datetime, *, facts: CalendarFacts) -> date:
    """Which day an instant is by the clocks of the unit."""
    return at.astimezone(facts.zone).date()


def start_of(day: date, *, facts: CalendarFacts) -> datetime:
    """The first instant (UTC) of a day by the clocks of the unit."""
    return _instant(day, timedelta(), facts.zone)


def _instant(day: date, into: timedelta, zone: tzinfo) -> datetime:
    """An instant by the clocks of a zone; of an hour they show twice the first one, of an hour they skip the one after it."""
    return (datetime.combine(day, MIDNIGHT) + into).replace(tzinfo=zone).astimezone(UTC)


def after_working(start: datetime, amount: timedelta, *, calendar: Calendar, facts: CalendarFacts) -> datetime:
    """The first instant at which so much working time has passed since `start`; an instant in UTC.

    amount: more than nothing. Raises ValueError for a calendar by which that never happens; a checked policy has none.
    """
    left, since = amount, start.astimezone(UTC)
    for begin, end in _spans(since, calendar=calendar, facts=facts):
        from_then = max(begin, since)
        if end - from_then >= left:
            return from_then + left
        left -= max(end - from_then, timedelta())
    raise ValueError("nobody works by this calendar")


def _spans(start: datetime, *, calendar: Calendar, facts: CalendarFacts) -> Iterator[tuple[datetime, datetime]]:
    day = start.astimezone(facts.zone).date()
    for number in range(_MOST_DAYS):
        span = working_span(day + number * _DAY, calendar=calendar, facts=facts)
        if span is not None:
            yield span
