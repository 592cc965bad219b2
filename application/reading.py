"""Reading entries and lists: what a page shows, with what its reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row

from application.entries import delegations_of, facts_of
from application.work import Refused, Work
from domain.project.entries import EntryFacts
from domain.refusals import Code, Refusal
from store import actuals, entries, history, projects
from store.actuals import StoredActual
from store.database import fetch
from store.entries import StoredEntry
from store.ids import is_id


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, its contract currency, and what its reader is to it."""

    stored: StoredEntry
    currency: str
    facts: EntryFacts


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a list of entries is filtered by; nothing given filters nothing."""

    project: str | None = None
    owner: str | None = None
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def place(day: str, id: str) -> tuple[date, str] | None:
    """The place in a list that a cursor names; None if it names none."""
    try:
        return (date.fromisoformat(day), id) if is_id(id) else None
    except ValueError:
        return None


async def stored_entry(work: Work, id: str) -> StoredEntry:
    """The entry, or the refusal unknown_entry."""
    found = await entries.load(work.connection, [id])
    if id not in found:
        raise Refused(Refusal(Code.UNKNOWN_ENTRY, id))
    return found[id]


async def entry(work: Work, id: str) -> ShownEntry:
    """One entry for its reader."""
    return (await _shown(work, [await stored_entry(work, id)]))[0]


async def _shown(work: Work, found: Sequence[StoredEntry]) -> list[ShownEntry]:
    known = await projects.projects(work.connection, [one.entry.project for one in found])
    mine = await delegations_of(work, found)
    return [
        ShownEntry(
            stored=one,
            currency=known[one.entry.project].contract.currency,
            facts=facts_of(work, one, known, mine),
        )
        for one in found
    ]


async def entries_page(
    work: Work, wanted: EntryFilter, *, after: tuple[date, str] | None, limit: int
) -> list[ShownEntry]:
    """Entries by date and id, from after a place."""
    if wanted.project is not None and not is_id(wanted.project):
        return []
    day, id = after or (date(1, 1, 1), "00000000-0000-0000-0000-000000000000")
    conditions, parameters = _conditions(wanted)
    rows = await fetch(
        work.connection,
        f"{entries.SELECT} where (e.work_date, e.id) > (:day, cast(:id as uuid)) {conditions} order by e.work_date, e.id limit :limit",
        day=day,
        id=id,
        limit=limit,
        **parameters,
    )
    return await _shown(work, [entries.stored(row) for row in rows])


def _conditions(wanted: EntryFilter) -> tuple[str, dict[str, Any]]:
    given = {
        "and e.project_id = cast(:project as uuid)": ("project", wanted.project),
        "and e.owner_id = :owner": ("owner", wanted.owner),
        "and e.status = any(:statuses)": ("statuses", list(wanted.statuses) or None),
        "and e.kind = any(:kinds)": ("kinds", list(wanted.kinds) or None),
        "and e.work_date >= :since": ("since", wanted.since),
        "and e.work_date <= :until": ("until", wanted.until),
    }
    used = {sql: (name, value) for sql, (name, value) in given.items() if value is not None}
    return " ".join(used), dict(used.values())


async def statuses(work: Work, ids: Sequence[str]) -> dict[str, str]:
    """The status of each entry."""
    rows = await fetch(
        work.connection, "select id::text as id, status from entry where id = any(cast(:ids as uuid[]))", ids=list(ids)
    )
    return {row.id: row.status for row in rows}


async def actuals_of(work: Work, id: str) -> tuple[list[StoredActual], str]:
    """All actuals of an entry, and the currency of their base amounts."""
    project = (await stored_entry(work, id)).entry.project
    contract = (await projects.projects(work.connection, [project]))[project].contract
    return (await actuals.of_entries(work.connection, [id]))[id], contract.cost_currency


async def entry_history(work: Work, id: str) -> Sequence[Row[Any]]:
    """Everything that happened to an entry."""
    await stored_entry(work, id)
    return await history.of_subject(work.connection, "entry", id)


async def recall_ids_of_entry(work: Work, id: str) -> list[str]:
    """The requests that named an entry, oldest first."""
    await stored_entry(work, id)
    rows = await fetch(
        work.connection,
        """select r.id::text as id from recall_request r join recall_line l on l.request_id = r.id
            where l.subject_id = cast(:id as uuid) order by r.number""",
        id=id,
    )
    return [row.id for row in rows]


@dataclass(frozen=True, slots=True)
class RecallFilter:
    """What a list of recalls is filtered by; `waiting_for` is a person who may decide and has not to look elsewhere."""

    unit: str | None = None
    statuses: tuple[str, ...] = ()
    requester: str | None = None
    approver: str | None = None
    subject: str | None = None
    waiting_for: str | None = None


_RECALL_CONDITIONS = {
    "unit": "and r.unit_id = :unit",
    "statuses": "and r.status = any(:statuses)",
    "requester": "and r.requester_id = :requester",
    "approver": "and r.approver_id = :approver",
    "subject": "and r.subject = :subject",
    "waiting_for": """and r.status = 'awaiting_decision' and r.requester_id <> :waiting_for
        and exists (select from project_approver a where a.project_id::text = r.subject and a.person_id = :waiting_for)
        and not exists (select from recall_line l where l.request_id = r.id and l.owner_id = :waiting_for)""",
}


async def recalls_page(work: Work, wanted: RecallFilter, *, before: int, limit: int) -> list[str]:
    """Ids of recalls, newest first, from before a number."""
    values = {name: getattr(wanted, name) for name in _RECALL_CONDITIONS}
    given = {name: value for name, value in values.items() if value not in (None, ())}
    used = {name: list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    sql = f"""select r.id::text as id from recall_request r where r.number < :before
        {" ".join(_RECALL_CONDITIONS[name] for name in used)} order by r.number desc limit :limit"""
    return [row.id for row in await fetch(work.connection, sql, before=before, limit=limit, **used)]
