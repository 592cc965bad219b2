"""Who is asked: the person who approved, or whoever that person handed decisions over to for these days (project-recall, section 7).

Being asked gives no right and takes none: any other valid approver may decide as well. Routing only says who is notified, whose name
stands beside an open request, and when that changes next.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.recall.calendar import CalendarFacts, day_of, start_of
from domain.recall.delegation import Delegation, Purpose


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked today, by which delegation, and the first later day on which it will be somebody else; None if that is never."""

    asked: str
    changes_on: date | None = None
    through: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who is asked about an open request, by which delegation, and until which instant; None: for as long as it is open."""

    person: str
    until: datetime | None = None
    through: str | None = None


def asked_at(
    first: str,
    *,
    now: datetime,
    facts: CalendarFacts,
    given: Mapping[str, Delegation],
    parties: Collection[str],
) -> Asked:
    """Who is asked at an instant, and until when: `route`, the days being those of the clocks of the unit."""
    found = route(first, today=day_of(now, facts=facts), given=given, parties=parties)
    until = None if found.changes_on is None else start_of(found.changes_on, facts=facts)
    return Asked(found.asked, until, found.through)


def route(first: str, *, today: date, given: Mapping[str, Delegation], parties: Collection[str]) -> Route:
    """Who is asked about a request whose first approver is `first`.

    given: delegations for decisions that `first` gave, by their ids. Of several for one day the one that began last counts, then
    the first by name. Whoever is a party of the request (asked for it or owns a line) could not decide it and is passed over.
    """
    mine = {
        id: d
        for id, d in given.items()
        if d.giver == first and d.purpose is Purpose.DECISIONS and d.taker not in parties
    }
    through = _through(mine, day=today)
    asked = _asked(first, mine, day=today)
    turns = {day for d in mine.values() for day in (d.since, d.until + timedelta(days=1)) if day > today}
    later = (day for day in sorted(turns) if _asked(first, mine, day=day) != asked)
    return Route(asked, next(later, None), through)


def _asked(first: str, given: Mapping[str, Delegation], *, day: date) -> str:
    through = _through(given, day=day)
    return first if through is None else given[through].taker


def _through(given: Mapping[str, Delegation], *, day: date) -> str | None:
    covering = [id for id, d in given.items() if d.covers(day)]
    return min(covering, key=lambda id: (-given[id].since.toordinal(), given[id].taker, id), default=None)
