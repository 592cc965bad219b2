"""Who is asked while an approver has handed decisions over (docs/project-recall.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.recall.authority import Claim, authority_over
from domain.recall.calendar import CalendarFacts, day_of, start_of
from domain.recall.deciding import Decision, check_decision
from domain.recall.delegation import Delegation, Purpose
from domain.recall.policy import Policy
from domain.recall.request import Approval, Line, Request, Verdict
from domain.recall.routing import Approvals, Asked, Circle, Route, asked_at, route
from tests.counts import count

pytestmark = pytest.mark.unit

FIRST, LAST = date(2026, 2, 9), date(2026, 2, 20)
VACATION = Delegation("mia", "noor", FIRST, LAST, Purpose.DECISIONS)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def asked(today: date, *given: Delegation, parties: tuple[str, ...] = ("bob",)) -> Route:
    return route(circle(*given, parties=parties), today=today)


def circle(*given: Delegation, parties: tuple[str, ...] = ("bob",), **more: Any) -> Circle:
    """mia approved; she is the only approver of the project where a test says nothing else."""
    return Circle(**{"first": "mia", "approvers": ("mia",), "given": named(*given), "parties": parties} | more)


def named(*given: Delegation) -> dict[str, Delegation]:
    """Delegations by ids: the first is d0."""
    return {f"d{place}": one for place, one in enumerate(given)}


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (FIRST - DAY, Route("mia", FIRST)),
        (FIRST, Route("noor", LAST + DAY, "d0")),
        (LAST, Route("noor", LAST + DAY, "d0")),
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

    assert asked(FIRST, VACATION, later) == Route("noor", FIRST + 3 * DAY, "d0")
    assert asked(FIRST + 3 * DAY, VACATION, later) == Route("pia", FIRST + 6 * DAY, "d1")
    assert asked(FIRST + 6 * DAY, VACATION, later) == Route("noor", LAST + DAY, "d0")


def test_of_several_of_one_day_the_first_by_name_is_asked() -> None:
    other = replace(VACATION, taker="ida")

    assert asked(FIRST, VACATION, other) == Route("ida", LAST + DAY, "d1")


def test_two_in_a_row_to_the_same_person_change_nothing_in_between() -> None:
    next_one = replace(VACATION, since=LAST + DAY, until=LAST + 4 * DAY)

    assert asked(FIRST, VACATION, next_one) == Route("noor", LAST + 5 * DAY, "d0")


def test_who_takes_and_hands_on_is_asked_all_the_same() -> None:
    """Only what the approver gave counts: a chain of delegations gives no right to decide."""
    handed_on = replace(VACATION, giver="noor", taker="pia")

    assert asked(FIRST, VACATION, handed_on).asked == "noor"


@pytest.mark.parametrize(
    ("zone", "begins", "ends"),
    [
        ("Europe/Oslo", "2026-02-08T23:00+00:00", "2026-02-20T23:00+00:00"),
        ("America/New_York", "2026-02-09T05:00+00:00", "2026-02-21T05:00+00:00"),
        ("Pacific/Auckland", "2026-02-08T11:00+00:00", "2026-02-20T11:00+00:00"),
    ],
)
def test_a_day_begins_and_ends_by_the_clocks_of_the_unit(zone: str, begins: str, ends: str) -> None:
    begin, end, facts = datetime.fromisoformat(begins), datetime.fromisoformat(ends), CalendarFacts(ZoneInfo(zone))

    def at(now: datetime) -> Asked | None:
        return asked_at(circle(VACATION, parties=()), now=now, facts=facts)

    assert at(begin - SECOND) == Asked("mia", begin)
    assert at(begin) == at(end - SECOND) == Asked("noor", end, "d0")
    assert at(end) == Asked("mia")


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Oslo", date(2026, 3, 29), "2026-03-28T23:00+00:00"),
        ("Europe/Oslo", date(2026, 10, 26), "2026-10-25T23:00+00:00"),
        ("Africa/Cairo", date(2026, 4, 24), "2026-04-23T22:00+00:00"),
    ],
)
def test_a_day_whose_midnight_is_moved_begins_at_its_first_instant(zone: str, day: date, expected: str) -> None:
    facts = CalendarFacts(ZoneInfo(zone))

    found = start_of(day, facts=facts)

    assert found == datetime.fromisoformat(expected)
    assert day_of(found, facts=facts) == day
    assert day_of(found - SECOND, facts=facts) == day - DAY


ZONES = ("UTC", "Europe/Oslo", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata")
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


@given(st.lists(delegations(), max_size=4), st.integers(0, 12 * 24 * 60), st.sampled_from(ZONES))
def test_from_turn_to_turn_the_one_is_asked_whom_each_day_names(
    several: list[Delegation], minutes: int, zone: str
) -> None:
    facts = CalendarFacts(ZoneInfo(zone))
    now = datetime(2026, 2, 8, tzinfo=UTC) + timedelta(minutes=minutes)

    found = asked_at(circle(*several), now=now, facts=facts)

    assert found is not None
    assert found.person == asked(day_of(now, facts=facts), *several).asked
    assert found.person == ("mia" if found.through is None else named(*several)[found.through].taker)
    if found.until is not None:
        assert found.until > now
        assert asked(day_of(found.until - SECOND, facts=facts), *several).asked == found.person
        assert asked(day_of(found.until, facts=facts), *several).asked != found.person


def acts_for(giver: str, taker: str) -> Delegation:
    return Delegation(giver, taker, FIRST, LAST, Purpose.REQUESTS)


PARTY = ("mia", "bob")
IN_ORDER = ("noor", "mia", "pia")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((), Route("noor")),
        ((VACATION,), Route("noor")),
        ((replace(VACATION, giver="noor", taker="fia"),), Route("fia", LAST + DAY, "d0")),
        ((replace(VACATION, giver="noor", taker="bob"),), Route("noor")),
        ((acts_for("bob", "noor"),), Route("pia", LAST + DAY)),
        ((acts_for("bob", "noor"), acts_for("mia", "pia")), Route("mia", LAST + DAY)),
        ((acts_for("sid", "noor"),), Route("noor")),
    ],
)
def test_an_approver_who_is_a_party_is_passed_over_for_the_next_who_may_decide(
    given: tuple[Delegation, ...], expected: Route
) -> None:
    found = route(circle(*given, parties=PARTY, approvers=IN_ORDER), today=FIRST)

    assert found == expected


def test_who_may_not_decide_lets_somebody_decide_who_may() -> None:
    """An approver who acts for the owner may not decide; whom that approver lets decide may."""
    assert asked(FIRST, acts_for("bob", "mia"), replace(VACATION, taker="fia")) == Route("fia", LAST + DAY, "d1")


def test_an_approver_who_approves_no_more_is_passed_over() -> None:
    assert route(circle(VACATION, approvers=("pia", "ida")), today=FIRST) == Route("pia")


def test_where_the_policy_lets_parties_decide_the_approver_is_asked_although_a_party() -> None:
    found = route(circle(acts_for("bob", "mia"), parties=PARTY, approvers=IN_ORDER, own_allowed=True), today=FIRST)

    assert found == Route("mia")


@pytest.mark.parametrize(
    ("by", "right_of", "expected"),
    [
        ("mia", "mia", Route("noor")),
        ("fia", "mia", Route("noor")),
        ("noor", "noor", Route("fia", LAST + DAY, "d0")),
        ("noor", "mia", Route("pia")),
        ("pia", "pia", Route("fia", LAST + DAY, "d0")),
    ],
)
def test_whose_approval_it_has_is_passed_over_as_is_everybody_by_that_right(
    by: str, right_of: str, expected: Route
) -> None:
    """mia lets fia decide; noor is next, then pia."""
    given = replace(VACATION, taker="fia")
    has = Approvals(frozenset({by}), frozenset({right_of}))

    found = route(circle(given, approvers=("mia", "noor", "pia"), approvals=has), today=FIRST)

    assert found == expected


def test_who_approved_for_somebody_else_lets_a_delegate_decide_by_the_own_right() -> None:
    """noor approved by the right of mia; the right of noor is not used, but only another may use it."""
    given = replace(VACATION, giver="noor", taker="fia")
    has = Approvals(frozenset({"noor"}), frozenset({"mia"}))

    found = route(circle(given, approvers=("mia", "noor"), approvals=has), today=FIRST)

    assert found == Route("fia", LAST + DAY, "d0")


def test_an_approver_whose_right_a_delegate_has_used_decides_for_nobody_else_either() -> None:
    """noor approves by the own right alone, which fia has used; so mia, who lets noor decide, is asked herself."""
    has = Approvals(frozenset({"fia"}), frozenset({"noor"}))

    assert route(circle(VACATION, approvers=("mia", "noor"), approvals=has), today=FIRST) == Route("mia")


def test_where_all_have_approved_it_stays_with_the_first() -> None:
    both = frozenset({"mia", "noor"})

    assert route(circle(approvers=("mia", "noor"), approvals=Approvals(both, both)), today=FIRST) == Route("mia")


PEOPLE = ("mia", "noor", "pia", "ida", "bob")
SOME = st.lists(st.sampled_from(PEOPLE), unique=True, max_size=4).map(tuple)


@st.composite
def circles(draw: st.DrawFn) -> Circle:
    """Any approvers, parties and delegations between any of them."""
    given = [
        Delegation(giver, taker, since, max(since, until), purpose)
        for giver, taker, since, until, purpose in draw(
            st.lists(
                st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), DAYS, DAYS, st.sampled_from(Purpose)),
                max_size=6,
            )
        )
        if giver != taker
    ]
    first, parties, approvers = draw(st.sampled_from(["mia", None])), draw(SOME), draw(SOME)
    has = draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), max_size=2))
    has |= {one: one for one in has if one in approvers}  # by the own right alone (domain.recall.delegation)
    approvals = Approvals(frozenset(has), frozenset(has.values()))
    own_allowed = draw(st.booleans())
    return circle(
        *given, first=first, parties=parties, approvers=approvers, own_allowed=own_allowed, approvals=approvals
    )


def may_decide(circle: Circle, person: str, day: date) -> bool:
    """As a decision itself is judged (domain.recall.deciding)."""
    has = circle.approvals
    approved = {one: Approval("h", f"by another of {one}") for one in has.people}
    approved |= {f"another for {one}": Approval("h", one) for one in has.rights}
    line = Line("l", "x", "h", approved_by=approved)
    owners = {str(n): replace(line, subject=str(n), owner=one) for n, one in enumerate(circle.parties or ("x",))}
    policy = Policy(allow_self_decision=circle.own_allowed)
    request = Request("r", next(iter(circle.parties), "x"), policy, owners)
    taken = [one for one in circle.given.values() if one.taker == person]
    claim = Claim(person, day, frozenset(circle.approvers), taken)
    return not check_decision(request, Decision(person, Verdict.APPROVE), authority_over(request, claim))


@settings(max_examples=count(500, 20_000))
@given(circles(), DAYS)
def test_who_is_asked_may_decide_wherever_anybody_may(circle: Circle, today: date) -> None:
    found = route(circle, today=today)

    free = [one for one in PEOPLE if may_decide(circle, one, today)]
    if not free:
        assert found.asked == (circle.first or next(iter(circle.approvers), None))
    else:
        assert found.asked in free
        assert circle.own_allowed or found.asked not in circle.parties


@given(circles(), DAYS)
def test_approvers_are_asked_in_their_order_the_one_who_approved_first(circle: Circle, today: date) -> None:
    found = route(circle, today=today)

    order = dict.fromkeys(filter(None, [circle.first, *circle.approvers]))
    if found.asked is not None and found.through is None and may_decide(circle, found.asked, today):
        before = list(order)[: list(order).index(found.asked)]
        assert not any(one in circle.approvers and may_decide(circle, one, today) for one in before)
    if found.changes_on is not None:
        assert route(circle, today=found.changes_on).asked != found.asked
        assert route(circle, today=found.changes_on - DAY).asked == found.asked
