"""Vendor invoices: while one is confirmed, the cost of its entries is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from store import visibility
from store.database import execute, fetch, fetch_one


@dataclass(frozen=True, slots=True)
class VendorInvoice:
    """A vendor invoice and the entries whose cost it is matched to."""

    id: str
    number: str
    unit: str
    status: str
    entries: tuple[str, ...]


async def insert(connection: AsyncConnection, id: str, *, unit: str, entries: Sequence[str], by: str) -> None:
    """Add a confirmed vendor invoice for entries."""
    await execute(
        connection,
        """insert into vendor_invoice (id, number, unit_id, status, created_by)
           values (cast(:id as uuid), 'V-' || nextval('vendor_invoice_number'), :unit, 'confirmed', :by)""",
        id=id,
        unit=unit,
        by=by,
    )
    await execute(
        connection,
        """insert into vendor_invoice_line (vendor_invoice_id, entry_id)
           select cast(:id as uuid), t.entry from unnest(cast(:entries as uuid[])) as t(entry)""",
        id=id,
        entries=list(entries),
    )


async def load(connection: AsyncConnection, id: str, *, by: str) -> VendorInvoice | None:
    """A vendor invoice with its entries, if `by` may see it, held until the end of the transaction."""
    where, reader = visibility.seen(visibility.VENDOR_INVOICES, by)
    sql = f"select v.* from vendor_invoice v where v.id = cast(:id as uuid) and {where} for update"
    row = await fetch_one(connection, sql, id=id, **reader)
    if row is None:
        return None
    lines = await fetch(
        connection,
        "select entry_id::text as entry from vendor_invoice_line where vendor_invoice_id = cast(:id as uuid)",
        id=id,
    )
    return VendorInvoice(id, row.number, row.unit_id, row.status, tuple(line.entry for line in lines))


async def cancel(connection: AsyncConnection, id: str) -> None:
    """Cancel a vendor invoice; its entries are free again."""
    await execute(connection, "update vendor_invoice set status = 'canceled' where id = cast(:id as uuid)", id=id)
    sql = "update vendor_invoice_line set canceled = true where vendor_invoice_id = cast(:id as uuid)"
    await execute(connection, sql, id=id)


async def locking(connection: AsyncConnection, entries: Sequence[str]) -> dict[str, str]:
    """The number of the confirmed vendor invoice of each entry that has one."""
    rows = await fetch(
        connection,
        """select l.entry_id::text as entry, v.number from vendor_invoice_line l
             join vendor_invoice v on v.id = l.vendor_invoice_id
            where l.entry_id = any(cast(:entries as uuid[])) and not l.canceled""",
        entries=list(entries),
    )
    return {row.entry: row.number for row in rows}
