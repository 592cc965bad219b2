"""Figures of the requests that ended in some days, read from one index: a narrow row for each (0023_figures.sql)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from domain.recall.figures import INVOICE_CODES, Figures, LeadTime, LeadTimeOf
from store.database import Connection, Row, fetch

_WHERE: Final = "f.unit_id = :unit and f.ended_on between :since and :until"
_LEAD: Final = """count(f.lead_seconds) as decided,
       percentile_disc(array[0.5, 0.95]) within group (order by f.lead_seconds) as lead"""
_COUNTS: Final = f"""
select f.status, coalesce(f.reason_code, '') as reason, count(*) as requests, count(*) filter (where f.repeated) as repeated,
       count(*) filter (where f.blocked_by && cast(:codes as text[])) as blocked, sum(f.sales) as sales, sum(f.cost) as cost
  from recall_figure f where {_WHERE} group by 1, 2"""
_ALL: Final = f"select {_LEAD} from recall_figure f where {_WHERE} and f.lead_seconds is not null"
# Names are compared as bytes, which is several times faster than as words of a language.
_APPROVERS: Final = f"""
select g.*, p.name as title
  from (select f.decided_by collate "C" as name, {_LEAD} from recall_figure f
         where {_WHERE} and f.decided_by is not null group by 1 order by 2 desc, 1 limit :most) g
  join person p on p.id = g.name
 order by g.decided desc, g.name"""
_SUBJECTS: Final = f"""
select g.*, coalesce(p.name, g.name) as title
  from (select f.subject collate "C" as name, {_LEAD} from recall_figure f
         where {_WHERE} and f.lead_seconds is not null group by 1 order by 2 desc, 1 limit :most) g
  left join project p on cast(p.id as text) = g.name and p.unit_id = :unit
 order by g.decided desc, g.name"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which unit, from which of its days until which, both included; at most so many approvers, and so many subjects."""

    unit: str
    since: date
    until: date
    most: int


async def read(connection: Connection, wanted: Wanted) -> Figures:
    """The figures, straight from the rows."""
    days = {"unit": wanted.unit, "since": wanted.since, "until": wanted.until}
    counts = await fetch(connection, _COUNTS, codes=[code.value for code in INVOICE_CODES], **days)
    return Figures(
        by_status=_sums(counts, "status"),
        lead_time=_lead((await fetch(connection, _ALL, **days))[0]),
        approvers=_named(await fetch(connection, _APPROVERS, most=wanted.most, **days)),
        subjects=_named(await fetch(connection, _SUBJECTS, most=wanted.most, **days)),
        reasons=_sums(counts, "reason"),
        blocked_by_invoice=sum(row.blocked for row in counts),
        repeated=sum(row.repeated for row in counts),
        sales=sum((row.sales for row in counts), Decimal(0)),
        cost=sum((row.cost for row in counts), Decimal(0)),
    )


def _sums(rows: Sequence[Row], column: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        name = getattr(row, column)
        found[name] = found.get(name, 0) + row.requests
    return found


def _named(rows: Sequence[Row]) -> list[LeadTimeOf]:
    return [LeadTimeOf(row.name, row.title, _lead(row)) for row in rows]


def _lead(row: Row) -> LeadTime:
    half, most = row.lead or (None, None)
    return LeadTime(row.decided, half, most)
