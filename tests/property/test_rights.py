"""Whose right a decision uses, for any deciders, delegations and parties (project-recall, section 7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.recall.authority import Authority
from domain.recall.deciding import check_right
from domain.recall.delegation import DecisionRight, Delegation, Purpose, acts_for, decision_right
from domain.recall.policy import Policy
from domain.recall.request import Line, Request
from tests.counts import count

pytestmark = pytest.mark.property
often = settings(max_examples=count(200, 5000), deadline=None)

TODAY = date(2026, 2, 4)
PEOPLE = ("ada", "bob", "cid", "dan", "eva")
people = st.sampled_from(PEOPLE)
groups = st.frozensets(people)
days = st.integers(-3, 3).map(lambda number: TODAY + timedelta(days=number))
delegations = st.lists(
    st.builds(
        Delegation,
        giver=people,
        taker=people,
        since=days,
        until=days,
        purpose=st.sampled_from(Purpose),
        ended_on=st.none() | st.none() | days,
    ),
    max_size=8,
)
requests = st.builds(
    lambda requester, owners: Request(
        "R1",
        requester,
        Policy(),
        {f"E{place}": Line(f"E{place}", owner, "plan") for place, owner in enumerate(owners)},
    ),
    people,
    st.lists(people, min_size=1, max_size=3),
)


def givers(person: str, deciders: frozenset[str], made: list[Delegation]) -> set[str]:
    """Whose right a person may use today, in words of its own."""
    return {
        one.giver
        for one in made
        if one.taker == person
        and one.purpose is Purpose.DECISIONS
        and one.giver in deciders
        and one.ended_on is None
        and one.since <= TODAY <= one.until
    }


def right(person: str, deciders: frozenset[str], made: list[Delegation], avoided: frozenset[str]) -> DecisionRight:
    return decision_right(person, deciders=deciders, today=TODAY, delegations=made, avoided=avoided)


@often
@given(people, groups, delegations, groups)
def test_a_right_is_there_whoever_is_avoided_and_is_one_s_own_first(
    person: str, deciders: frozenset[str], made: list[Delegation], avoided: frozenset[str]
) -> None:
    found = right(person, deciders, made, avoided)

    assert found.granted is (person in deciders or bool(givers(person, deciders, made)))
    assert found.granted is right(person, deciders, made, frozenset()).granted
    if person in deciders:
        assert found.on_behalf_of is None


@often
@given(people, groups, delegations, groups)
def test_of_several_givers_one_who_is_not_avoided_is_chosen_if_there_is_one(
    person: str, deciders: frozenset[str], made: list[Delegation], avoided: frozenset[str]
) -> None:
    possible = givers(person, deciders - {person}, made)
    if person in deciders or not possible:
        return

    chosen = right(person, deciders, made, avoided).on_behalf_of

    assert chosen == min(possible - avoided or possible)
    assert right(person, deciders, made[::-1], avoided).on_behalf_of == chosen


@often
@given(people, groups, delegations, requests)
def test_a_delegate_may_decide_if_the_right_of_any_giver_would_do(
    person: str, deciders: frozenset[str], made: list[Delegation], request: Request
) -> None:
    found = right(person, deciders, made, request.parties)

    def allowed(granted: DecisionRight) -> bool:
        asks_for = acts_for(person, today=TODAY, delegations=made)
        authority = Authority(granted.granted, asks_for, granted.on_behalf_of, granted.ended_on)
        return check_right(request, person, authority) is None

    each = [DecisionRight(granted=True, on_behalf_of=giver) for giver in givers(person, deciders, made)]
    usable = [DecisionRight(granted=True)] if person in deciders else each
    assert allowed(found) is any(allowed(one) for one in usable)
