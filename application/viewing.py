"""Reading a request whole: the rows its open lines would write now, the rows its settled lines have written, its decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.deciding import current_hash, current_plans, request_of, right_to_decide
from application.recallable import RECALLABLES
from application.work import Work
from domain.recall.plan import Row
from domain.recall.request import Authority
from store import decisions, recalls
from store.decisions import StoredDecision
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class View:
    """A request with its rows and decisions, its plan hash of this moment, and the reader's right."""

    stored: StoredRequest
    rows: Mapping[str, Sequence[Row]]
    decisions: Sequence[StoredDecision]
    plan_hash: str
    authority: Authority


async def view(work: Work, id: str) -> View:
    """The request as it stands now."""
    stored = await request_of(work, id)
    recallable = RECALLABLES[stored.kind]
    plans = await current_plans(work, stored)
    rows: dict[str, Sequence[Row]] = {subject: plan.rows for subject, plan in plans.items()}
    settled = [subject for subject in stored.request.lines if subject not in plans]
    rows |= await recallable.written(work.connection, settled, request=id)
    authority = await right_to_decide(work, stored, work.person)
    found = await decisions.of_requests(work.connection, [id])
    hashes = {subject: plan.hash for subject, plan in plans.items()}
    return View(stored, rows, found, current_hash(stored.request, hashes), authority)


@dataclass(frozen=True, slots=True)
class Glance:
    """A request in a list: without its rows."""

    stored: StoredRequest
    decisions: Sequence[StoredDecision]
    authority: Authority


async def glances(work: Work, ids: Sequence[str]) -> list[Glance]:
    """Requests as a list shows them, in the order of their ids."""
    found = await recalls.load_many(work.connection, ids)
    decided = await decisions.of_requests(work.connection, ids)
    rights: dict[tuple[str, str | None], Authority] = {}
    for stored in found:
        key = (stored.subject, stored.escalated_to)
        if key not in rights:
            rights[key] = await right_to_decide(work, stored, work.person)
    return [
        Glance(
            stored,
            [one for one in decided if one.request == stored.request.id],
            rights[stored.subject, stored.escalated_to],
        )
        for stored in found
    ]
