"""Whose right a decision uses, for any deciders and delegations; tests/property/test_who_decides.py has the whole of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.recall.delegation import DecisionRight, Delegation, Purpose, decision_right
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
    def in_vain(giver: str) -> int:
        return int(giver in avoided)

    return decision_right(person, deciders=deciders, today=TODAY, delegations=made, in_vain=in_vain)


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
