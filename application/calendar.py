"""Closing and reopening days of a unit; the plans of open requests follow."""

from __future__ import annotations

from datetime import date

from application.planning import follow_unit, hold_requests_of_unit
from application.work import Refused, Work, note, require_finance, seen_unit, today_in, unit_of
from domain.periods import latest_closing
from domain.refusals import Code, Refusal
from store import periods
from store.history import Happened
from store.projects import StoredUnit


async def close(work: Work, unit: str, day: date) -> list[date]:
    """Close every day up to and including this one, at most a year ahead; returns the closings in force."""
    stored = await _held(work, unit)
    latest = latest_closing(today_in(work, stored))
    if day > latest:
        facts = {"field": "until", "expected": "within_a_year", "most": latest.isoformat()}
        raise Refused(Refusal(Code.INVALID_VALUE, None, facts))
    if not await periods.close(work.connection, unit, day, by=work.person):
        raise Refused(Refusal(Code.PERIOD_CLOSED, unit, {"date": day.isoformat(), "why": "closed_already"}))
    return await _changed(work, unit, "period_closed", day)


async def reopen(work: Work, unit: str, day: date) -> list[date]:
    """Take the closing of this day back; earlier ones stay. Returns the closings in force."""
    await _held(work, unit)
    if not await periods.reopen(work.connection, unit, day, by=work.person):
        raise Refused(Refusal(Code.NOT_FOUND, unit, {"date": day.isoformat(), "why": "not_closed"}))
    return await _changed(work, unit, "period_reopened", day)


async def _held(work: Work, unit: str) -> StoredUnit:
    stored = await seen_unit(work, unit)
    await require_finance(work, unit)
    await hold_requests_of_unit(work, unit)
    await periods.hold(work.connection, unit, to_change=True)
    return stored


async def _changed(work: Work, unit: str, event: str, day: date) -> list[date]:
    await note(work, await unit_of(work, unit), Happened("unit", unit, event, facts={"date": day.isoformat()}))
    await follow_unit(work, unit)
    return await periods.closings(work.connection, unit)
