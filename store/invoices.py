"""Invoices and their lines in Postgres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.project.invoicing import Invoice, InvoiceStatus
from store.database import execute, fetch, fetch_one


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A row on an invoice: the actual it invoices."""

    entry: str
    actual: int
    customer: str | None
    quantity: Decimal
    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice with the lines that stand on it now."""

    invoice: Invoice
    unit: str
    project: str
    kind: str
    version: int
    currency: str
    lines: tuple[InvoiceLine, ...]


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice about to be written: a draft of ours, or one that was confirmed elsewhere (external)."""

    id: str
    project: str
    by: str
    external: bool = False


async def insert(connection: AsyncConnection, new: NewInvoice) -> str:
    """Add an invoice; returns its number."""
    row = await fetch_one(
        connection,
        """insert into invoice (id, number, unit_id, project_id, status, kind, created_by)
           select cast(:id as uuid), case when :kind = 'external' then 'EXT-' else 'INV-' end || nextval('invoice_number'), p.unit_id,
                  p.id, :status, :kind, :by
             from project p where p.id = cast(:project as uuid)
        returning number""",
        id=new.id,
        project=new.project,
        by=new.by,
        status="confirmed" if new.external else "draft",
        kind="external" if new.external else "proforma",
    )
    assert row is not None
    return str(row.number)


async def add_lines(connection: AsyncConnection, invoice: str, actuals: Sequence[int]) -> None:
    """Put rows on an invoice."""
    await execute(
        connection,
        """insert into invoice_line (invoice_id, actual_id, entry_id, quantity)
           select cast(:invoice as uuid), a.id, a.entry_id, a.quantity from actual a where a.id = any(:actuals)""",
        invoice=invoice,
        actuals=list(actuals),
    )


async def remove_lines(connection: AsyncConnection, invoice: str, entries: Sequence[str]) -> None:
    """Take the rows of entries off an invoice; the line stays, marked as removed."""
    await execute(
        connection,
        """update invoice_line set removed = true
            where invoice_id = cast(:invoice as uuid) and entry_id = any(cast(:entries as uuid[]))""",
        invoice=invoice,
        entries=list(entries),
    )


async def set_status(connection: AsyncConnection, invoice: str, status: InvoiceStatus) -> None:
    """Confirm or delete an invoice."""
    sql = "update invoice set status = :status, version = version + 1 where id = cast(:invoice as uuid)"
    await execute(connection, sql, invoice=invoice, status=status.value)


async def load(connection: AsyncConnection, id: str, *, lock: bool = False) -> StoredInvoice | None:
    """An invoice with its lines; `lock` holds the invoice until the end of the transaction."""
    if lock:
        await execute(connection, "select from invoice where id = cast(:id as uuid) for update", id=id)
    return next(iter(await _load(connection, "i.id = cast(:id as uuid)", id=id)), None)


async def of_project(connection: AsyncConnection, project: str) -> list[StoredInvoice]:
    """The invoices of a project, oldest first; deleted drafts are left out."""
    return await _load(connection, "i.project_id = cast(:project as uuid) and i.status <> 'deleted'", project=project)


async def _load(connection: AsyncConnection, condition: str, **parameters: Any) -> list[StoredInvoice]:
    rows = await fetch(
        connection,
        f"""select i.id::text as id, i.number, i.status, i.unit_id, i.project_id::text as project, i.kind, i.version, p.currency,
                   l.entry_id::text as entry, l.actual_id, a.customer, l.quantity, a.amount
              from invoice i
              join project p on p.id = i.project_id
              left join invoice_line l on l.invoice_id = i.id and not l.removed
              left join actual a on a.id = l.actual_id
             where {condition} order by i.created_at, i.id, l.actual_id""",
        **parameters,
    )
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return [_stored(members) for members in grouped.values()]


def _stored(rows: Sequence[Any]) -> StoredInvoice:
    first = rows[0]
    return StoredInvoice(
        invoice=Invoice(first.id, first.number, InvoiceStatus(first.status)),
        unit=first.unit_id,
        project=first.project,
        kind=first.kind,
        version=first.version,
        currency=first.currency,
        lines=tuple(
            InvoiceLine(row.entry, row.actual_id, row.customer, row.quantity, row.amount, first.currency)
            for row in rows
            if row.actual_id is not None
        ),
    )
