"""Who is concerned by a request: candidates to be asked, and those it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from store.database import Connection, fetch, fetch_one

_DECIDERS: Final = """
select person_id as person from project_decider where project_id::text = :subject
 union select person_id from unit_role where unit_id = :subject and role = 'approver'
 order by person limit :most"""


async def deciders(connection: Connection, subject: str, *, most: int) -> list[str]:
    """Some of those who may decide about a subject: of a project, or of the production of a unit."""
    return [row.person for row in await fetch(connection, _DECIDERS, subject=subject, most=most)]


async def delegates(connection: Connection, givers: Sequence[str], *, today: date, most: int) -> list[str]:
    """Some of those who decide today for any of these people."""
    rows = await fetch(
        connection,
        """select distinct taker_id as person from delegation
            where giver_id = any(:givers) and purpose = 'decisions' and ended_at is null
              and cast(:today as date) between since and until
            order by person limit :most""",
        givers=list(givers),
        today=today,
        most=most,
    )
    return [row.person for row in rows]


async def actor_of(connection: Connection, request: str, event: str) -> str | None:
    """Who last made this happen to a request, if anybody did."""
    row = await fetch_one(
        connection,
        """select actor from history where subject_kind = 'recall' and subject_id = :request and event = :event
            order by sequence desc limit 1""",
        request=request,
        event=event.removeprefix("recall."),
    )
    return None if row is None else str(row.actor)
