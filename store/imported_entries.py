"""Entries that were imported, as they are stored now: what a later file of the same system is compared with."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from domain.project.entries import BillingType, EntryKind, EntryStatus
from domain.project.imported_changes import Likeness, StoredRow
from store.database import Connection, Row, fetch

_COLUMNS: Final = """
       e.id::text as id, e.import_identity, e.status, e.quantity, e.billing_type, e.cost_price, e.sales_price, e.amount,
       a.billable_quantity,
       (select i.kind from actual b join invoice i on i.id = b.invoice_id
         where b.entry_id = e.id and b.type = 'billed_sales' and b.adjustment_status = 'none' and b.reverses_id is null
         limit 1) as billed_on,
       exists (select from history h where h.subject_kind = 'entry' and h.subject_id = cast(e.id as text)
                  and h.event = 'approved' and jsonb_exists(h.facts, 'import')) as approved_by_import
"""


async def by_identity(connection: Connection, unit: str, identities: Sequence[str]) -> dict[str, StoredRow]:
    """The entries of a unit that rows with these identities became."""
    rows = await fetch(
        connection,
        f"""select {_COLUMNS} from entry e left join approval a on a.entry_id = e.id and a.current
             where e.unit_id = :unit and e.import_identity = any(:identities)""",
        unit=unit,
        identities=list(identities),
    )
    return {row.import_identity: _stored(row) for row in rows}


async def any_imported(connection: Connection, unit: str) -> bool:
    """Whether a unit has had an import before."""
    return bool(await fetch(connection, "select 1 from import_batch where unit_id = :unit limit 1", unit=unit))


async def projects_by_key(connection: Connection, unit: str, keys: Collection[str]) -> dict[str, str]:
    """The ids of projects that earlier imports of a unit brought, by their keys."""
    rows = await fetch(
        connection,
        "select id::text as id, import_key from project where import_key = any(:keys)",
        keys=[f"{unit}\n{key}" for key in keys],
    )
    return {row.import_key.removeprefix(f"{unit}\n"): row.id for row in rows}


async def alike(
    connection: Connection, unit: str, wanted: Collection[Likeness], *, source: str
) -> dict[Likeness, list[StoredRow]]:
    """Entries of a source that have these things in common with a row, oldest first; deleted ones are nobody's."""
    places = {(one.project, one.owner, one.day) for one in wanted}
    if not places:
        return {}
    rows = await fetch(
        connection,
        f"""select {_COLUMNS}, e.project_id::text as project, e.owner_id, e.work_date, e.kind, e.task, e.category, e.description
              from unnest(cast(:projects as uuid[]), cast(:owners as text[]), cast(:days as date[])) as t(project, owner, day)
              join entry e on e.project_id = t.project and e.work_date = t.day and e.owner_id = t.owner
              join import_batch ib on ib.id = e.import_batch_id and ib.source = :source
              left join approval a on a.entry_id = e.id and a.current
             where e.unit_id = :unit and e.import_identity is not null and e.status <> 'deleted'
             order by e.created_at, e.id""",
        unit=unit,
        source=source,
        projects=[project for project, _, _ in places],
        owners=[owner for _, owner, _ in places],
        days=[day for _, _, day in places],
    )
    found: dict[Likeness, list[StoredRow]] = {}
    for row in rows:
        likeness = Likeness(
            row.project, row.owner_id, row.work_date, EntryKind(row.kind), row.task, row.category, row.description
        )
        if likeness in wanted:
            found.setdefault(likeness, []).append(_stored(row))
    return found


def _stored(row: Row) -> StoredRow:
    return StoredRow(
        id=row.id,
        identity=row.import_identity,
        status=EntryStatus(row.status),
        quantity=row.quantity,
        billing_type=BillingType(row.billing_type),
        cost_price=row.cost_price,
        sales_price=row.sales_price,
        amount=row.amount,
        billable_quantity=row.billable_quantity,
        billed_on=row.billed_on,
        approved_by_import=row.approved_by_import,
    )
