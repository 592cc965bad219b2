"""What lists of entries and recalls are filtered and sorted by, and their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from store import visibility
from store.conditions import conditions
from store.database import Connection, fetch
from store.ids import is_id
from store.paging import Listed, Order, Part, Span, both_ways, listed, merged

EntrySort = Literal["date", "-date", "created", "-created"]
ENTRY_ORDERS: Final = {
    **both_ways("entries", "date", {"work_date": date, "id": UUID}),
    **both_ways("entries", "created", {"created_at": datetime, "id": UUID}),
}

RecallSort = Literal["-number", "number"]
RECALL_ORDERS: Final = both_ways("recalls", "number", {"number": int})
RECALLS_OF_ENTRY: Final = Order("recalls of an entry", {"number": int})


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What a list of entries is filtered by; nothing given filters nothing."""

    project: str | None = None
    owner: str | None = None
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


_ENTRY_CONDITIONS: Final = {
    "project": "e.project_id = cast(:project as uuid)",
    "owner": "e.owner_id = :owner",
    "statuses": "e.status = any(:statuses)",
    "kinds": "e.kind = any(:kinds)",
    "since": "e.work_date >= :since",
    "until": "e.work_date <= :until",
}


async def entries(connection: Connection, wanted: EntryFilter, span: Span, *, by: str) -> Listed[str]:
    """Ids of entries that `by` sees."""
    if wanted.project is not None and not is_id(wanted.project):
        return Listed((), span.order)
    where, parameters = conditions(_ENTRY_CONDITIONS, wanted)
    ways, reader = visibility.ways_of(visibility.ENTRIES, by)
    sql = f"select e.id, e.work_date, e.created_at from entry e where true {where}"
    parts = [Part(f"{sql} and {way.match}", way.keys) for way in ways]
    found = await merged(connection, parts, span, **parameters, **reader)
    return found.of([str(row.id) for row in found.items])


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


_SELECTION_CONDITIONS: Final = {
    "owner": "e.owner_id = :owner",
    "project": "e.project_id = cast(:project as uuid)",
    "task": "e.task = :task",
    "dates": "e.work_date = any(:dates)",
    "since": "e.work_date >= :since",
    "until": "e.work_date <= :until",
    "batch": "e.import_batch_id = cast(:batch as uuid)",
}


async def selected(connection: Connection, selection: Selection, *, most: int, by: str) -> dict[str, str]:
    """The status of each entry of a selection that `by` sees and that can be taken back somehow, in the order of dates.

    At most `most` of them.
    """
    where, parameters = conditions(_SELECTION_CONDITIONS, selection)
    seen, reader = visibility.seen(visibility.ENTRIES, by)
    rows = await fetch(
        connection,
        f"""select e.id::text as id, e.status from entry e
             where e.status in ('submitted', 'approved', 'recall_requested') {where} and {seen}
             order by e.work_date, e.id limit :most""",
        most=most,
        **parameters,
        **reader,
    )
    return {row.id: row.status for row in rows}


async def statuses(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The status of each entry."""
    sql = "select id::text as id, status from entry where id = any(cast(:ids as uuid[]))"
    return {row.id: row.status for row in await fetch(connection, sql, ids=list(ids))}


@dataclass(frozen=True, slots=True)
class RecallFilter:
    """What a list of recalls is filtered by; `waiting_for` is a person whose queue it is, `concerning` one whose inbox."""

    unit: str | None = None
    statuses: tuple[str, ...] = ()
    requester: str | None = None
    approver: str | None = None
    subject: str | None = None
    waiting_for: str | None = None
    concerning: str | None = None


# The right to decide, as domain.recall.delegation and domain.recall.deciding.check_right say it of one request: the own
# right, or that of a giver who is no party; nobody who is a party, or acts for one.
# A subject is a project with its approvers, or for production a unit with its own.
# What nobody whose right it could be decides is left out first, by conditions that are looked up once for all requests.
_RIGHTS: Final = """select cast(:waiting_for as text)
    union all select d.giver_id from delegation d where d.taker_id = :waiting_for and d.purpose = 'decisions'
       and d.ended_at is null"""
_DECIDED_BY: Final = """select a.project_id::text from project_decider a where a.person_id {people}
         union all select o.unit_id from unit_role o where o.role = 'approver' and o.person_id {people}"""
_WAITING: Final = f"""r.status = 'awaiting_decision'
  and (r.escalated_to in ({_RIGHTS})
       or r.subject in ({_DECIDED_BY.format(people=f"in ({_RIGHTS})")}))
  and exists (
    select from unit u
     cross join lateral (select cast(coalesce(u.business_now, :now) at time zone u.time_zone as date) as today) of_unit
     cross join lateral (
         select coalesce(cast(r.policy ->> 'allow_self_decision' as boolean), false) as one_s_own,
                array(select r.requester_id union select l.owner_id from recall_line l where l.request_id = r.id) as parties
     ) of_request
     where u.id = r.unit_id
       and exists (
           select from (
               select cast(:waiting_for as text) as person
                union all
               select d.giver_id from delegation d
                where d.taker_id = :waiting_for and d.purpose = 'decisions' and d.ended_at is null
                  and of_unit.today between d.since and d.until
           ) given
            where (given.person = r.escalated_to or r.subject in ({_DECIDED_BY.format(people="= given.person")}))
              and (one_s_own or given.person <> all(parties)))
       and (one_s_own
            or :waiting_for <> all(parties)
           and not exists (select from delegation d where d.taker_id = :waiting_for and d.giver_id = any(parties)
                              and d.purpose = 'requests' and d.ended_at is null
                              and of_unit.today between d.since and d.until)))"""
_RECALL_CONDITIONS: Final = {
    "unit": "r.unit_id = :unit",
    "statuses": "r.status = any(:statuses)",
    "requester": "r.requester_id = :requester",
    "approver": "r.approver_id = :approver",
    "subject": "r.subject = :subject",
    "waiting_for": _WAITING,
}


async def recalls(connection: Connection, wanted: RecallFilter, span: Span, *, by: str, now: datetime) -> Listed[str]:
    """Ids of recalls that `by` sees, at least how they stand; `now` tells the day of units that have no clock of their own."""
    parts, parameters = _parts(wanted, by=by, now=now)
    found = await merged(connection, parts, span, **parameters)
    return found.of([str(row.id) for row in found.items])


async def recall_counts(connection: Connection, wanted: RecallFilter, *, by: str, now: datetime) -> dict[str, int]:
    """How many recalls of each status the list that is filtered so has; a status of none is left out."""
    parts, parameters = _parts(wanted, by=by, now=now)
    rows = await fetch(
        connection,
        f"""select status, count(*) as found from ({" union ".join(part.whole for part in parts)}) counted
             group by status order by status""",
        **parameters,
    )
    return {row.status: row.found for row in rows}


def _parts(wanted: RecallFilter, *, by: str, now: datetime) -> tuple[list[Part], dict[str, object]]:
    """The queries that bring the recalls that are wanted, those that `by` sees, with their parameters."""
    where, parameters = conditions(_RECALL_CONDITIONS, wanted)
    ways, reader = visibility.ways_of(visibility.OUTLINES, by)
    if wanted.concerning is not None:
        ways, reader = visibility.CONCERNING, {"reader": wanted.concerning}  # all of it is seen, too
    if wanted.waiting_for is not None:
        ways, reader = visibility.ALL, {"now": now}  # who may decide sees what they decide
    sql = f"select r.id, r.number, r.status from recall_request r where true {where}"
    return [Part(f"{sql} and {way.match}", way.keys) for way in ways], {**parameters, **reader}


async def recalls_of_entry(connection: Connection, entry: str, span: Span, *, by: str) -> Listed[str]:
    """Ids of the requests that named an entry, those that `by` sees."""
    seen, reader = visibility.seen(visibility.OUTLINES, by)
    sql = f"""select r.id, r.number from recall_request r join recall_line l on l.request_id = r.id
               where l.subject_id = cast(:entry as uuid) and {seen}"""
    found = await listed(connection, sql, span, entry=entry, **reader)
    return found.of([str(row.id) for row in found.items])
