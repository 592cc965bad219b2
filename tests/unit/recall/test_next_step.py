"""What happens next to a request and when: reminders that repeat, one escalation, one expiry; plain or in working hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from application.working_days import public_holidays
from domain.recall.calendar import CalendarFacts, WorkingHours
from domain.recall.next_step import (
    Birth,
    NextStep,
    SoFar,
    Step,
    escalation_of,
    expiry_of,
    is_over,
    last_reminder_due,
    next_step,
    reminder_of,
)
from domain.recall.policy import Policy

pytestmark = pytest.mark.unit

BORN = datetime(2026, 3, 27, 14, 30, tzinfo=UTC)
"""A Friday afternoon, two days before the clocks are put forward: half past three in Oslo."""
NORWAY = CalendarFacts(ZoneInfo("Europe/Oslo"), public_holidays("NO", range(2026, 2029)))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def birth(promised: datetime | None = None, **values: Any) -> Birth:
    return Birth(BORN, Policy(**values), NORWAY, promised)


def walk(given: Birth, until: datetime) -> list[tuple[str, datetime]]:
    """Every step up to an instant, one after the other, as the clock takes them."""
    found: list[tuple[str, datetime]] = []
    so_far = SoFar()
    while (step := next_step(given, so_far)).at <= until and Step.EXPIRY not in [name for name, _ in found]:
        found.append((step.step, step.at))
        if step.step is Step.ESCALATION:
            so_far = SoFar(so_far.reminders, escalated=True)
        elif step.step is Step.REMINDER:
            so_far = SoFar(so_far.reminders + 1, so_far.escalated)
    return found


def test_plain_durations_count_every_hour() -> None:
    given = birth(escalate_to="per", expire_after=100 * HOUR)

    assert walk(given, BORN + 200 * HOUR) == [
        ("reminder", BORN + 24 * HOUR),
        ("reminder", BORN + 48 * HOUR),
        ("escalation", BORN + 72 * HOUR),
        ("reminder", BORN + 72 * HOUR),
        ("reminder", BORN + 96 * HOUR),
        ("expiry", BORN + 100 * HOUR),
    ]


def test_working_hours_go_on_after_the_weekend() -> None:
    given = birth(remind_after=WorkingHours(8), escalate_to="per", escalate_after=WorkingHours(12))

    monday = datetime(2026, 3, 30, 13, 30, tzinfo=UTC)
    assert walk(given, monday + 2 * DAY) == [
        ("reminder", monday),
        ("escalation", datetime(2026, 3, 31, 9, 30, tzinfo=UTC)),
        ("reminder", monday + DAY),
        ("reminder", monday + 2 * DAY),
    ]


def test_plain_and_working_times_may_stand_side_by_side() -> None:
    given = birth(remind_after=WorkingHours(8), expire_after=2 * DAY)

    assert next_step(given, SoFar()) == NextStep(Step.EXPIRY, BORN + 2 * DAY)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"expire_after": DAY, "escalate_to": "per", "escalate_after": DAY}, Step.EXPIRY),
        ({"escalate_to": "per", "escalate_after": DAY}, Step.ESCALATION),
        ({"escalate_after": HOUR}, Step.REMINDER),
    ],
)
def test_of_steps_at_one_moment_the_most_serious_comes(values: dict[str, Any], expected: Step) -> None:
    assert next_step(birth(**values), SoFar()).step is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"expire_after": DAY}, Step.EXPIRY),
        ({"escalate_to": "per", "escalate_after": DAY}, Step.ESCALATION),
        ({"remind_after": DAY}, Step.REROUTING),
        ({"remind_after": DAY - HOUR}, Step.REMINDER),
    ],
)
def test_whoever_is_reminded_when_somebody_else_is_asked_is_the_new_one(values: dict[str, Any], expected: Step) -> None:
    assert next_step(birth(**values), SoFar(asked_until=BORN + DAY)).step is expected


def test_without_an_expiry_a_request_waits_for_ever() -> None:
    given = birth()

    assert expiry_of(given) is None
    assert escalation_of(given) is None
    assert next_step(given, SoFar(reminders=999)) == NextStep(Step.REMINDER, BORN + 1000 * DAY)


def test_an_expiry_that_was_promised_is_kept_whatever_is_known_later() -> None:
    promised = BORN + 5 * DAY
    given = birth(promised, remind_after=30 * DAY, expire_after=WorkingHours(8))

    assert expiry_of(given) == promised
    assert next_step(given, SoFar()) == NextStep(Step.EXPIRY, promised)


def test_a_reminder_comes_every_interval_of_working_time() -> None:
    given = birth(remind_after=WorkingHours(4))

    at = [reminder_of(given, number).astimezone(NORWAY.zone).strftime("%a %d %H:%M") for number in range(1, 6)]

    assert at == ["Mon 30 11:30", "Mon 30 15:30", "Tue 31 11:30", "Tue 31 15:30", "Wed 01 11:30"]


@pytest.mark.parametrize("every", [timedelta(minutes=1), DAY, WorkingHours(4)])
@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=59), HOUR, 3 * DAY, 200 * DAY])
def test_one_reminder_stands_for_all_that_were_missed(every: timedelta | WorkingHours, late: timedelta) -> None:
    given = birth(remind_after=every)
    at = reminder_of(given, 2) + late

    found = last_reminder_due(given, 2, at=at)

    assert found >= 2
    assert reminder_of(given, found) <= at < reminder_of(given, found + 1)


def test_a_reminder_that_is_early_by_the_clock_of_who_gives_it_counts_as_itself() -> None:
    assert last_reminder_due(birth(remind_after=DAY), 3, at=BORN) == 3


@pytest.mark.parametrize(("late", "over"), [(timedelta(seconds=-1), False), (timedelta(0), True), (DAY, True)])
def test_a_request_is_over_from_its_expiry_on(*, late: timedelta, over: bool) -> None:
    assert is_over(birth(expire_after=60 * HOUR), at=BORN + 60 * HOUR + late) == over


def test_what_never_expires_is_never_over() -> None:
    assert not is_over(birth(), at=BORN + 5000 * DAY)
