"""People: added, and how they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from application.work import ADMINISTRATOR, Refused, Work, require_administrator
from domain.refusals import Code, Refusal
from domain.reserved import reads_like_the_service
from store import history, people, projects
from store.people import StoredPerson


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed of a person; `given` names the members that are: a left out one stays as it is."""

    given: frozenset[str]
    name: str | None = None
    email: str | None = None
    language: str | None = None


async def require_people(work: Work, named: Sequence[str]) -> None:
    """Everybody named is somebody; else unknown_person for each who is not."""
    unknown = await projects.unknown_people(work.connection, named)
    if unknown:
        raise Refused(*(Refusal(Code.UNKNOWN_PERSON, person) for person in dict.fromkeys(unknown)))


def refuse_administrator(named: Sequence[str], *, field: str) -> None:
    """Whoever is named to approve or decide is a person: `admin` sets up, and is nobody in particular (permissions.md)."""
    if ADMINISTRATOR in named:
        facts = {"field": field, "expected": "not_the_administrator"}
        raise Refused(Refusal(Code.INVALID_VALUE, None, facts))


def refuse_reserved(id: str, *, field: str) -> None:
    """Nobody new gets an id by which histories name the service itself; who has one from before keeps it."""
    if reads_like_the_service(id):
        facts = {"field": field, "expected": "not_reserved"}
        raise Refused(Refusal(Code.INVALID_VALUE, None, facts))


async def read(work: Work, id: str) -> StoredPerson:
    """A person with their address: for themselves and the administrator; for others it is not there."""
    found = await people.by_id(work.connection, id) if work.person in {id, ADMINISTRATOR} else None
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_PERSON, id))
    return found


async def change(work: Work, id: str, changes: Changes) -> StoredPerson:
    """Change a person: the language by themselves, everything by the administrator."""
    await people.hold(work.connection, id)
    before = await read(work, id)
    if changes.given - {"language"}:
        require_administrator(work)
    after = StoredPerson(
        id=id,
        name=changes.name if changes.name is not None else before.name,
        email=changes.email if "email" in changes.given else before.email,
        language=changes.language if "language" in changes.given else before.language,
    )
    if after != before:
        await people.change(work.connection, after)
        happened = history.Happened("person", id, "changed", facts={"members": ", ".join(sorted(changes.given))})
        await history.append(work.connection, [happened], act=work.act(work.now))
    return after
