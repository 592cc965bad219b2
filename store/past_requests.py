"""Requests of a unit as they went, page by page: for whoever asks what would have been otherwise (domain.recall.policy_replay)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from domain.recall.delegation import Delegation
from domain.recall.policy_replay import PastDecision, PastLine, PastRequest
from domain.refusals import Code
from store import delegations, recalls
from store.database import Connection, Row, fetch
from store.paging import Listed, Order, Span, listed
from store.recalls import StoredRequest

BY_NUMBER: Final = Order("past requests of a unit", {"number": int})

_PAGE: Final = """
select r.number, r.id::text as request, r.base_worth, ending.business_at as ended, ending.actor as ended_by,
       l.subjects, l.days, l.warned
  from recall_request r
  left join lateral (select h.business_at, h.actor from history h
                      where h.subject_kind = 'recall' and h.subject_id = cast(r.id as text) and h.to_status = r.status
                        and r.status <> 'awaiting_decision'
                      order by h.sequence desc limit 1) ending on true
 cross join lateral (select array_agg(l.subject_id::text order by l.position) as subjects,
                            array_agg(e.work_date order by l.position) as days, array_agg(l.warned order by l.position) as warned
                       from recall_line l left join entry e on l.kind = 'project_entry' and e.id = l.subject_id
                      where l.request_id = r.id) l
 where r.unit_id = :unit
"""
_DECISIONS: Final = """
select d.request_id::text as request, d.decided_by, coalesce(d.on_behalf_of, d.decided_by) as right_of, d.business_at,
       array_agg(s.subject_id::text) filter (where s.outcome in ('recalled', 'approved')) as approved
  from decision d join decision_line s on s.decision_id = d.id
 where d.request_id = any(cast(:requests as uuid[])) and d.outcome = 'applied'
 group by d.id order by d.sequence
"""


async def of_unit(connection: Connection, unit: str, span: Span) -> Listed[PastRequest]:
    """A part of the requests of a unit, in the order of their numbers."""
    found = await listed(connection, _PAGE, span, unit=unit)
    ids = [row.request for row in found.items]
    stored = {one.request.id: one for one in await recalls.load_many(connection, ids)}
    decided = await _decisions(connection, ids)
    return found.of([_past(row, stored[row.request], decided.get(row.request, ())) for row in found.items])


async def _decisions(connection: Connection, requests: Sequence[str]) -> Mapping[str, list[PastDecision]]:
    rows = await fetch(connection, _DECISIONS, requests=list(requests))
    taken: dict[str, list[Delegation]] = {}
    for person in {row.decided_by for row in rows}:
        taken[person] = await delegations.taken_by(connection, person)
    found: dict[str, list[PastDecision]] = defaultdict(list)
    for row in rows:
        given = tuple(taken[row.decided_by])
        found[row.request].append(
            PastDecision(row.decided_by, row.right_of, row.business_at, tuple(row.approved or ()), given)
        )
    return found


def _past(row: Row, stored: StoredRequest, decisions: Sequence[PastDecision]) -> PastRequest:
    columns = zip(row.subjects, row.days, row.warned, strict=True)
    return PastRequest(
        request=stored.request,
        number=stored.number,
        title=stored.title,
        born=stored.business_at,
        ended=row.ended,
        ended_by=row.ended_by,
        reason_code=stored.reason_code,
        worth=row.base_worth,
        lines=[PastLine(subject, day, None if warned is None else Code(warned)) for subject, day, warned in columns],
        decisions=decisions,
    )
