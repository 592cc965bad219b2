"""What calendars refer to: the clocks of time zones, and the public holidays of countries, which a maintained library knows.

The rules get them as facts (domain.recall.calendar); they are worked out once for each country and year of a process.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import holidays

from domain.recall.calendar import Calendar, CalendarFacts
from domain.recall.next_step import Birth
from domain.recall.policy import Policy

_YEARS_AHEAD: Final = 5
"""Hours of working time are over within two years of full weeks (domain.recall.policy_check), holidays and days off beside them."""


@cache
def countries() -> frozenset[str]:
    """The countries whose public holidays are known, by their two letters."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@cache
def time_zones() -> frozenset[str]:
    """The names of the time zones there are."""
    return frozenset(available_timezones())


def public_holidays(country: str | None, years: Iterable[int]) -> frozenset[date]:
    """The public holidays of a country in these years; none without a country."""
    return frozenset().union(*(_holidays_of(country, year) for year in years)) if country else frozenset()


@cache
def _holidays_of(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


@lru_cache(maxsize=256)
def _facts(country: str | None, time_zone: str, first_year: int, last_year: int) -> CalendarFacts:
    return CalendarFacts(ZoneInfo(time_zone), public_holidays(country, range(first_year, last_year + 1)))


def calendar_facts(calendar: Calendar, *, born: datetime, now: datetime) -> CalendarFacts:
    """What a calendar refers to, from the birth of a request to the farthest step that can come next."""
    return _facts(calendar.country, calendar.time_zone, born.year, max(born, now).year + _YEARS_AHEAD)


def day_in(policy: Policy, at: datetime) -> date:
    """Which day an instant is by the clocks of a unit with this policy."""
    return at.astimezone(ZoneInfo(policy.calendar.time_zone)).date()


def noon_in(policy: Policy, day: date) -> datetime:
    """Noon UTC of a day, or noon by the clocks of a unit with this policy where noon UTC is another day there."""
    noon = datetime.combine(day, time(12), UTC)
    return noon if day_in(policy, noon) == day else noon.replace(tzinfo=ZoneInfo(policy.calendar.time_zone))


def birth_of(policy: Policy, *, born: datetime, now: datetime, promised: datetime | None = None) -> Birth:
    """The birth of a request with all that its deadlines are computed from; `promised` as in Birth."""
    return Birth(born, policy, calendar_facts(policy.calendar, born=born, now=now), promised)
