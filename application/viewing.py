"""Reading a request whole: the rows its open lines would write now, the rows its settled lines have written, its decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from application.deciding import (
    current_hash,
    current_lines,
    current_plans,
    plans_of,
    request_of,
    right_to_decide,
    rights_to_decide,
)
from application.recallable import RECALLABLES
from application.work import Work
from domain.recall.authority import Authority
from domain.recall.plan import Plan, Row
from store import decisions, lists, recalls
from store.decisions import StoredDecision
from store.lists import RecallFilter
from store.paging import Listed, Order, Span, listed_of
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class View:
    """A request with its rows (None: they are read elsewhere) and decisions, its plan hash, and the reader's right."""

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
class Lines:
    """Some lines of a request with their rows."""

    stored: StoredRequest
    subjects: Listed[str]
    rows: Mapping[str, Sequence[Row]]


LINES: Final = Order("lines of a recall", {"position": int})


async def lines_page(work: Work, id: str, span: Span) -> Lines:
    """A part of the lines of a request, in its order."""
    stored = await request_of(work, id)
    places = [(position, subject) for position, subject in enumerate(stored.request.lines, start=1)]
    found = listed_of(places, span, place=lambda one: (one[0],))
    subjects = [subject for _, subject in found.items]
    open_lines = stored.request.open_lines
    plans = await plans_of(work, stored, [subject for subject in subjects if subject in open_lines])
    return Lines(stored, found.of(subjects), await _rows(work, stored, plans, subjects=subjects))


async def recalls_page(work: Work, wanted: RecallFilter, span: Span) -> Listed[View]:
    """A part of the recalls that are wanted."""
    found = await lists.recalls(work.connection, wanted, span, now=work.now)
    return found.of(await glances(work, found.items))


async def glances(work: Work, ids: Sequence[str]) -> list[View]:
    """Requests as a list shows them, in the order of their ids: without rows, and with the plan last stored for them."""
    found = await recalls.load_many(work.connection, ids)
    decided: dict[str, list[StoredDecision]] = {}
    for one in await decisions.of_requests(work.connection, ids):
        decided.setdefault(one.request, []).append(one)
    rights = await rights_to_decide(work, found, work.person)
    return [
        View(
            stored=stored,
            rows=None,
            decisions=decided.get(stored.request.id, ()),
            plan_hash=stored.plan_hash,
            authority=authority,
        )
        for stored, authority in zip(found, rights, strict=True)
    ]
