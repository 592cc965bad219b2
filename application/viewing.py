"""Reading a request whole: the rows its open lines would write now, the rows its settled lines have written, its decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from application.deciding import current_hash, current_lines, current_plans, plans_of, request_of, right_to_decide
from application.recallable import RECALLABLES
from application.work import Work
from domain.recall.plan import Plan, Row
from domain.recall.request import Authority
from store import decisions, recalls
from store.decisions import StoredDecision
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class View:
    """A request with its rows and decisions, its plan hash of this moment, and the reader's right."""

    stored: StoredRequest
    rows: Mapping[str, Sequence[Row]] | None
    decisions: Sequence[StoredDecision]
    plan_hash: str
    authority: Authority


MOST_LINES_WITH_ROWS: Final = 200
"""A request of more lines is shown without their rows; those are read page by page."""


async def view(work: Work, id: str) -> View:
    """The request as it stands now; a long one without its rows."""
    stored = await request_of(work, id)
    if len(stored.request.lines) > MOST_LINES_WITH_ROWS:
        rows = None
        hashes = {subject: line.plan_hash for subject, line in (await current_lines(work, stored)).items()}
    else:
        plans = await current_plans(work, stored)
        hashes = {subject: plan.hash for subject, plan in plans.items()}
        rows = await _rows(work, stored, plans, subjects=tuple(stored.request.lines))
    authority = await right_to_decide(work, stored, work.person)
    found = await decisions.of_requests(work.connection, [id])
    return View(stored, rows, found, current_hash(stored.request, hashes), authority)


async def _rows(
    work: Work, stored: StoredRequest, plans: Mapping[str, Plan], *, subjects: Sequence[str]
) -> dict[str, Sequence[Row]]:
    """What lines would write now, or have written."""
    rows: dict[str, Sequence[Row]] = {subject: plan.rows for subject, plan in plans.items()}
    settled = [subject for subject in subjects if subject not in plans]
    written = await RECALLABLES[stored.kind].written(work.connection, settled, request=stored.request.id)
    return rows | dict(written)


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines of a request with their rows, and the position of the last one, if there are more after it."""

    stored: StoredRequest
    subjects: Sequence[str]
    rows: Mapping[str, Sequence[Row]]
    next: int | None


async def lines_page(work: Work, id: str, *, after: int, limit: int) -> Page:
    """The lines of a request in its order, from after a position."""
    stored = await request_of(work, id)
    subjects = list(stored.request.lines)[after : after + limit]
    open_lines = stored.request.open_lines
    plans = await plans_of(work, stored, [subject for subject in subjects if subject in open_lines])
    rows = await _rows(work, stored, plans, subjects=subjects)
    last = after + len(subjects)
    return Page(stored, subjects, rows, last if last < len(stored.request.lines) else None)


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
