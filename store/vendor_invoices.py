"""Vendor invoices: while one is confirmed, the cost of its entries is locked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store import visibility
from store.database import Connection, execute, fetch, fetch_one


@dataclass(frozen=True, slots=True)
class VendorInvoice:
    """A vendor invoice and the entries whose cost it is matched to."""

    id: str
    number: str
    unit: str
    status: str
    entries: tuple[str, ...]


async def insert(connection: Connection, id: str, *, unit: str, entries: Sequence[str], by: str) -> None:
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


async def load(connection: Connection, id: str, *, by: str) -> VendorInvoice | None:
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


async def cancel(connection: Connection, id: str) -> None:
    """Cancel a vendor invoice; its entries are free again."""
    await execute(connection, "update vendor_invoice set status = 'canceled' where id = cast(:id as uuid)", id=id)
    sql = "update vendor_invoice_line set canceled = true where vendor_invoice_id = cast(:id as uuid)"
    await execute(connection, sql, id=id)
