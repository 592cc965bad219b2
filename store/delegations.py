"""Delegations in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.recall.delegation import Delegation, Purpose
from store.database import execute, fetch
from store.ids import new_id


async def insert(connection: AsyncConnection, delegation: Delegation, *, by: str) -> str:
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


async def taken_by(connection: AsyncConnection, person: str) -> list[Delegation]:
    """What others let a person do for them."""
    return [
        _of(row) for row in await fetch(connection, "select * from delegation where taker_id = :person", person=person)
    ]


async def concerning(connection: AsyncConnection, person: str) -> Sequence[Row[Any]]:
    """The delegations a person gave or took, latest first."""
    sql = (
        "select *, id::text as delegation from delegation where :person in (giver_id, taker_id) order by since desc, id"
    )
    return await fetch(connection, sql, person=person)


def _of(row: Row[Any]) -> Delegation:
    return Delegation(row.giver_id, row.taker_id, row.since, row.until, Purpose(row.purpose))
