"""Who is asked: who approved, whoever decides for them these days, or the next approver who may (project-recall, section 7).

Being asked gives no right and takes none: any other valid approver may decide as well. Routing only says who is notified, whose name
stands beside an open request, and when that changes next. Who may not decide, or has approved already where several have to, is passed
over for the next approver in their order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.recall.calendar import CalendarFacts, day_of, start_of
from domain.recall.delegation import Delegation, Purpose


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked today, by which delegation, and the first later day on which it will be somebody else; None if that is never.

    Nobody is asked where there is no approver at all.
    """

    asked: str | None
    changes_on: date | None = None
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about an open request, by which delegation, and until which instant; None: for as long as it is open."""

    person: str
    until: datetime | None = None
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals that a request has on all its open lines, of the rows as they are: by these `people`, by these `rights`."""

    people: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Circle:
    """Those of whom one is asked about a request, the person who approved being the `first`, if anybody did.

    `approvers` may decide, in their order. `given` are delegations by their ids: for decisions, and for requests, by which somebody
    acts for a party. `parties` asked for it or own a line; they could not decide it, unless it is `own_allowed` by the policy.
    `approvals` are those it has, where several are needed: nobody gives a second one, nor by the same right.
    """

    first: str | None
    approvers: Sequence[str]
    given: Mapping[str, Delegation]
    parties: Collection[str]
    own_allowed: bool = False
    approvals: Approvals = field(default_factory=Approvals)


def asked_at(circle: Circle, *, now: datetime, facts: CalendarFacts) -> Asked | None:
    """Who is asked at an instant, and until when: `route`, the days being those of the clocks of the unit. None where nobody is."""
    found = route(circle, today=day_of(now, facts=facts))
    if found.asked is None:
        return None
    until = None if found.changes_on is None else start_of(found.changes_on, facts=facts)
    return Asked(found.asked, until, found.through)


def route(circle: Circle, *, today: date) -> Route:
    """Who is asked about a request.

    Of several delegations of an approver for one day the one that began last counts, then the first by name. Whoever is a party of
    the request, or acts for one that day, is passed over, as is whose approval it has; of approvers the next is asked. Where nobody is
    left it stays with the first, or with the first of the approvers where nobody approved.
    """
    order = sorted(dict.fromkeys(circle.approvers), key=lambda one: one != circle.first)
    handed = _of(circle, Purpose.DECISIONS, givers=order)
    acting = _of(circle, Purpose.REQUESTS, givers=circle.parties)
    several = _Several(circle, order, handed, tuple(acting.values()))
    asked, through = several.asked(today)
    turns = {day for d in (*handed.values(), *several.acting) for day in (d.since, d.until + timedelta(days=1))}
    later = (day for day in sorted(turns) if day > today and several.asked(day)[0] != asked)
    return Route(asked, next(later, None), through)


def _of(circle: Circle, purpose: Purpose, *, givers: Iterable[str]) -> dict[str, Delegation]:
    known = frozenset(givers)
    return {id: d for id, d in circle.given.items() if d.purpose is purpose and d.giver in known}


@dataclass(frozen=True, slots=True)
class _Several:
    """The approvers in the order in which they are asked, what they have handed over, and who acts for a party."""

    circle: Circle
    order: Sequence[str]
    handed: Mapping[str, Delegation]
    acting: Sequence[Delegation]

    def asked(self, day: date) -> tuple[str | None, str | None]:
        """Who is asked on a day, and by which delegation."""
        found = (self._asked_of(one, day) for one in self.order)
        stays = self.circle.first or next(iter(self.circle.approvers), None)
        return next((one for one in found if one is not None), (stays, None))

    def _asked_of(self, approver: str, day: date) -> tuple[str, str | None] | None:
        """Who is asked by the right of an approver; None where neither they nor anybody for them could decide."""
        if approver in self.circle.parties and not self.circle.own_allowed:
            return None
        if approver in self.circle.approvals.rights:
            return None
        through = self._through(approver, day)
        if through is not None:
            return self.handed[through].taker, through
        return (approver, None) if self._may(approver, day) else None

    def _through(self, giver: str, day: date) -> str | None:
        covering = [
            (-d.since.toordinal(), d.taker, id)
            for id, d in self.handed.items()
            if d.giver == giver and d.covers(day) and d.taker not in self.circle.parties and self._may(d.taker, day)
        ]
        return min(covering)[2] if covering else None

    def _may(self, person: str, day: date) -> bool:
        """Whether a person who is no party has not approved yet, and acts for no party. An approver decides by the own right alone."""
        has = self.circle.approvals
        if person in has.people or (person in self.circle.approvers and person in has.rights):
            return False
        return self.circle.own_allowed or not any(d.taker == person and d.covers(day) for d in self.acting)
