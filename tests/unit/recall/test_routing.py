"""Who is asked while an approver has handed decisions over (docs/project-recall.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.recall.delegation import Delegation, Purpose
from domain.recall.routing import Route, route

pytestmark = pytest.mark.unit

FIRST, LAST = date(2026, 2, 9), date(2026, 2, 20)
VACATION = Delegation("mia", "noor", FIRST, LAST, Purpose.DECISIONS)
DAY = timedelta(days=1)


def asked(today: date, *given: Delegation, parties: tuple[str, ...] = ("bob",)) -> Route:
    return route("mia", today=today, given=given, parties=parties)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (FIRST - DAY, Route("mia", FIRST)),
        (FIRST, Route("noor", LAST + DAY)),
        (LAST, Route("noor", LAST + DAY)),
        (LAST + DAY, Route("mia", None)),
    ],
)
def test_the_delegate_is_asked_from_the_first_day_to_the_last(today: date, expected: Route) -> None:
    assert asked(today, VACATION) == expected


@pytest.mark.parametrize(
    "void",
    [
        replace(VACATION, purpose=Purpose.REQUESTS),
        replace(VACATION, giver="ola"),
        replace(VACATION, taker="bob"),
        replace(VACATION, ended_on=FIRST),
    ],
)
def test_what_gives_no_right_to_decide_this_routes_nothing(void: Delegation) -> None:
    assert asked(FIRST, void) == Route("mia", None)


def test_of_several_the_one_that_began_last_counts() -> None:
    later = replace(VACATION, taker="pia", since=FIRST + 3 * DAY, until=FIRST + 5 * DAY)

    assert asked(FIRST, VACATION, later) == Route("noor", FIRST + 3 * DAY)
    assert asked(FIRST + 3 * DAY, VACATION, later) == Route("pia", FIRST + 6 * DAY)
    assert asked(FIRST + 6 * DAY, VACATION, later) == Route("noor", LAST + DAY)


def test_two_in_a_row_to_the_same_person_change_nothing_in_between() -> None:
    next_one = replace(VACATION, since=LAST + DAY, until=LAST + 4 * DAY)

    assert asked(FIRST, VACATION, next_one) == Route("noor", LAST + 5 * DAY)


DAYS = st.integers(0, 12).map(lambda n: FIRST + n * DAY)


@st.composite
def delegations(draw: st.DrawFn) -> Delegation:
    since, until = sorted((draw(DAYS), draw(DAYS)))
    return Delegation("mia", draw(st.sampled_from(["noor", "pia", "bob"])), since, until, Purpose.DECISIONS)


@given(st.lists(delegations(), max_size=4), DAYS)
def test_until_the_day_it_changes_the_same_person_is_asked_and_then_another(
    several: list[Delegation], today: date
) -> None:
    found = asked(today, *several)
    last = found.changes_on or FIRST + 30 * DAY

    between = [today + n * DAY for n in range((last - today).days)]
    assert {asked(day, *several).asked for day in between} <= {found.asked}
    if found.changes_on is not None:
        assert asked(found.changes_on, *several).asked != found.asked
