"""Reading a request whole: the rows its open lines would write now, the rows its settled lines have written, its decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final

from application.deciding import current_hash, current_lines, current_plans, plans_of, right_to_decide, rights_to_decide
from application.recallable import RECALLABLES
from application.work import Refused, Work
from domain.recall.authority import Authority, Waiting
from domain.recall.plan import Plan, Row
from domain.recall.request import Line
from domain.refusals import Code, Refusal
from store import decisions, lists, recalls
from store import glances as store_glances
from store.decisions import StoredDecision
from store.glances import Glance
from store.ids import is_id
from store.lists import RecallFilter
from store.paging import Listed, Order, Span, listed_of
from store.recalls import SeenRequest, StoredRequest


@dataclass(frozen=True, slots=True)
class View:
    """A request with its rows (None: they are read elsewhere) and decisions, its plan hash, and the reader's right.

    `glance` where it is one of a list: its request then has a line for each group of equal ones instead of all.
    """

    stored: StoredRequest
    rows: Mapping[str, Sequence[Row]] | None
    decisions: Sequence[StoredDecision]
    plan_hash: str
    authority: Authority
    whole: bool = True
    """Whether the reader sees what it is about, or only how it stands."""
    glance: Glance | None = None

    @property
    def lines(self) -> Sequence[Line]:
        """The lines to be shown: all, or the first few."""
        return list(self.stored.request.lines.values()) if self.glance is None else self.glance.first

    @property
    def progress(self) -> Mapping[str, int]:
        """How many lines there are, how many in each status, and how many approvals wait for a credit."""
        if self.glance is not None:
            return {"lines": self.glance.lines, **self.glance.counts, "parked": self.glance.parked}
        lines = self.stored.request.lines.values()
        parked = sum(1 for line in lines if line.parked_by)
        return {"lines": len(lines), **Counter(line.status.value for line in lines), "parked": parked}


MOST_LINES_WITH_ROWS: Final = 200
"""A request of more lines is shown without their rows; those are read page by page."""


async def seen_request(work: Work, id: str) -> SeenRequest:
    """The request as its reader sees it, or the refusal unknown_recall, also to those who may not see it."""
    found = await recalls.seen(work.connection, id, by=work.person) if is_id(id) else None
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_RECALL, id))
    return found


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
    """Requests as a list shows them, in the order of their ids: the first lines only, and the plan last stored for them.

    By as many statements for many as for one, however many lines they have.
    """
    found = await store_glances.load(work.connection, ids, by=work.person)
    decided: dict[str, list[StoredDecision]] = {}
    for one in await decisions.heads_of_requests(work.connection, ids):
        decided.setdefault(one.request, []).append(one)
    others = {glance.stored.request.id: _used_by_others(glance, work.person) for glance in found}
    rights = await rights_to_decide(work, [glance.stored for glance in found], work.person, used=others)
    return [
        View(
            stored=glance.stored,
            rows=None,
            decisions=decided.get(glance.stored.request.id, ()),
            plan_hash=glance.stored.plan_hash,
            authority=replace(authority, waiting=_waiting(glance, mine={work.person, authority.on_behalf_of})),
            whole=glance.whole,
            glance=glance,
        )
        for glance, authority in zip(found, rights, strict=True)
    ]


def _used_by_others(glance: Glance, person: str) -> frozenset[str]:
    """Whose right is used by what others have decided and waits."""
    return frozenset(one.right_of for some in glance.waiting.values() for one in some if one.by != person)


def _waiting(glance: Glance, *, mine: AbstractSet[str | None]) -> Waiting:
    """What waits of a person or of the right they use, for the lines that stand for others."""
    own = {name: [one for one in some if {one.by, one.right_of} & mine] for name, some in glance.waiting.items()}
    approved = {name for name, some in own.items() if any(one.verdict == "approve" and one.same_rows for one in some)}
    rejected = {name for name, some in own.items() if any(one.verdict == "reject" for one in some)}
    return Waiting(dict.fromkeys(approved, frozenset({""})), frozenset(rejected))
