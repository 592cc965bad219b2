"""Reading the ledger for an export, page by page in the order of ids, so that nothing is held between two pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from domain.project.exporting import ExportedActual
from store import actuals
from store.conditions import conditions
from store.database import Connection, Row, execute, fetch, fetch_one

PAGE_ROWS: Final = 2000
"""How many rows are in memory at a time."""


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Which rows: of a unit, or of one project of it; by accounting date, both days included; reversals only."""

    unit: str
    project: str | None = None
    since: date | None = None
    until: date | None = None
    reversals: bool = False


_ACT: Final = """case when {row}.reverses_id is null then null
    when {row}.posting_kind = 'recall' then 'recall-R-' || (select number from recall_request where id = {row}.posting_id)
    when {row}.posting_kind = 'invoice' then 'invoice-' || coalesce(
         (select number from invoice where id = {row}.posting_id), {row}.posting_id::text)
    else replace({row}.posting_kind, '_', '-') || '-' || {row}.posting_id::text end"""
# "+ 0" keeps the planner from taking two bounds for a narrow range: it would sort all that is left for every page
# instead of walking the key, and the whole export would grow with the square of the rows.
_SELECT: Final = f"""
select a.id as actual_id, a.adjustment_status, a.billing_status, a.reverses_id, r.id as reversed_by,
       a.invoice_id::text as invoice_id, i.number as invoice_number, i.kind as invoice_kind, a.generation, a.posting_kind,
       a.posting_id::text as posting_id, a.written_at, p.unit_id, p.name as project_name, p.cost_currency,
       {_ACT.format(row="a")} as act, {_ACT.format(row="r")} as reversed_by_act, {actuals.SELECT_VALUES}
  from (select a.* from actual a
         where a.id > :after and a.id + 0 <= :last {{conditions}}
           and a.project_id = any(array(select p.id from project p where p.unit_id = :unit))
         order by a.id limit {PAGE_ROWS}) a
  join project p on p.id = a.project_id
  left join actual r on r.reverses_id = a.id
  left join invoice i on i.id = a.invoice_id
 order by a.id
"""
_CONDITIONS: Final = {
    "project": "a.project_id = cast(:project as uuid)",
    "since": "a.accounting_date + 0 >= :since",
    "until": "a.accounting_date + 0 <= :until",
    "reversals": "a.reverses_id is not null",
}


async def last_id(connection: Connection) -> int:
    """The newest row: an export ends there, whatever is written while somebody reads it."""
    row = await fetch_one(connection, "select coalesce(max(id), 0) as id from actual")
    assert row is not None
    return int(row.id)


async def page(connection: Connection, wanted: ExportFilter, *, after: int, last: int) -> list[ExportedActual]:
    """At most PAGE_ROWS rows with ids above `after` and up to `last`, in their order; needs a transaction of its own.

    Where few rows of a large ledger are wanted, the last page looks at all others: seconds, not the usual moment.
    """
    await execute(connection, "set local statement_timeout = '25s'")
    where, parameters = conditions(_CONDITIONS, wanted)
    rows = await fetch(
        connection, _SELECT.format(conditions=where), after=after, last=last, unit=wanted.unit, **parameters
    )
    return [_exported(row) for row in rows]


async def currencies(connection: Connection, wanted: ExportFilter) -> Sequence[str]:
    """The currencies the rows of the projects can be in."""
    rows = await fetch(
        connection,
        """select distinct unnest(array[currency, cost_currency]) as code from project
            where unit_id = :unit and (cast(:project as uuid) is null or id = cast(:project as uuid)) order by 1""",
        unit=wanted.unit,
        project=wanted.project,
    )
    return [row.code for row in rows]


def _exported(row: Row) -> ExportedActual:
    stored = actuals.stored(row)
    return ExportedActual(
        actual=stored.actual,
        unit=row.unit_id,
        project_name=row.project_name,
        base_currency=row.cost_currency,
        generation=stored.generation,
        posting_kind=stored.posting_kind,
        posting=stored.posting_id,
        invoice_number=stored.invoice_number,
        act=row.act,
        reversed_by_act=row.reversed_by_act,
        written_at=row.written_at,
    )
