"""Letting somebody else act: delegations with dates, made and ended."""

from __future__ import annotations

from dataclasses import dataclass

from application import routing
from application.people import refuse_administrator
from application.routing import Cause
from application.work import ADMINISTRATOR, Refused, Work
from domain.recall.delegation import Delegation, Purpose
from domain.refusals import Code, Refusal
from store import delegations, history, outbox, projects
from store.database import Row
from store.delegations import StoredDelegation
from store.ids import is_id
from store.paging import Listed, Span


@dataclass(frozen=True, slots=True)
class Delegated:
    """A delegation by its id, and what the workflows of requests are to be told about which somebody else is asked now."""

    id: str
    messages: tuple[outbox.Message, ...]


async def delegate(work: Work, delegation: Delegation) -> Delegated:
    """Let somebody act for the giver; only the giver, or the administrator, may say so.

    Who decides for the giver is asked about the giver's open requests, too, on the days it is for.
    """
    if work.person not in {delegation.giver, ADMINISTRATOR}:
        raise Refused(Refusal(Code.NOT_ALLOWED, None, {"why": "giver"}))
    unknown = await projects.unknown_people(work.connection, [delegation.giver, delegation.taker])
    if unknown:
        raise Refused(*(Refusal(Code.UNKNOWN_PERSON, person) for person in unknown))
    if delegation.purpose is Purpose.DECISIONS:
        refuse_administrator([delegation.taker], field="taker")
    if delegation.giver == delegation.taker:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "taker", "expected": "another_person"}))
    if delegation.since > delegation.until:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "until", "expected": "not_before_since"}))
    id = await delegations.insert(work.connection, delegation, by=work.person)
    facts = {
        "taker": delegation.taker,
        "since": delegation.since.isoformat(),
        "until": delegation.until.isoformat(),
        "purpose": delegation.purpose.value,
    }
    await _record(work, history.Happened("delegation", id, "created", None, "in_force", facts), delegation)
    return Delegated(id, await _reroute(work, delegation))


async def end(work: Work, id: str) -> Delegated:
    """End a delegation at once, by its giver, its taker or the administrator; what was done under it stands.

    About open requests the giver is asked again, or whoever decides for the giver by another delegation.
    """
    stored = await _concerning_reader(work, id, lock=True)
    if stored.delegation.ended_on is not None:
        raise Refused(
            Refusal(Code.DELEGATION_EXPIRED, id, {"date": stored.delegation.last_day().isoformat(), "why": "ended"})
        )
    await delegations.end(work.connection, id, by=work.person, at=work.now)
    await _record(work, history.Happened("delegation", id, "ended", "in_force", "ended"), stored.delegation)
    return Delegated(id, await _reroute(work, stored.delegation))


async def _reroute(work: Work, delegation: Delegation) -> tuple[outbox.Message, ...]:
    cause = Cause(work.person, None if work.person == delegation.giver else delegation.giver)
    return await routing.reroute_of(work, delegation, cause=cause)


async def history_of(work: Work, id: str, span: Span) -> Listed[Row]:
    """A part of who made a delegation and who ended it, for those it concerns."""
    await _concerning_reader(work, id)
    return await history.of_subject(work.connection, "delegation", id, span)


async def _concerning_reader(work: Work, id: str, *, lock: bool = False) -> StoredDelegation:
    stored = await delegations.load(work.connection, id, lock=lock) if is_id(id) else None
    concerns = stored is not None and work.person in {stored.delegation.giver, stored.delegation.taker, ADMINISTRATOR}
    if stored is None or not concerns:
        raise Refused(Refusal(Code.NOT_FOUND, id, {"why": "no_such_id"}))
    return stored


async def _record(work: Work, happened: history.Happened, delegation: Delegation) -> None:
    """What happened to a delegation; by anybody but its giver it is done for the giver."""
    giver = None if work.person == delegation.giver else delegation.giver
    await history.append(work.connection, [happened], act=history.Act(work.person, work.now, giver))


async def mine(work: Work, span: Span) -> Listed[StoredDelegation]:
    """A part of the delegations the person signed in gave or took."""
    return await delegations.concerning(work.connection, work.person, span)
