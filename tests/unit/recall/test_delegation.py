"""Acting for somebody else: dates, purposes, and what is told when a delegation has ended (project-recall, section 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.recall.delegation import (
    DecisionRight,
    Delegation,
    Purpose,
    acts_for,
    decision_right,
    may_request_for,
)

pytestmark = pytest.mark.unit

FIRST, LAST = date(2026, 2, 2), date(2026, 2, 6)
DAY = timedelta(days=1)
FOR_REQUESTS = Delegation("bob", "dan", FIRST, LAST, Purpose.REQUESTS)
FOR_DECISIONS = Delegation("ada", "dan", FIRST, LAST, Purpose.DECISIONS)
DAYS = [(FIRST - DAY, False), (FIRST, True), (date(2026, 2, 4), True), (LAST, True), (LAST + DAY, False)]


@pytest.mark.parametrize(("day", "covered"), DAYS)
def test_both_days_of_a_delegation_are_included(day: date, *, covered: bool) -> None:
    assert FOR_REQUESTS.covers(day) is covered
    assert may_request_for("bob", "dan", day=day, delegations=[FOR_REQUESTS]) is covered
    assert acts_for("dan", today=day, delegations=[FOR_REQUESTS]) == ({"bob"} if covered else set())
    assert right_of("dan", day, FOR_DECISIONS).granted is covered


def right_of(person: str, today: date, *delegations: Delegation, deciders: tuple[str, ...] = ("ada",)) -> DecisionRight:
    return decision_right(person, deciders=frozenset(deciders), today=today, delegations=delegations)


def test_the_owner_needs_no_delegation() -> None:
    assert may_request_for("bob", "bob", day=FIRST, delegations=[])


@pytest.mark.parametrize(
    "other",
    [
        replace(FOR_REQUESTS, giver="eva"),
        replace(FOR_REQUESTS, taker="eva"),
        replace(FOR_REQUESTS, purpose=Purpose.DECISIONS),
    ],
    ids=["of somebody else", "to somebody else", "for decisions"],
)
def test_a_delegation_is_for_one_owner_one_person_and_one_purpose(other: Delegation) -> None:
    assert not may_request_for("bob", "dan", day=FIRST, delegations=[other])
    assert may_request_for("bob", "dan", day=FIRST, delegations=[other, FOR_REQUESTS])


def test_one_person_may_ask_for_several() -> None:
    for_eva = replace(FOR_REQUESTS, giver="eva")
    to_eva = replace(FOR_REQUESTS, giver="cid", taker="eva")

    found = acts_for("dan", today=FIRST, delegations=[FOR_REQUESTS, for_eva, to_eva, FOR_DECISIONS])

    assert found == {"bob", "eva"}


def test_a_decider_decides_by_the_own_right_whatever_is_delegated() -> None:
    assert right_of("ada", FIRST) == DecisionRight(granted=True)
    assert right_of("dan", FIRST, FOR_DECISIONS, deciders=("ada", "dan")) == DecisionRight(granted=True)


def test_a_delegate_decides_by_the_right_of_a_decider() -> None:
    assert right_of("dan", FIRST, FOR_DECISIONS) == DecisionRight(granted=True, on_behalf_of="ada")


@pytest.mark.parametrize(
    "other",
    [
        replace(FOR_DECISIONS, giver="bob"),
        replace(FOR_DECISIONS, taker="eva"),
        replace(FOR_DECISIONS, purpose=Purpose.REQUESTS),
    ],
    ids=["of nobody who decides", "to somebody else", "for requests"],
)
@pytest.mark.parametrize("today", [FIRST, LAST + DAY])
def test_any_other_delegation_gives_no_right_and_is_not_told(other: Delegation, today: date) -> None:
    assert right_of("dan", today, other) == DecisionRight(granted=False)


def test_of_several_that_cover_the_day_the_same_one_always_counts() -> None:
    of_cid = replace(FOR_DECISIONS, giver="cid", since=FIRST - DAY)

    for delegations in ((FOR_DECISIONS, of_cid), (of_cid, FOR_DECISIONS)):
        assert right_of("dan", FIRST, *delegations, deciders=("ada", "cid")).on_behalf_of == "ada"


def test_of_several_givers_one_whose_right_is_of_use_counts() -> None:
    for_cid, for_eva = (replace(FOR_DECISIONS, giver=giver) for giver in ("cid", "eva"))
    deciders = frozenset({"ada", "cid", "eva"})

    def chosen(*avoided: str) -> str | None:
        right = decision_right(
            "dan",
            deciders=deciders,
            today=FIRST,
            delegations=[for_eva, FOR_DECISIONS, for_cid],
            in_vain=avoided.count,
        )
        return right.on_behalf_of

    assert (chosen(), chosen("eva"), chosen("ada"), chosen("ada", "cid")) == ("ada", "ada", "cid", "eva")
    assert chosen("ada", "cid", "eva") == "ada"


def test_one_that_has_ended_does_not_hide_one_that_covers_the_day() -> None:
    earlier = replace(FOR_DECISIONS, since=FIRST - 9 * DAY, until=FIRST - 5 * DAY)

    assert right_of("dan", FIRST, earlier, FOR_DECISIONS) == DecisionRight(granted=True, on_behalf_of="ada")


def test_a_delegation_that_has_ended_is_told_with_its_last_day() -> None:
    earlier = replace(FOR_DECISIONS, since=FIRST - 9 * DAY, until=FIRST - 5 * DAY)

    assert right_of("dan", LAST + DAY, FOR_DECISIONS, earlier) == DecisionRight(granted=False, ended_on=LAST)


def test_a_delegation_that_has_not_begun_gives_no_right_and_is_not_told() -> None:
    assert right_of("dan", FIRST - DAY, FOR_DECISIONS) == DecisionRight(granted=False)


@pytest.mark.parametrize("ended", [FIRST - DAY, FIRST, LAST, LAST + DAY])
def test_a_delegation_that_was_ended_gives_no_right_whatever_its_dates(ended: date) -> None:
    over = replace(FOR_DECISIONS, ended_on=ended)

    assert not over.covers(FIRST)
    assert not right_of("dan", FIRST, over).granted


@pytest.mark.parametrize(
    ("ended", "last"), [(FIRST, FIRST), (LAST - DAY, LAST - DAY), (LAST, LAST), (LAST + DAY, LAST)]
)
def test_one_that_was_ended_is_told_at_once_with_the_last_day_of_its_right(ended: date, last: date) -> None:
    over = replace(FOR_DECISIONS, ended_on=ended)

    assert over.last_day() == last
    assert right_of("dan", FIRST, over) == DecisionRight(granted=False, ended_on=last)


def test_one_that_was_not_ended_lasts_until_its_last_day() -> None:
    assert FOR_DECISIONS.last_day() == LAST
