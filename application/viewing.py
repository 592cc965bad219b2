"""Reading a request whole: the rows its open lines would write now, the rows its settled lines have written, its decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from application.deciding import current_hash, current_lines, current_plans, plans_of, right_to_decide
from application.recallable import RECALLABLES
from application.work import Refused, Work
from domain.recall.deciding import Authority
from domain.recall.plan import Plan, Row
from domain.refusals import Code, Refusal
from store import decisions, lists, recalls
from store.decisions import StoredDecision
from store.ids import is_id
from store.lists import RecallFilter
from store.paging import Listed, Order, Span, listed_of
from store.recalls import SeenRequest, StoredRequest


@dataclass(frozen=True, slots=True)
class View:
    """A request with its rows (None: they are read elsewhere) and decisions, its plan hash, and the reader's right."""

    stored: StoredRequest
    rows: Mapping[str, Sequence[Row]] | None
    decisions: Sequence[StoredDecision]
    plan_hash: str
    authority: Authority
    whole: bool = True
    """Whether the reader sees what it is about, or only how it stands."""


MOST_LINES_WITH_ROWS: Final = 200
"""A request of more lines is shown without their rows; those are read page by page."""


async def seen_request(work: Work, id: str) -> SeenRequest:
    """The request as its reader sees it, or the refusal unknown_recall, also to those who may not see it."""
    found = await recalls.seen(work.connection, [id], by=work.person) if is_id(id) else []
    if not found:
        raise Refused(Refusal(Code.UNKNOWN_RECALL, id))
    return found[0]


async def require_seen(work: Work, id: str) -> None:
    """Only those go on who see a request, at least how it stands; to others it is unknown_recall."""
    if not is_id(id) or not await recalls.is_seen(work.connection, id, by=work.person):
        raise Refused(Refusal(Code.UNKNOWN_RECALL, id))


async def view(work: Work, id: str) -> View:
    """The request as it stands now; a long one without its rows."""
    seen = await seen_request(work, id)
    stored = seen.stored
    if len(stored.request.lines) > MOST_LINES_WITH_ROWS:
        rows = None
        hashes = {subject: line.plan_hash for subject, line in (await current_lines(work, stored)).items()}
    else:
        plans = await current_plans(work, stored)
        hashes = {subject: plan.hash for subject, plan in plans.items()}
        rows = await _rows(work, stored, plans, subjects=tuple(stored.request.lines))
    authority = await right_to_decide(work, stored, work.person)
    found = await decisions.of_requests(work.connection, [id])
    return View(stored, rows, found, current_hash(stored.request, hashes), authority, seen.whole)


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
    whole: bool


LINES: Final = Order("lines of a recall", {"position": int})


async def lines_page(work: Work, id: str, span: Span) -> Lines:
    """A part of the lines of a request, in its order."""
    seen = await seen_request(work, id)
    stored = seen.stored
    places = [(position, subject) for position, subject in enumerate(stored.request.lines, start=1)]
    found = listed_of(places, span, place=lambda one: (one[0],))
    subjects = [subject for _, subject in found.items]
    open_lines = stored.request.open_lines
    plans = await plans_of(work, stored, [subject for subject in subjects if subject in open_lines])
    return Lines(stored, found.of(subjects), await _rows(work, stored, plans, subjects=subjects), seen.whole)


async def recalls_page(work: Work, wanted: RecallFilter, span: Span) -> Listed[View]:
    """A part of the recalls that are wanted."""
    found = await lists.recalls(work.connection, wanted, span, by=work.person, now=work.now)
    return found.of(await glances(work, found.items))


async def glances(work: Work, ids: Sequence[str]) -> list[View]:
    """Requests as a list shows them, in the order of their ids: without rows, and with the plan last stored for them."""
    found = await recalls.seen(work.connection, ids, by=work.person)
    decided: dict[str, list[StoredDecision]] = {}
    for one in await decisions.of_requests(work.connection, ids):
        decided.setdefault(one.request, []).append(one)
    rights: dict[tuple[str, str | None], Authority] = {}
    for stored in (one.stored for one in found):
        key = (stored.subject, stored.escalated_to)
        if key not in rights:
            rights[key] = await right_to_decide(work, stored, work.person)
    return [
        View(
            stored=one.stored,
            rows=None,
            decisions=decided.get(one.stored.request.id, ()),
            plan_hash=one.stored.plan_hash,
            authority=rights[one.stored.subject, one.stored.escalated_to],
            whole=one.whole,
        )
        for one in found
    ]
