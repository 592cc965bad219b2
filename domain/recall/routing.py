"""Who is asked: the person who approved, or whoever that person handed decisions over to for these days (project-recall, section 7).

Being asked gives no right and takes none: any other valid approver may decide as well. Routing only says who is notified, whose name
stands beside an open request, and when that changes next.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.recall.delegation import Delegation, Purpose


@dataclass(frozen=True, slots=True)
class Route:
    """Who is asked today, and the first later day on which it will be somebody else; None if that is never."""

    asked: str
    changes_on: date | None = None


def route(first: str, *, today: date, given: Iterable[Delegation], parties: Collection[str]) -> Route:
    """Who is asked about a request whose first approver is `first`.

    given: delegations for decisions that `first` gave. Of several for one day the one that began last counts, then the first by
    name. Whoever is a party of the request (asked for it or owns a line) could not decide it and is passed over.
    """
    mine = [d for d in given if d.giver == first and d.purpose is Purpose.DECISIONS and d.taker not in parties]
    asked = _asked(first, mine, day=today)
    turns = {day for d in mine for day in (d.since, d.until + timedelta(days=1)) if day > today}
    later = (day for day in sorted(turns) if _asked(first, mine, day=day) != asked)
    return Route(asked, next(later, None))


def _asked(first: str, given: Iterable[Delegation], *, day: date) -> str:
    covering = [d for d in given if d.covers(day)]
    if not covering:
        return first
    return min(covering, key=lambda d: (-d.since.toordinal(), d.taker)).taker
