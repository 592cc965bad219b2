"""Closing and reopening days of a unit; the plans of open requests follow."""

from __future__ import annotations

from datetime import date

from application.deciding import current_hash, current_plans, request_of
from application.work import Refused, Work, business_now, require_finance, unit_of
from domain.refusals import Code, Refusal
from store import history, periods, recalls
from store.history import Happened


async def close(work: Work, unit: str, day: date) -> list[date]:
    """Close every day up to and including this one; returns the closings in force."""
    await _held(work, unit)
    if not await periods.close(work.connection, unit, day, by=work.person):
        raise Refused(Refusal(Code.PERIOD_CLOSED, unit, {"date": day.isoformat()}))
    return await _changed(work, unit, "period_closed", day)


async def reopen(work: Work, unit: str, day: date) -> list[date]:
    """Take the closing of this day back; earlier ones stay. Returns the closings in force."""
    await _held(work, unit)
    if not await periods.reopen(work.connection, unit, day, by=work.person):
        raise Refused(Refusal(Code.NOT_FOUND, day.isoformat()))
    return await _changed(work, unit, "period_reopened", day)


async def _held(work: Work, unit: str) -> None:
    await unit_of(work, unit)
    await require_finance(work, unit)
    await periods.hold(work.connection, unit, to_change=True)


async def _changed(work: Work, unit: str, event: str, day: date) -> list[date]:
    act = work.act(business_now(work, await unit_of(work, unit)))
    happened = Happened("unit", unit, event, facts={"date": day.isoformat()})
    await history.append(work.connection, [happened], act=act)
    for request in await recalls.open_of_unit(work.connection, unit):
        await _plan_again(work, request)
    return await periods.closings(work.connection, unit)


async def _plan_again(work: Work, request: str) -> None:
    """Where reversals land depends on the periods, so the plan an open request stands for changes with them (ADR 009)."""
    stored = await request_of(work, request)
    hashes = {subject: plan.hash for subject, plan in (await current_plans(work, stored)).items()}
    plan_hash = current_hash(stored.request, hashes)
    if plan_hash != stored.plan_hash:
        await recalls.store_plans(work.connection, request, hashes, plan_hash=plan_hash)
        await recalls.tell(work.connection, request, "recall.plan_changed", {"plan_hash": plan_hash})
