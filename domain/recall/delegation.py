"""Acting for somebody else: delegations with dates, both days included (project-recall, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Purpose(StrEnum):
    REQUESTS = "requests"
    DECISIONS = "decisions"


@dataclass(frozen=True, slots=True)
class Delegation:
    """`giver` lets `taker` act for them, from `since` to `until`, both days included.

    Once it was ended, on the day `ended_on`, it gives no right any more, whatever its dates.
    """

    giver: str
    taker: str
    since: date
    until: date
    purpose: Purpose
    ended_on: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it gives a right for this day."""
        return self.ended_on is None and self.since <= day <= self.until

    def last_day(self) -> date:
        """The last day of the right it gave."""
        return self.until if self.ended_on is None else min(self.until, self.ended_on)


def may_request_for(owner: str, person: str, *, day: date, delegations: Iterable[Delegation]) -> bool:
    """The owner, or a delegate for requests whose dates contain the day of what is recalled."""
    if owner == person:
        return True
    return any(
        d.giver == owner and d.taker == person and d.purpose is Purpose.REQUESTS and d.covers(day) for d in delegations
    )


def acts_for(person: str, *, today: date, delegations: Iterable[Delegation]) -> frozenset[str]:
    """Those for whom a person may ask today: they are parties of each other's requests."""
    return frozenset(
        d.giver for d in delegations if d.taker == person and d.purpose is Purpose.REQUESTS and d.covers(today)
    )


@dataclass(frozen=True, slots=True)
class DecisionRight:
    """May a person decide: as themselves, for somebody (`on_behalf_of`), or no more since `ended_on`."""

    granted: bool
    on_behalf_of: str | None = None
    ended_on: date | None = None


def decision_right(
    person: str,
    *,
    deciders: frozenset[str],
    today: date,
    delegations: Iterable[Delegation],
    in_vain: Callable[[str], int] = lambda _giver: 0,
) -> DecisionRight:
    """A decider, or a delegate of one for decisions by the day of the decision.

    Of several givers the one counts whose right is of most use: `in_vain` says of how much an approval by the right of one would
    count for nothing. Among equals it is the first by name. A delegation that has ended is told with its last day; one that has
    not begun gives no right.
    """
    if person in deciders:
        return DecisionRight(granted=True)
    mine = [d for d in delegations if d.taker == person and d.purpose is Purpose.DECISIONS and d.giver in deciders]
    givers = sorted({d.giver for d in mine if d.covers(today)})
    if givers:
        return DecisionRight(granted=True, on_behalf_of=givers[0] if len(givers) == 1 else min(givers, key=in_vain))
    ended = [d.last_day() for d in mine if d.ended_on is not None or d.until < today]
    return DecisionRight(granted=False, ended_on=max(ended, default=None))
