"""Letting somebody else act: delegations with dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from application.work import ADMINISTRATOR, Refused, Work
from domain.recall.delegation import Delegation
from domain.refusals import Code, Refusal
from store import delegations, projects


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


async def concerning(work: Work, person: str) -> Sequence[Row[Any]]:
    """What a person gave or took."""
    return await delegations.concerning(work.connection, person)
