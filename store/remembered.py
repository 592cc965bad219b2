"""What the plans of long requests were made from: a fingerprint for each line, to plan again only what has changed.

A plan is a pure function of an entry's actuals, its vendor invoice and the closed days of its unit. The values of actuals never
change, so their ids, statuses and invoices say whether a plan made before is the plan of now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import execute, fetch

_CLOSED: Final = """
closed as materialized (
    select coalesce(string_agg(p.day::text, ',' order by p.day), '') as days
      from recall_request r join period_closing p on p.unit_id = r.unit_id and p.reopened_at is null
     where r.id = cast(:request as uuid)
)"""
_ROW: Final = "a.id || a.adjustment_status || a.billing_status || coalesce(a.invoice_id::text, '')"
_BASIS: Final = f"md5(closed.days || '|' || coalesce(v.vendor_invoice_id::text, '') || '|' || string_agg({_ROW}, ',' order by a.id))"
_OF_LINE: Final = f"""
cross join lateral (
    select {_BASIS} as basis
      from actual a left join vendor_invoice_line v on v.entry_id = a.entry_id and not v.canceled
     where a.entry_id = l.subject_id group by v.vendor_invoice_id, closed.days
) f"""


async def remember(connection: AsyncConnection, request: str, plans: Mapping[str, Mapping[int, date]]) -> None:
    """Keep, for each line, the originals its plan reverses with the day of each reversal, and what the plan was made from.

    The entries and the closed days must be held since before the plans were made.
    """
    rows = [(subject, id, day) for subject, days in plans.items() for id, day in days.items()]
    await execute(
        connection,
        f"""with {_CLOSED}, planned as (
                select t.subject, array_agg(t.original order by t.original) as originals, array_agg(t.day order by t.original) as days
                  from unnest(cast(:subjects as uuid[]), cast(:originals as bigint[]), cast(:days as date[])) as t(subject, original, day)
                 group by t.subject
            ), made as materialized (
                select l.subject as subject_id, cast(:request as uuid) as request, l.originals, l.days, f.basis
                  from (select subject, subject as subject_id, originals, days from planned) l cross join closed {_OF_LINE}
            )
            update recall_line l set basis = made.basis, originals = made.originals, days = made.days
              from made where l.request_id = made.request and l.subject_id = made.subject_id""",
        request=request,
        subjects=[subject for subject, _, _ in rows],
        originals=[id for _, id, _ in rows],
        days=[day for _, _, day in rows],
    )


async def unchanged(connection: AsyncConnection, request: str) -> frozenset[str]:
    """The open lines of a request whose remembered plan is the plan of now."""
    rows = await fetch(
        connection,
        f"""with {_CLOSED}
            select array_agg(l.subject_id::text) as subjects
              from recall_line l cross join closed {_OF_LINE}
             where l.request_id = cast(:request as uuid) and l.status in ('open', 'blocked') and l.basis = f.basis""",
        request=request,
    )
    return frozenset(rows[0].subjects or ())


async def unchanged_held(connection: AsyncConnection, request: str, subjects: Sequence[str]) -> frozenset[str]:
    """Those of the lines whose remembered plan is the plan of now; their actuals are held until the end of the transaction.

    The entries must be held already: whoever writes rows of an entry holds it first.
    """
    rows = await fetch(
        connection,
        f"""with {_CLOSED}, a as materialized (
                select id, entry_id, adjustment_status, billing_status, invoice_id
                  from actual where entry_id = any(cast(:subjects as uuid[])) order by id for update
            ), f as materialized (
                select a.entry_id, cast(:request as uuid) as request, {_BASIS} as basis
                  from a cross join closed
                  left join vendor_invoice_line v on v.entry_id = a.entry_id and not v.canceled
                 group by a.entry_id, v.vendor_invoice_id, closed.days
            )
            select array_agg(l.subject_id::text) as subjects
              from f join recall_line l on l.subject_id = f.entry_id and l.request_id = f.request and l.basis = f.basis""",
        request=request,
        subjects=list(subjects),
    )
    return frozenset(rows[0].subjects or ())
