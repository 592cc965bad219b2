"""Working time against a model that counts minute by minute; and what must hold of every deadline (I12: once, never early)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from application.working_days import public_holidays
from domain.recall.calendar import WEEK, Calendar, CalendarFacts, WorkingHours, after_working, working_span
from domain.recall.next_step import Birth, SoFar, Step, escalation_of, expiry_of, next_step, reminder_of
from domain.recall.policy import Policy
from tests.counts import count

pytestmark = pytest.mark.property

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
# With both changes of the clock in spring and autumn, the other way round, half an hour of it, and none.
ZONES: Final = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "UTC")
LAST_YEAR: Final = 2029

quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, CalendarFacts]:
    """A calendar that some day works, in some zone and country."""
    begins, until = draw(quarters), draw(quarters)
    assume(begins < until or until == time(0))
    half = draw(st.none() | quarters)
    zone = draw(st.sampled_from(ZONES))
    country = draw(st.sampled_from([None, "NO", "US"]))
    calendar = Calendar(
        country=country,
        time_zone=zone,
        weekdays=tuple(draw(st.lists(st.sampled_from(WEEK), min_size=1, unique=True))),
        begins=begins,
        until=until,
        half_day_until=half if half is not None and begins < half and (half <= until or until == time(0)) else None,
        days_off=tuple(draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=3, unique=True))),
    )
    return calendar, CalendarFacts(ZoneInfo(zone), public_holidays(country, range(2025, LAST_YEAR)))


# Around the changes of the clock, the turn of the year and Easter, to the second.
moments = st.sampled_from(
    [
        datetime(2026, *day, tzinfo=UTC)
        for day in ((3, 6), (3, 27), (4, 1), (4, 3), (9, 25), (10, 23), (10, 30), (12, 23))
    ]
).flatmap(lambda day: st.integers(0, 4 * 86_400).map(lambda seconds: day + timedelta(seconds=seconds)))
hours = st.integers(1, 40)


def is_worked(minute: datetime, calendar: Calendar, facts: CalendarFacts) -> bool:
    """Whether somebody works in the minute that begins then, as people read clocks and calendars."""
    local = minute.astimezone(facts.zone)
    day, at = local.date(), local.time()
    if WEEK[day.weekday()] not in calendar.weekdays or day in facts.holidays or day in calendar.days_off:
        return False
    end = calendar.until
    if calendar.half_day_until is not None and day + DAY in facts.holidays:
        end = calendar.half_day_until
    return calendar.begins <= at and (at < end or end == time(0))


def counted(start: datetime, needed: timedelta, calendar: Calendar, facts: CalendarFacts) -> datetime:
    """The model: minute by minute, until enough are worked. Slow, and hard to get wrong."""
    at, left = start, needed
    while True:
        if is_worked(at, calendar, facts):
            left -= MINUTE
            if not left:
                return at + MINUTE
        at += MINUTE
        assert at.year < LAST_YEAR, "the holidays of that year are not known"


def shown_once(start: datetime, until: datetime, calendar: Calendar, facts: CalendarFacts) -> bool:
    """Whether no day begins or ends while its clocks show an hour twice or not at all: there the model reads them otherwise."""
    day, last = start.astimezone(facts.zone).date(), until.astimezone(facts.zone).date()
    while day <= last + DAY:
        for at in (calendar.begins, calendar.until, calendar.half_day_until or calendar.begins):
            local = datetime.combine(day + DAY if at == time(0) else day, at, facts.zone)
            if local.utcoffset() != local.replace(fold=1).utcoffset():
                return False
        day += DAY
    return True


@given(calendars(), moments, st.integers(1, 20))
@settings(max_examples=count(60, 1500), deadline=None)
def test_working_time_is_what_counting_minutes_comes_to(
    known: tuple[Calendar, CalendarFacts], start: datetime, length: int
) -> None:
    calendar, facts = known
    start = start.replace(second=0)
    needed = timedelta(hours=length)
    assume(calendar.weekly >= timedelta(hours=4))

    expected = counted(start, needed, calendar, facts)

    assume(shown_once(start, expected, calendar, facts))
    assert after_working(start, needed, calendar=calendar, facts=facts) == expected


def worked_between(start: datetime, end: datetime, calendar: Calendar, facts: CalendarFacts) -> timedelta:
    """Working time between two instants, from the spans of the days."""
    total, day = timedelta(), (start - 2 * DAY).date()
    while day <= (end + 2 * DAY).date():
        span = working_span(day, calendar=calendar, facts=facts)
        if span is not None:
            total += max(min(span[1], end) - max(span[0], start), timedelta())
        day += DAY
    return total


@given(calendars(), moments, hours)
@settings(max_examples=count(200, 5000), deadline=None)
def test_a_deadline_is_never_early_and_never_late(
    known: tuple[Calendar, CalendarFacts], start: datetime, length: int
) -> None:
    calendar, facts = known
    needed = timedelta(hours=length)

    due = after_working(start, needed, calendar=calendar, facts=facts)

    assert worked_between(start, due, calendar, facts) == needed
    assert worked_between(start, due - MINUTE, calendar, facts) < needed
    assert due - start >= needed


@given(calendars(), moments, st.integers(0, 3 * 86_400), hours, hours)
@settings(max_examples=count(200, 5000), deadline=None)
def test_who_asks_later_or_for_longer_is_never_told_sooner(
    known: tuple[Calendar, CalendarFacts], start: datetime, later: int, length: int, more: int
) -> None:
    calendar, facts = known

    def due(begin: datetime, hours: int) -> datetime:
        return after_working(begin, timedelta(hours=hours), calendar=calendar, facts=facts)

    assert due(start + timedelta(seconds=later), length) >= due(start, length)
    assert due(start, length + more) > due(start, length)
    assert due(due(start, length), more) == due(start, length + more)


times = st.integers(1, 200).map(lambda number: timedelta(hours=number)) | st.integers(1, 60).map(WorkingHours)
policies = st.builds(
    Policy,
    remind_after=times,
    escalate_after=times,
    expire_after=st.none() | times,
    escalate_to=st.sampled_from(["per", None]),
)


@given(calendars(), moments, policies)
@settings(max_examples=count(200, 3000), deadline=None)
def test_the_clock_takes_every_step_once_and_in_its_time(
    known: tuple[Calendar, CalendarFacts], born: datetime, drawn: Policy
) -> None:
    calendar, facts = known
    birth = Birth(born, replace(drawn, calendar=calendar), facts)

    so_far, at, taken = SoFar(), born, list[Step]()
    while Step.EXPIRY not in taken and len(taken) < 8:
        following = next_step(birth, so_far)
        assert following.at >= at
        at = following.at
        taken.append(following.step)
        if following.step is Step.REMINDER:
            assert at == reminder_of(birth, so_far.reminders + 1)
            so_far = replace(so_far, reminders=so_far.reminders + 1)
        elif following.step is Step.ESCALATION:
            assert at == escalation_of(birth)
            so_far = replace(so_far, escalated=True)

    assert taken.count(Step.ESCALATION) <= 1
    expiry = expiry_of(birth)
    assert (Step.EXPIRY in taken) == (expiry == at)
