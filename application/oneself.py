"""What a person may know of themselves: who they are, what they may do where, who acts for whom, and what concerns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from application import people as reading_people
from application.work import Work
from domain.recall.request import RequestStatus
from store import delegations, events, lists, people
from store.delegations import StoredDelegation
from store.events import Place
from store.lists import RecallFilter
from store.people import RoleInUnit, StoredPerson

MOST_TOLD: Final = 200
"""So many of the projects a person decides on are told, and of the delegations; lists have all of them."""


@dataclass(frozen=True, slots=True)
class Oneself:
    """A person as the service knows them, and how many requests wait for their decision."""

    person: StoredPerson
    roles: Sequence[RoleInUnit]
    approves: Sequence[str]
    delegations: Sequence[StoredDelegation]
    waiting: int


async def describe(work: Work) -> Oneself:
    """The person signed in. Delegations are those in force today by the clock of the service."""
    connection, person = work.connection, work.person
    return Oneself(
        person=await reading_people.read(work, person),
        roles=await people.roles(connection, person),
        approves=await people.projects_decided(connection, person, most=MOST_TOLD),
        delegations=await delegations.in_force(connection, person, today=work.now.date(), most=MOST_TOLD),
        waiting=await _waiting(work),
    )


@dataclass(frozen=True, slots=True)
class Inbox:
    """How many requests concern a person by status, how many wait for them, and the place behind which events tell of more."""

    counts: Mapping[str, int]
    waiting: int
    place: Place


async def inbox(work: Work) -> Inbox:
    """The inbox of the person signed in. Whatever is not counted yet comes as an event behind its place; perhaps something that is."""
    wanted = RecallFilter(concerning=work.person)
    found = await lists.recall_counts(work.connection, wanted, by=work.person, now=work.now)
    counts = {status.value: found.get(status.value, 0) for status in RequestStatus}
    return Inbox(counts, await _waiting(work), await events.now(work.connection))


async def _waiting(work: Work) -> int:
    wanted = RecallFilter(waiting_for=work.person)
    return sum((await lists.recall_counts(work.connection, wanted, by=work.person, now=work.now)).values())
