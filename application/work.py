"""The frame of an act: one transaction, one person, one moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from application.working_days import day_in
from domain import limits, reserved
from domain import roles as roles_of_units
from domain.recall.plan import Difference
from domain.refusals import Code, Refusal
from domain.roles import SEES_UNIT, Role
from store import history, projects
from store.database import Connection
from store.history import Act, Happened

ADMINISTRATOR: Final = roles_of_units.ADMINISTRATOR
CLOCK: Final = reserved.CLOCK


class Refused(Exception):
    """Carries refusals out of a transaction so that it rolls back and nothing is changed."""

    def __init__(
        self, *refusals: Refusal, differences: Sequence[Difference] = (), pointers: Sequence[str] = ()
    ) -> None:
        """`differences` say row by row what has changed, where that is the reason; `pointers` where in a document each refusal is."""
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals: tuple[Refusal, ...] = refusals
        self.differences = tuple(differences)
        self.pointers = tuple(pointers)


LONG_LINES: Final = 500
"""A request of more lines is a long one: it remembers its plans, and a decision on more is settled in chunks (ADR 010)."""

CHUNK_LINES: Final = 2000
"""So many lines of a long decision are settled in one transaction: each holds them for about a third of a second."""


Check = Callable[[int], None]
"""Sees the version of what is about to be changed, held, and may refuse."""


@dataclass(frozen=True, slots=True)
class Work:
    """An act in progress: its transaction, who acts, and the instant it happens at (by Postgres, store.clock)."""

    connection: Connection
    person: str
    now: datetime

    def act(self, business_now: datetime) -> Act:
        """How the act is written into the history."""
        return Act(self.person, business_now)


async def unit_of(work: Work, id: str) -> projects.StoredUnit:
    """The unit, or the refusal unknown_unit. For acts in it, whoever acts; who reads or names it asks for `seen_unit`."""
    return known_unit(await projects.unit(work.connection, id), id)


async def seen_unit(work: Work, id: str, *, by: str | None = None) -> projects.StoredUnit:
    """The unit, or the refusal unknown_unit, also where `by`, as a rule the person who acts, may not see it."""
    return known_unit(await projects.unit(work.connection, id, by=by or work.person), id)


def known_unit(unit: projects.StoredUnit | None, id: str) -> projects.StoredUnit:
    """The unit that was looked for, or the refusal unknown_unit."""
    if unit is None:
        raise Refused(Refusal(Code.UNKNOWN_UNIT, id))
    return unit


def business_now(work: Work, unit: projects.StoredUnit) -> datetime:
    """The time of the unit: the day a test clock has set, else that of Postgres."""
    return unit.business_now or work.now


async def has_role(work: Work, unit: str, *roles: Role) -> bool:
    """Whether the person has one of the roles in the unit, or is the administrator."""
    if work.person == ADMINISTRATOR:
        return True
    return not {*roles}.isdisjoint(await projects.roles_of(work.connection, unit, work.person))


def today_in(work: Work, unit: projects.StoredUnit) -> date:
    """The day of the unit, by its own clocks (ADR 029)."""
    return day_in(unit.policy, business_now(work, unit))


async def require_role(work: Work, unit: str, role: Role) -> None:
    """Only people with the role in the unit and the administrator go on; to those who may not even see the unit it is unknown_unit."""
    if not await has_role(work, unit, role):
        await seen_unit(work, unit)
        raise Refused(Refusal(_ONLY[role], unit))


_ONLY: Final = {Role.FINANCE: Code.NOT_FINANCE, Role.PLANNER: Code.NOT_PLANNER}


async def require_sight(work: Work, unit: str) -> None:
    """Only those who see everything of the unit go on; who may not even see that there is one is told unknown_unit."""
    if not await has_role(work, unit, *SEES_UNIT):
        await seen_unit(work, unit)
        raise Refused(Refusal(Code.NOT_FINANCE, unit, {"why": "sight"}))


async def is_finance(work: Work, unit: str) -> bool:
    """Whether the person is finance of the unit, or the administrator."""
    return await has_role(work, unit, Role.FINANCE)


async def require_finance(work: Work, unit: str) -> None:
    """Only finance of the unit and the administrator go on."""
    await require_role(work, unit, Role.FINANCE)


async def note(work: Work, unit: projects.StoredUnit, *happened: Happened) -> None:
    """Write what happened to something of a unit into the history, at the time of the unit."""
    await history.append(work.connection, happened, act=work.act(business_now(work, unit)))


def require_administrator(work: Work) -> None:
    """Only the administrator goes on."""
    if work.person != ADMINISTRATOR:
        raise Refused(Refusal(Code.NOT_ALLOWED, None, {"why": "administrator"}))


def require_amount_in(currency: str, amount: Decimal) -> None:
    """An amount goes on that has no more decimals than its currency; another is refused as invalid_value (ADR 040)."""
    found = limits.excess_of(amount, limits.amount_in(currency))
    if found is not None:
        facts = {"field": "amount", "expected": found.expected, "most": str(found.most)}
        raise Refused(Refusal(Code.INVALID_VALUE, None, facts))


def raise_if(refusals: Sequence[Refusal]) -> None:
    """Refuse the whole act if anything is in the way."""
    if refusals:
        raise Refused(*refusals)
