"""Delegations in Postgres."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.recall.delegation import Delegation, Purpose
from store.database import execute, fetch
from store.ids import new_id
from store.paging import Listed, Order, Span, listed


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


CONCERNING: Final = Order("delegations", {"since": date, "id": UUID}, descending=True)


async def concerning(connection: AsyncConnection, person: str, span: Span) -> Listed[Row[Any]]:
    """A part of the delegations a person gave or took, latest first."""
    sql = "select *, id::text as delegation from delegation where :person in (giver_id, taker_id)"
    return await listed(connection, sql, span, person=person)


def _of(row: Row[Any]) -> Delegation:
    return Delegation(row.giver_id, row.taker_id, row.since, row.until, Purpose(row.purpose))
