"""Closed periods and the day a reversal carries (project-recall, section 8)."""

from __future__ import annotations

from datetime import date

import pytest

from domain.periods import Periods, latest_closing, reversal_day
from domain.recall.policy import ReversalDate

pytestmark = pytest.mark.unit

LAST_CLOSED, FIRST_OPEN = date(2026, 1, 31), date(2026, 2, 1)
TODAY = date(2026, 3, 2)


def january_closed() -> Periods:
    """After three closings, the last of them not the latest."""
    return Periods.of([date(2025, 12, 31), LAST_CLOSED, date(2025, 6, 30)])


def test_closing_a_day_closes_every_day_up_to_and_including_it() -> None:
    assert not january_closed().is_open(date(2020, 1, 1))
    assert not january_closed().is_open(LAST_CLOSED)
    assert january_closed().is_open(FIRST_OPEN)


def test_without_a_closing_every_day_is_open() -> None:
    never_closed = Periods.of([])

    assert never_closed == Periods()
    assert never_closed.is_open(date(1900, 1, 1))
    assert never_closed.first_open(date(1900, 1, 1)) == date(1900, 1, 1)


@pytest.mark.parametrize("policy", [ReversalDate.ORIGINAL, ReversalDate.NEXT_OPEN_PERIOD])
@pytest.mark.parametrize(
    ("original", "dated"),
    [
        (date(2025, 3, 4), FIRST_OPEN),
        (LAST_CLOSED, FIRST_OPEN),
        (FIRST_OPEN, FIRST_OPEN),
        (date(2026, 2, 17), date(2026, 2, 17)),
    ],
)
def test_a_reversal_keeps_an_open_day_and_leaves_a_closed_one_for_the_first_open_day(
    policy: ReversalDate, original: date, dated: date
) -> None:
    assert reversal_day(original, policy=policy, today=TODAY, periods=january_closed()) == dated


@pytest.mark.parametrize("today", [TODAY, LAST_CLOSED])
def test_with_the_policy_today_it_is_the_day_of_the_decision_open_or_not(today: date) -> None:
    assert reversal_day(FIRST_OPEN, policy=ReversalDate.TODAY, today=today, periods=january_closed()) == today


@pytest.mark.parametrize(
    ("today", "latest"),
    [
        (date(2026, 3, 2), date(2027, 3, 2)),
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2027, 2, 28), date(2028, 2, 28)),
    ],
)
def test_days_are_closed_a_year_ahead_at_most(today: date, latest: date) -> None:
    assert latest_closing(today) == latest
