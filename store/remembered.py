"""What the plans of long requests were made from: a fingerprint for each line, to plan again only what has changed.

A plan is a pure function of an entry's actuals, its vendor invoice and the closed days of its unit. The values of actuals never
change, so their ids, statuses and invoices say whether a plan made before is the plan of now.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from store.database import Connection, fetch

_CLOSED: Final = """
closed as materialized (
    select coalesce(string_agg(day::text, ',' order by day), '') as days
      from period_closing where unit_id = :unit and reopened_at is null
)"""
_ROW: Final = "a.id || a.adjustment_status || a.billing_status || coalesce(a.invoice_id::text, '')"
_BASIS: Final = f"md5(closed.days || '|' || coalesce(v.vendor_invoice_id::text, '') || '|' || string_agg({_ROW}, ',' order by a.id))"
_OF_LINE: Final = f"""
cross join lateral (
    select {_BASIS} as basis
      from actual a left join vendor_invoice_line v on v.entry_id = a.entry_id and not v.canceled
     where a.entry_id = l.subject_id group by v.vendor_invoice_id, closed.days
) f"""


async def fingerprints(connection: Connection, subjects: Sequence[str], *, unit: str) -> dict[str, str]:
    """What the plan of each of these subjects is made from.

    The entries and the closed days must be held since before the plans were made.
    """
    rows = await fetch(
        connection,
        f"""with {_CLOSED}
            select l.subject_id::text as subject, f.basis
              from unnest(cast(:subjects as uuid[])) as l(subject_id) cross join closed {_OF_LINE}""",
        unit=unit,
        subjects=list(subjects),
    )
    return {row.subject: row.basis for row in rows}


async def unchanged(connection: Connection, request: str, *, unit: str) -> frozenset[str]:
    """The open lines of a request whose remembered plan is the plan of now."""
    rows = await fetch(
        connection,
        f"""with {_CLOSED}
            select array_agg(l.subject_id::text) as subjects
              from recall_line l cross join closed {_OF_LINE}
             where l.request_id = cast(:request as uuid) and l.status in ('open', 'blocked') and l.basis = f.basis""",
        request=request,
        unit=unit,
    )
    return frozenset(rows[0].subjects or ())


async def unchanged_held(connection: Connection, request: str, subjects: Sequence[str], *, unit: str) -> frozenset[str]:
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
              from f join recall_line l on l.subject_id = f.entry_id and l.request_id is not distinct from f.request
             where l.basis = f.basis""",
        request=request,
        unit=unit,
        subjects=list(subjects),
    )
    return frozenset(rows[0].subjects or ())
