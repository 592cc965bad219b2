"""Requests as lists show them: counts of their lines, the first few, and what the rules ask about the others.

A request may have thousands of lines, and a page many requests: lines are counted by the database, never read one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.recall.request import Approval, Line, LineStatus
from store import recalls, visibility
from store.database import Connection, Row, fetch
from store.recalls import StoredRequest

FIRST_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class WaitingApproval:
    """Somebody's decision on lines that waits for the workflow: whose right it uses, and whether the rows are still those."""

    by: str
    right_of: str
    verdict: str
    same_rows: bool


@dataclass(frozen=True, slots=True)
class Glance:
    """A request with one line that stands for each group of equal ones, by name; what waits of each; its first lines.

    `whole` says whether who asked sees it whole, or only how it stands.
    """

    stored: StoredRequest
    whole: bool
    counts: Mapping[str, int]
    parked: int
    waiting: Mapping[str, Sequence[WaitingApproval]]
    first: Sequence[Line]

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(self.counts.values())


_COLUMNS: Final = """
r.*, r.id::text as request, r.batch_id::text as batch, u.business_now, g.groups, f.first
  from recall_request r
  join unit u on u.id = r.unit_id
 cross join lateral (
     select exists (select from decision d where d.request_id = r.id and d.outcome = 'pending') as any_waits
 ) w
 cross join lateral (
     select jsonb_agg(to_jsonb(alike)) as groups
       from (select each.*, count(*) as count
               from (select l.owner_id as owner, l.status, l.parked_by <> '{}' as parked,
                            case when l.approved_by <> '{}' then (
                                select jsonb_agg(jsonb_build_array(a.key, coalesce(nullif(split_part(a.value, ' ', 2), ''), a.key))
                                                 order by a.key)
                                  from jsonb_each_text(l.approved_by) a where split_part(a.value, ' ', 1) = l.plan_hash) end as approved,
                            case when w.any_waits and l.status in ('open', 'blocked') then (
                                select jsonb_agg(jsonb_build_array(d.decided_by, coalesce(d.on_behalf_of, d.decided_by), d.verdict,
                                                                   s.plan_hash = l.plan_hash) order by d.sequence)
                                  from decision d
                                  join decision_line s on s.decision_id = d.id and s.subject_id = l.subject_id and s.outcome is null
                                 where d.request_id = r.id and d.outcome = 'pending') end as waits
                       from recall_line l where l.request_id = r.id) each
              group by owner, status, parked, approved, waits
              order by owner, status, parked, approved, waits) alike
 ) g
 cross join lateral (
     select jsonb_agg(jsonb_build_object(
                'subject', l.subject_id, 'owner', l.owner_id, 'label', l.label, 'status', l.status, 'plan_hash', l.plan_hash,
                'code', l.blocked_code, 'facts', l.blocked_facts, 'parked', l.parked_by) order by l.position) as first
       from recall_line l where l.request_id = r.id and l.position <= :first
 ) f
 where r.id = any(cast(:ids as uuid[]))
"""


async def load(connection: Connection, ids: Sequence[str], *, by: str) -> list[Glance]:
    """Those of the requests with these ids that somebody may see, in this order, by one statement."""
    whole, where, reader = visibility.requests(by)
    sql = f"select {whole} as whole, {_COLUMNS} and {where}"
    rows = await fetch(connection, sql, ids=list(ids), first=FIRST_LINES, **reader)
    found = {row.request: _glance(row) for row in rows}
    return [found[id] for id in ids if id in found]


def _glance(row: Row) -> Glance:
    counts: dict[str, int] = {}
    standing: dict[str, Line] = {}
    waiting: dict[str, Sequence[WaitingApproval]] = {}
    parked = 0
    for place, group in enumerate(row.groups or ()):
        name = f"others {place}"
        counts[group["status"]] = counts.get(group["status"], 0) + group["count"]
        parked += group["count"] if group["parked"] else 0
        approved = {by: Approval("", right_of) for by, right_of in group["approved"] or ()}
        standing[name] = Line(name, group["owner"], "", LineStatus(group["status"]), approved_by=approved)
        waiting[name] = [WaitingApproval(*one) for one in group["waits"] or ()]
    first = row.first or ()
    labels = {one["subject"]: one["label"] for one in first}
    return Glance(
        recalls.stored_request(row, standing, labels), row.whole, counts, parked, waiting, [_line(one) for one in first]
    )


def _line(one: Mapping[str, Any]) -> Line:
    names = ("subject", "owner", "plan_hash", "status", "code", "facts")
    return recalls.line(*(one[name] for name in names), None, one["parked"])
