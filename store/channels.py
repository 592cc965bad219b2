"""Registered approval channels and their live secrets, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel decisions come in by; it speaks for the projects of its unit."""

    id: str
    unit: str
    secrets: tuple[str, ...]


async def by_id(connection: Connection, id: str) -> Channel | None:
    """The channel with this id."""
    row = await fetch_one(connection, "select * from channel where id = :id", id=id)
    return None if row is None else Channel(row.id, row.unit_id, tuple(row.secrets))


async def insert(connection: Connection, channel: Channel) -> bool:
    """Register a channel; False if the id is taken."""
    sql = "insert into channel (id, unit_id, secrets) values (:id, :unit, :secrets) on conflict do nothing"
    return await execute(connection, sql, id=channel.id, unit=channel.unit, secrets=list(channel.secrets)) == 1
