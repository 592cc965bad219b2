"""Selecting as people think: a row or cells of a week, or an import.

What is submitted comes back at once, what is approved is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from application import asking, entries
from application.asking import Asked, Wish
from application.work import Refused, Work
from domain.refusals import Code, Refusal
from store import outbox
from store.database import fetch
from store.ids import is_id

MOST_LINES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Selection:
    """Entries by where they stand: in a project (perhaps one task, some days), or in an import; of one owner."""

    owner: str
    project: str | None = None
    task: str | None = None
    dates: tuple[date, ...] = ()
    since: date | None = None
    until: date | None = None
    batch: str | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """What a selection found, by what is to be done with it, each in the order of dates."""

    submitted: tuple[str, ...]
    approved: tuple[str, ...]
    left: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a selection did: entries that came back at once, requests for the others, and what was left as it is."""

    at_once: tuple[str, ...]
    asked: Asked | None
    left: Mapping[str, str]

    @property
    def messages(self) -> Sequence[outbox.Message]:
        """What Temporal is to be told."""
        return self.asked.messages if self.asked else ()


_CONDITIONS: Final = {
    "project": "and e.project_id = cast(:project as uuid)",
    "task": "and e.task = :task",
    "dates": "and e.work_date = any(:dates)",
    "since": "and e.work_date >= :since",
    "until": "and e.work_date <= :until",
    "batch": "and e.import_batch_id = cast(:batch as uuid)",
}


async def select(work: Work, selection: Selection) -> Selected:
    """Find the entries of a selection that can be taken back somehow; drafts and what was sent back are not meant."""
    if selection.project is None and selection.batch is None:
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    if not all(is_id(id) for id in (selection.project, selection.batch) if id is not None):
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    given: dict[str, Any] = {name: getattr(selection, name) for name in _CONDITIONS}
    used = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items() if value}
    rows = await fetch(
        work.connection,
        f"""select e.id::text as id, e.status from entry e
             where e.owner_id = :owner and e.status in ('submitted', 'approved', 'recall_requested')
               {" ".join(_CONDITIONS[name] for name in used)}
             order by e.work_date, e.id limit {MOST_LINES + 1}""",
        owner=selection.owner,
        **used,
    )
    if len(rows) > MOST_LINES:
        raise Refused(Refusal(Code.TOO_MANY_LINES, None, {"limit": str(MOST_LINES)}))
    return Selected(
        submitted=tuple(row.id for row in rows if row.status == "submitted"),
        approved=tuple(row.id for row in rows if row.status == "approved"),
        left={row.id: row.status for row in rows if row.status == "recall_requested"},
    )


async def take_back(work: Work, selection: Selection, wish: Wish) -> TakenBack:
    """Do what the owner of a selection means, in one transaction. A reason is needed only if something was approved."""
    found = await select(work, selection)
    if not found.submitted and not found.approved:
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    if found.submitted:
        await entries.take_back(work, found.submitted)
    asked = await asking.ask(work, replace(wish, subjects=found.approved)) if found.approved else None
    return TakenBack(found.submitted, asked, found.left)
