"""Random organisations and what their people try: who approves, who lets whom act, what the policy says, who decides when.

A story is a description only, in plain words and numbers. tests/who_decides.py says what must come of it; the rules of the domain
and the service on a database play it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from hypothesis import strategies as st

Kind = Literal["project", "without_project", "production"]
Purpose = Literal["requests", "decisions"]
Verdict = Literal["approve", "reject"]
PEOPLE: Final = ("ada", "bob", "cid", "dan", "eva", "fay", "gil")
DAY_OF_WORK: Final = -20
"""Days are counted from the day of the request; what is taken back was done on this one."""


@dataclass(frozen=True, slots=True)
class Letting:
    """Somebody lets somebody else act for them on these days, both included; it may have been ended on one of them."""

    giver: str
    taker: str
    purpose: Purpose
    since: int
    until: int
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who decides on the subject of the request, who has a like right elsewhere in the unit, and what the request is.

    `owners` are those of its lines. `needed_more` says whether the request is worth more than one approver is enough for.
    """

    kind: Kind
    deciders: frozenset[str]
    elsewhere: frozenset[str]
    owners: tuple[str, ...]
    requester: str
    lettings: tuple[Letting, ...]
    own_allowed: bool
    quorum: int
    needed_more: bool
    escalation: str | None
    escalated: bool

    @property
    def all_lettings(self) -> tuple[Letting, ...]:
        """Those there are, and those by which the requester may ask for the entries of others."""
        asked_for = () if self.kind == "production" else dict.fromkeys(self.owners)
        needed = (
            Letting(owner, self.requester, "requests", DAY_OF_WORK, DAY_OF_WORK)
            for owner in asked_for
            if owner != self.requester
        )
        return (*self.lettings, *needed)


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody decides all open lines, or those of these numbers."""

    person: str
    verdict: Verdict
    lines: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody becomes or is no longer a decider, or acts for somebody by a new letting, or no longer by their first one; the
    escalation person is asked; a day passes."""

    what: Literal["grant", "revoke", "let", "end", "escalate", "day"]
    person: str
    letting: Letting


@dataclass(frozen=True, slots=True)
class Round:
    """What people try before any of it is carried out, what changes meanwhile, and then it is carried out in this order."""

    tries: tuple[Try, ...]
    meanwhile: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Story:
    organisation: Organisation
    rounds: tuple[Round, ...]


people = st.sampled_from(PEOPLE)
_days = st.tuples(st.integers(-4, 3), st.integers(-4, 3)).map(sorted)


def one_of(some: Iterable[str]) -> st.SearchStrategy[str]:
    """One of these as a rule, else anybody: who has nothing to do with a request is mostly refused alike."""
    return st.sampled_from((*sorted(some), *sorted(some), *PEOPLE))


@st.composite
def lettings(
    draw: st.DrawFn, givers: Mapping[Purpose, Iterable[str]], *, takers: Iterable[str] = PEOPLE, now: bool = False
) -> Letting:
    """Any letting of these days; `now` one that covers the first of them at least. Most are for decisions and cover the request."""
    purpose: Purpose = draw(st.sampled_from(("decisions", "decisions", "requests")))
    giver = draw(one_of(givers[purpose]))
    taker = draw(one_of(takers).filter(lambda person: person != giver))
    since, until = draw(_days)
    if now or draw(st.booleans()):
        since, until = min(since, 0), max(until, 0)
    ended = None if now else draw(st.none() | st.none() | st.integers(-4, 0))
    return Letting(giver, taker, purpose, since, until, ended)


def groups(most: int) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(people, min_size=1, max_size=most)


@st.composite
def rounds(draw: st.DrawFn, organisation: Organisation) -> Round:
    """Those who have a right try most, and it is their rights that change."""
    takers = {one.taker for one in organisation.lettings if one.purpose == "decisions"}
    parties = {organisation.requester, *organisation.owners}
    one_try = st.builds(
        Try,
        person=one_of(organisation.deciders | takers),
        verdict=st.sampled_from(("approve", "approve", "approve", "reject")),
        lines=st.none() | st.none() | st.sampled_from(((0,), (1,), (0, 1))),
    )
    tries = draw(st.lists(one_try, min_size=1, max_size=2))
    who = {one.person for one in tries}
    change = st.builds(
        Change,
        what=st.sampled_from(("revoke", "let", "end", "day", "grant", "escalate")),
        person=one_of(who),
        letting=lettings({"decisions": organisation.deciders, "requests": parties}, takers=who, now=True),
    )
    return Round(tuple(tries), tuple(draw(st.lists(change, min_size=draw(st.integers(0, 1)), max_size=2))))


@st.composite
def organisations(draw: st.DrawFn) -> Organisation:
    """Any organisation around any request."""
    deciders = draw(groups(4))
    owners = tuple(draw(st.lists(people, min_size=1, max_size=2)))
    requester = draw(one_of(owners))
    given = lettings({"decisions": deciders, "requests": {requester, *owners}})
    return Organisation(
        kind=draw(st.sampled_from(("project", "without_project", "production"))),
        deciders=deciders,
        elsewhere=draw(groups(2)),
        owners=owners,
        requester=requester,
        lettings=tuple(draw(st.lists(given, min_size=2, max_size=7))),
        own_allowed=draw(st.booleans()),
        quorum=draw(st.integers(1, 3)),
        needed_more=draw(st.booleans()),
        escalation=draw(st.none() | people),
        escalated=draw(st.booleans()),
    )


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """What the people of an organisation try."""
    organisation = draw(organisations())
    return Story(organisation, tuple(draw(st.lists(rounds(organisation), min_size=3, max_size=7))))


def _told(
    *rounds_of: Round, lettings: tuple[Letting, ...] = (), quorum: int = 1, escalation: str | None = None
) -> Story:
    """A story of a project that ada and cid decide on; gil has asked for what is his."""
    deciders = frozenset({"ada", "cid"})
    organisation = Organisation(
        kind="project",
        deciders=deciders,
        elsewhere=frozenset({"fay"}),
        owners=("gil",),
        requester="gil",
        lettings=lettings,
        own_allowed=False,
        quorum=quorum,
        needed_more=False,
        escalation=escalation,
        escalated=escalation is not None,
    )
    return Story(organisation, rounds_of)


def _approves(*persons: str, meanwhile: tuple[Change, ...] = ()) -> Round:
    return Round(tuple(Try(person, "approve", None) for person in persons), meanwhile)


_ADA_LETS, _CID_LETS = (Letting(giver, "bob", "decisions", 0, 0) for giver in ("ada", "cid"))
_GIL_LETS = Letting("gil", "ada", "requests", 0, 3)
TOLD: Final = (
    _told(
        _approves("bob", meanwhile=(Change("end", "bob", _ADA_LETS), Change("let", "bob", _CID_LETS))),
        lettings=(_ADA_LETS,),
    ),
    _told(_approves("bob", meanwhile=(Change("day", "bob", _ADA_LETS),)), _approves("bob"), lettings=(_ADA_LETS,)),
    _told(_approves("ada", "ada"), quorum=2),
    _told(_approves("ada", meanwhile=(Change("let", "ada", _GIL_LETS),)), _approves("ada")),
    _told(_approves("cid", "ada", meanwhile=(Change("revoke", "cid", _GIL_LETS),))),
    _told(_approves("fay"), _approves("eva"), escalation="eva"),
)
"""Another right is there when the one that was used is taken away; midnight; twice before it is carried out; a party's delegate
meanwhile; taken away meanwhile, and the next goes on; a right elsewhere beside that of the escalation person."""
