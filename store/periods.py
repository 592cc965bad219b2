"""Closed periods of a unit: closings are added, and taken back by a note, never removed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from domain.periods import Periods
from store.database import Connection, execute, fetch


async def of_units(connection: Connection, units: Sequence[str]) -> dict[str, Periods]:
    """The closings in force of each unit."""
    rows = await fetch(
        connection,
        "select unit_id, array_agg(day) as days from period_closing where unit_id = any(:units) and reopened_at is null group by unit_id",
        units=list(units),
    )
    found = {row.unit_id: Periods.of(row.days) for row in rows}
    return {unit: found.get(unit, Periods()) for unit in units}


async def closings(connection: Connection, unit: str) -> list[date]:
    """The days closed in a unit, latest first."""
    sql = "select day from period_closing where unit_id = :unit and reopened_at is null order by day desc"
    return [row.day for row in await fetch(connection, sql, unit=unit)]


HOLD_SHARED: Final = "pg_advisory_xact_lock_shared(hashtextextended(unit, 13))"
_HOLD: Final = "pg_advisory_xact_lock(hashtextextended(unit, 13))"


async def hold(connection: Connection, unit: str, *, to_change: bool) -> None:
    """Hold the periods of a unit until the end of the transaction: to change them, or so that nobody does meanwhile."""
    lock = _HOLD if to_change else HOLD_SHARED
    await execute(connection, f"select {lock} from (select cast(:unit as text) as unit) units", unit=unit)


async def held(connection: Connection, units: Sequence[str]) -> dict[str, Periods]:
    """The closings in force of each unit, held until the end of the transaction, so that rows are dated by what stays true.

    Entries are held before closed days, and those before actuals: by everybody who holds several of them.
    """
    for unit in sorted(set(units)):
        await hold(connection, unit, to_change=False)
    return await of_units(connection, sorted(set(units)))


async def close(connection: Connection, unit: str, day: date, *, by: str) -> bool:
    """Close up to and including a day; False if that closing is in force already."""
    sql = """insert into period_closing (unit_id, day, closed_by) values (:unit, :day, :by)
             on conflict (unit_id, day) where reopened_at is null do nothing"""
    return await execute(connection, sql, unit=unit, day=day, by=by) == 1


async def reopen(connection: Connection, unit: str, day: date, *, by: str) -> bool:
    """Take a closing back; False if there is none of that day."""
    sql = """update period_closing set reopened_by = :by, reopened_at = now()
              where unit_id = :unit and day = :day and reopened_at is null"""
    return await execute(connection, sql, unit=unit, day=day, by=by) == 1
