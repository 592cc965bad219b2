"""Letting somebody else act: delegations with dates."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from application.work import ADMINISTRATOR, Refused, Work
from domain.recall.delegation import Delegation
from domain.refusals import Code, Refusal
from store import delegations, projects
from store.paging import Listed, Span


async def delegate(work: Work, delegation: Delegation) -> str:
    """Let somebody act for the giver; only the giver, or the administrator, may say so. Returns the delegation's id."""
    if work.person not in {delegation.giver, ADMINISTRATOR}:
        raise Refused(Refusal(Code.NOT_ALLOWED))
    unknown = await projects.unknown_people(work.connection, [delegation.giver, delegation.taker])
    if unknown:
        raise Refused(*(Refusal(Code.UNKNOWN_PERSON, person) for person in unknown))
    if delegation.since > delegation.until or delegation.giver == delegation.taker:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "until", "expected": "larger"}))
    return await delegations.insert(work.connection, delegation, by=work.person)


async def mine(work: Work, span: Span) -> Listed[Row[Any]]:
    """A part of the delegations the person signed in gave or took."""
    return await delegations.concerning(work.connection, work.person, span)
