"""Keeping the plan of an open request true when the rows or dates behind it change (ADR 009)."""

from __future__ import annotations

from collections.abc import Iterable

from application import routing
from application.deciding import current_hash, current_lines, current_plans, request_of
from application.work import Work
from store import recall_plans, recalls
from store.history import Happened
from store.ids import is_id


async def hold_requests_of(work: Work, entries: Iterable[str]) -> None:
    """Hold the open requests of entries, before their entries are held: a decision holds them in this order, too."""
    await _hold(work, await recall_plans.open_of_subjects(work.connection, [id for id in entries if is_id(id)]))


async def hold_requests_of_unit(work: Work, unit: str) -> None:
    """Hold all open requests of a unit."""
    await _hold(work, await recall_plans.open_of_unit(work.connection, unit))


async def _hold(work: Work, requests: Iterable[str]) -> None:
    for request in sorted(requests):
        await recalls.hold(work.connection, request, to_change=True)


async def follow_entries(work: Work, entries: Iterable[str]) -> None:
    """Rows of these entries changed: plan the open requests again that name them."""
    await _plan_again(work, await recall_plans.open_of_subjects(work.connection, list(entries)))


async def follow_unit(work: Work, unit: str) -> None:
    """Something all requests of a unit depend on changed."""
    await _plan_again(work, await recall_plans.open_of_unit(work.connection, unit))


async def _plan_again(work: Work, requests: Iterable[str]) -> None:
    """Store the plan as it is now and tell the world; an approval that names the plan before it is refused as stale.

    Where several have to approve, approvals of the plan before it count no more, so that somebody else may be asked.
    """
    several = []
    for request in requests:
        stored = await request_of(work, request)
        hashes = {subject: line.plan_hash for subject, line in (await current_lines(work, stored)).items()}
        if any(stored.request.lines[subject].plan_hash != hash for subject, hash in hashes.items()):
            plans = await current_plans(work, stored)
            plan_hash = current_hash(stored.request, hashes)
            await recall_plans.store_plans(work.connection, request, hashes, plan_hash=plan_hash)
            rows = {subject: plan.rows for subject, plan in plans.items()}
            await recall_plans.keep_plan(work.connection, request, plan_hash, rows)
            changed = Happened("recall", request, "plan_changed", facts={"plan_hash": plan_hash})
            await recalls.tell(work.connection, changed, act=work.act(stored.business_now or work.now))
            if stored.request.approvals_needed > 1:
                several.append(request)
    await routing.reroute_replanned(work, several)
