"""Closed periods of a unit: closings are added, and taken back by a note, never removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.periods import Periods
from store.database import execute, fetch


async def of_units(connection: AsyncConnection, units: Sequence[str]) -> dict[str, Periods]:
    """The closings in force of each unit."""
    rows = await fetch(
        connection,
        "select unit_id, array_agg(day) as days from period_closing where unit_id = any(:units) and reopened_at is null group by unit_id",
        units=list(units),
    )
    found = {row.unit_id: Periods.of(row.days) for row in rows}
    return {unit: found.get(unit, Periods()) for unit in units}


async def closings(connection: AsyncConnection, unit: str) -> list[date]:
    """The days closed in a unit, latest first."""
    sql = "select day from period_closing where unit_id = :unit and reopened_at is null order by day desc"
    return [row.day for row in await fetch(connection, sql, unit=unit)]


async def hold(connection: AsyncConnection, unit: str, *, to_change: bool) -> None:
    """Hold the periods of a unit until the end of the transaction: to change them, or so that nobody does meanwhile."""
    lock = "pg_advisory_xact_lock" if to_change else "pg_advisory_xact_lock_shared"
    await execute(connection, f"select {lock}(hashtextextended(:unit, 13))", unit=unit)


async def held(connection: AsyncConnection, units: Sequence[str]) -> dict[str, Periods]:
    """The closings in force of each unit, held until the end of the transaction, so that rows are dated by what stays true.

    Entries are held before closed days, and those before actuals: by everybody who holds several of them.
    """
    for unit in sorted(set(units)):
        await hold(connection, unit, to_change=False)
    return await of_units(connection, sorted(set(units)))


async def close(connection: AsyncConnection, unit: str, day: date, *, by: str) -> bool:
    """Close up to and including a day; False if that closing is in force already."""
    sql = """insert into period_closing (unit_id, day, closed_by) values (:unit, :day, :by)
             on conflict (unit_id, day) where reopened_at is null do nothing"""
    return await execute(connection, sql, unit=unit, day=day, by=by) == 1


async def reopen(connection: AsyncConnection, unit: str, day: date, *, by: str) -> bool:
    """Take a closing back; False if there is none of that day."""
    sql = """update period_closing set reopened_by = :by, reopened_at = now()
              where unit_id = :unit and day = :day and reopened_at is null"""
    return await execute(connection, sql, unit=unit, day=day, by=by) == 1
