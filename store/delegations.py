"""Delegations in Postgres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from domain.recall.delegation import Delegation, Purpose
from store.database import Connection, Row, execute, fetch, fetch_one
from store.ids import new_id
from store.paging import Listed, Order, Span, listed
from store.questions import Question


@dataclass(frozen=True, slots=True)
class StoredDelegation:
    """A delegation, who made it, and who ended it when."""

    id: str
    delegation: Delegation
    created_by: str
    ended_by: str | None
    ended_at: datetime | None


_SELECT: Final = "select *, id::text as delegation, (ended_at at time zone 'UTC')::date as ended_on from delegation"


async def insert(connection: Connection, delegation: Delegation, *, by: str) -> str:
    """Add a delegation; returns its id."""
    id = new_id()
    await execute(
        connection,
        """insert into delegation (id, giver_id, taker_id, since, until, purpose, created_by)
           values (cast(:id as uuid), :giver, :taker, :since, :until, :purpose, :by)""",
        id=id,
        giver=delegation.giver,
        taker=delegation.taker,
        since=delegation.since,
        until=delegation.until,
        purpose=delegation.purpose.value,
        by=by,
    )
    return id


async def taken_by(connection: Connection, person: str) -> list[Delegation]:
    """What others let a person do for them."""
    return [_of(row) for row in await fetch(connection, f"{_SELECT} where taker_id = :person", person=person)]


def for_asking(approvers: str) -> str:
    """What says who is asked of some approvers, an array: whom they let decide, and for whom any of all these may ask, as a condition."""
    given = f"giver_id = any({approvers}) and purpose = 'decisions'"
    return f"""({given} or purpose = 'requests'
             and taker_id in (select unnest({approvers}) union all select taker_id from delegation where {given}))"""


def question_for_asking(approvers: str, parameters: Mapping[str, object]) -> Question:
    """The delegations by which it is said who is asked of some approvers."""
    return Question(f"{_SELECT} where {for_asking(approvers)}", parameters)


def of_answer(rows: Sequence[Row]) -> dict[str, Delegation]:
    """The delegations of the answer, by their ids."""
    return {row.delegation: _of(row) for row in rows}


CONCERNING: Final = Order("delegations", {"since": date, "id": UUID}, descending=True)


async def concerning(connection: Connection, person: str, span: Span) -> Listed[StoredDelegation]:
    """A part of the delegations a person gave or took, latest first."""
    found = await listed(connection, f"{_SELECT} where :person in (giver_id, taker_id)", span, person=person)
    return found.of([_stored(row) for row in found.items])


async def in_force(connection: Connection, person: str, *, today: date, most: int) -> list[StoredDelegation]:
    """Delegations a person gave or took that give a right on a day, latest first."""
    rows = await fetch(
        connection,
        f"""{_SELECT} where :person in (giver_id, taker_id) and ended_at is null
             and cast(:today as date) between since and until order by since desc, id desc limit :most""",
        person=person,
        today=today,
        most=most,
    )
    return [_stored(row) for row in rows]


async def load(connection: Connection, id: str, *, lock: bool = False) -> StoredDelegation | None:
    """One delegation; `lock` holds it until the end of the transaction."""
    held = " for update" if lock else ""
    row = await fetch_one(connection, f"{_SELECT} where id = cast(:id as uuid){held}", id=id)
    return None if row is None else _stored(row)


async def end(connection: Connection, id: str, *, by: str, at: datetime) -> None:
    """End a delegation: from now on it gives no right."""
    sql = "update delegation set ended_by = :by, ended_at = :at where id = cast(:id as uuid)"
    await execute(connection, sql, id=id, by=by, at=at)


def _of(row: Row) -> Delegation:
    return Delegation(row.giver_id, row.taker_id, row.since, row.until, Purpose(row.purpose), row.ended_on)


def _stored(row: Row) -> StoredDelegation:
    return StoredDelegation(row.delegation, _of(row), row.created_by, row.ended_by, row.ended_at)
