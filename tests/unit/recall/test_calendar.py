"""Working time: weekends, Norwegian holidays, half days, both changes of the clock, and the turn of the year."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from application.working_days import calendar_facts, countries, public_holidays, time_zones
from domain.recall.calendar import (
    WEEK,
    Calendar,
    CalendarFacts,
    Weekday,
    after_working,
    is_working_day,
    working_span,
)

pytestmark = pytest.mark.unit

OSLO = ZoneInfo("Europe/Oslo")
NORWAY = CalendarFacts(OSLO, public_holidays("NO", range(2024, 2032)))
ORDINARY = Calendar()
HALF_DAYS = Calendar(half_day_until=time(12))
NIGHTS = Calendar(weekdays=WEEK, begins=time(0), until=time(0))


def oslo(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=OSLO, fold=fold)


def after(start: str, hours: float, calendar: Calendar = ORDINARY) -> str:
    found = after_working(oslo(start), timedelta(hours=hours), calendar=calendar, facts=NORWAY)
    assert found.tzinfo is UTC
    return found.astimezone(OSLO).isoformat(timespec="minutes")[:16]


def span(day: str, calendar: Calendar) -> tuple[str, str] | None:
    found = working_span(date.fromisoformat(day), calendar=calendar, facts=NORWAY)
    return found and (found[0].strftime("%H:%M"), found[1].strftime("%H:%M"))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-03-02 09:00", 1, "2026-03-02T10:00"),
        ("2026-03-02 09:00", 7, "2026-03-02T16:00"),
        ("2026-03-02 09:00", 8, "2026-03-03T09:00"),
        ("2026-03-02 07:59", 8, "2026-03-02T16:00"),
        ("2026-03-02 16:00", 1, "2026-03-03T09:00"),
        ("2026-03-02 23:30", 1, "2026-03-03T09:00"),
        ("2026-03-06 15:30", 1, "2026-03-09T08:30"),
        ("2026-03-07 12:00", 1, "2026-03-09T09:00"),
        ("2026-03-06 15:30", 40, "2026-03-13T15:30"),
        ("2026-03-02 09:00:30", 7, "2026-03-03T08:00"),
    ],
)
def test_it_is_over_in_working_hours_only(start: str, hours: float, due: str) -> None:
    assert after(start, hours) == due


@pytest.mark.parametrize(
    ("start", "hours", "due", "about"),
    [
        ("2026-04-01 15:00", 2, "2026-04-07T09:00", "Easter: from Maundy Thursday to Easter Monday"),
        ("2026-04-30 15:00", 2, "2026-05-04T09:00", "the 1st of May is a Friday"),
        ("2026-05-13 15:00", 2, "2026-05-15T09:00", "Ascension Day"),
        ("2026-05-22 15:00", 2, "2026-05-26T09:00", "Whit Monday"),
        ("2027-05-14 15:00", 2, "2027-05-18T09:00", "the 17th of May is a Monday, and Whit Monday"),
        ("2026-12-23 15:00", 10, "2026-12-28T09:00", "Christmas Day is a Friday; its eve is worked"),
        ("2026-12-31 15:00", 2, "2027-01-04T09:00", "New Year's Day is a Friday"),
    ],
)
def test_norwegian_holidays_are_free(start: str, hours: float, due: str, about: str) -> None:
    assert after(start, hours) == due, about


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-04-01", ("06:00", "10:00")),  # before Maundy Thursday
        ("2026-04-02", None),
        ("2026-04-04", None),  # Easter Eve is a Saturday
        ("2026-04-30", ("06:00", "10:00")),
        ("2026-05-16", None),  # a Saturday before the 17th of May
        ("2026-12-23", ("07:00", "15:00")),
        ("2026-12-24", ("07:00", "11:00")),
        ("2026-12-31", ("07:00", "11:00")),
        ("2027-01-01", None),
    ],
)
def test_the_working_day_before_a_holiday_is_half_where_that_is_set(day: str, expected: tuple[str, str] | None) -> None:
    assert span(day, HALF_DAYS) == expected
    assert after("2026-12-24 11:00", 2, HALF_DAYS) == "2026-12-28T09:00"
    assert after("2026-12-24 11:00", 2) == "2026-12-24T13:00"


def test_days_off_are_free_and_make_no_half_day() -> None:
    calendar = Calendar(half_day_until=time(12), days_off=(date(2026, 7, 10), date(2026, 7, 13)))

    assert after("2026-07-09 13:00", 4, calendar) == "2026-07-14T09:00"


def test_without_a_country_there_are_no_holidays() -> None:
    facts = CalendarFacts(OSLO)

    due = after_working(oslo("2026-12-24 15:00"), timedelta(hours=2), calendar=Calendar(), facts=facts)

    assert due == oslo("2026-12-25 09:00")


def test_the_working_week_is_the_one_that_is_set() -> None:
    sunday_to_thursday = Calendar(weekdays=(WEEK[6], *WEEK[:4]))

    assert after("2026-03-05 15:00", 2, sunday_to_thursday) == "2026-03-08T09:00"
    assert not is_working_day(date(2026, 3, 6), calendar=sunday_to_thursday, facts=NORWAY)


def test_a_working_day_over_the_change_of_the_clock_is_as_long_as_it_is() -> None:
    # 29 March 2026 has 23 hours, 25 October 2026 has 25.
    assert after_working(oslo("2026-03-29 00:00"), timedelta(hours=23), calendar=NIGHTS, facts=NORWAY) == oslo(
        "2026-03-30 00:00"
    )
    assert after_working(oslo("2026-10-25 00:00"), timedelta(hours=25), calendar=NIGHTS, facts=NORWAY) == oslo(
        "2026-10-26 00:00"
    )
    assert after("2026-03-27 15:00", 2) == "2026-03-30T09:00"
    assert after("2026-10-23 15:00", 2) == "2026-10-26T09:00"


def test_an_hour_that_the_clocks_show_twice_is_worked_twice() -> None:
    start = oslo("2026-10-25 02:30")

    again = after_working(start, timedelta(hours=1), calendar=NIGHTS, facts=NORWAY)

    assert again == oslo("2026-10-25 02:30", fold=1).astimezone(UTC)


def test_a_day_that_ends_before_it_begins_because_the_clock_is_put_forward_is_none() -> None:
    # From 02:15 until 02:45 on 29 March 2026: neither is shown by any clock in Oslo.
    calendar = Calendar(weekdays=(Weekday.SUNDAY,), begins=time(2, 15), until=time(3))

    found = working_span(date(2026, 3, 29), calendar=calendar, facts=NORWAY)

    assert found is None


def test_a_start_in_any_time_zone_is_the_same_instant() -> None:
    start = oslo("2026-03-06 15:30")
    elsewhere = start.astimezone(ZoneInfo("Asia/Tokyo"))

    due = [after_working(one, timedelta(hours=1), calendar=Calendar(), facts=NORWAY) for one in (start, elsewhere)]

    assert due[0] == due[1]


def test_a_calendar_by_which_nobody_works_is_no_endless_search() -> None:
    never = Calendar(weekdays=())

    with pytest.raises(ValueError, match="nobody works by this calendar"):
        after_working(oslo("2026-03-02 09:00"), timedelta(hours=1), calendar=never, facts=NORWAY)


@pytest.mark.parametrize(
    ("values", "hours"),
    [
        ({}, 40),
        ({"weekdays": (Weekday.MONDAY,)}, 8),
        ({"begins": time(22), "until": time(0)}, 10),
        ({"begins": time(16), "until": time(8)}, 0),
        ({"begins": time(8, 15), "until": time(15, 45)}, 37.5),
    ],
)
def test_the_working_time_of_a_week(values: dict[str, Any], hours: float) -> None:
    assert Calendar(**values).weekly == timedelta(hours=hours)


def test_the_public_holidays_of_norway_are_the_twelve() -> None:
    assert sorted(day.isoformat()[5:] for day in public_holidays("NO", [2026])) == [
        "01-01", "04-02", "04-03", "04-05", "04-06", "05-01", "05-14", "05-17", "05-24", "05-25", "12-25", "12-26",
    ]  # fmt: skip


def test_holidays_are_known_from_the_birth_of_a_request_to_its_farthest_step() -> None:
    born, now = oslo("2026-12-31 15:00"), oslo("2029-05-01 00:00")

    facts = calendar_facts(Calendar(), born=born, now=now)

    assert facts.zone == OSLO
    assert {day.year for day in facts.holidays} == set(range(2026, 2035))
    assert calendar_facts(Calendar(country=None), born=born, now=now).holidays == frozenset()


def test_countries_and_time_zones_are_those_of_the_libraries() -> None:
    assert {"NO", "SE", "DE"} <= countries()
    assert "NOR" not in countries()
    assert {"Europe/Oslo", "UTC"} <= time_zones()
