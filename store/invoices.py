"""Invoices and their lines in Postgres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from domain.project.invoicing import Figures, Invoice, InvoiceStatus
from store import visibility
from store.database import Connection, execute, fetch, fetch_one
from store.paging import Listed, Span, both_ways, listed


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A row on an invoice: the actual it invoices. `entry` is None for a milestone.

    `day` is the accounting day of what was confirmed of it; before, that of the row itself.
    """

    entry: str | None
    actual: int
    customer: str | None
    figures: Figures
    day: date

    @property
    def billed(self) -> Decimal | None:
        """The quantity to bill, or to keep; None is all of it."""
        return self.figures.billed


@dataclass(frozen=True, slots=True)
class StoredInvoice:
    """An invoice with the lines that stand on it now."""

    invoice: Invoice
    unit: str
    project: str
    kind: str
    version: int
    currency: str
    cost_currency: str
    corrects: str | None
    lines: tuple[InvoiceLine, ...]

    @property
    def entries(self) -> frozenset[str]:
        """The entries that stand on it."""
        return frozenset(line.entry for line in self.lines if line.entry is not None)


_PREFIX: Final = {"proforma": "INV-", "corrective": "COR-", "external": "EXT-"}


@dataclass(frozen=True, slots=True)
class NewInvoice:
    """An invoice about to be written: a draft, a draft that corrects another one, or one confirmed elsewhere (external)."""

    id: str
    project: str
    by: str
    kind: Literal["proforma", "corrective", "external"] = "proforma"
    corrects: str | None = None


async def insert(connection: Connection, new: NewInvoice) -> str:
    """Add an invoice; returns its number."""
    row = await fetch_one(
        connection,
        """insert into invoice (id, number, unit_id, project_id, status, kind, corrects_id, created_by)
           select cast(:id as uuid), :prefix || nextval('invoice_number'), p.unit_id, p.id, :status, :kind,
                  cast(:corrects as uuid), :by
             from project p where p.id = cast(:project as uuid)
        returning number""",
        id=new.id,
        project=new.project,
        by=new.by,
        prefix=_PREFIX[new.kind],
        status="confirmed" if new.kind == "external" else "draft",
        kind=new.kind,
        corrects=new.corrects,
    )
    assert row is not None
    return str(row.number)


async def add_lines(connection: Connection, invoice: str, quantities: Mapping[int, Decimal | None]) -> None:
    """Put rows on an invoice, each with the quantity to bill or to keep; None is all of it."""
    await execute(
        connection,
        """insert into invoice_line (invoice_id, actual_id, entry_id, quantity, billed)
           select cast(:invoice as uuid), a.id, a.entry_id, a.quantity, t.billed
             from unnest(cast(:actuals as bigint[]), cast(:billed as numeric[])) as t(id, billed) join actual a on a.id = t.id""",
        invoice=invoice,
        actuals=list(quantities),
        billed=list(quantities.values()),
    )


async def correcting(connection: Connection, actuals: Sequence[int]) -> dict[int, str]:
    """The corrective drafts on which rows stand already: their numbers by row."""
    rows = await fetch(
        connection,
        """select l.actual_id, i.number from invoice_line l join invoice i on i.id = l.invoice_id
            where l.actual_id = any(:actuals) and not l.removed and i.kind = 'corrective' and i.status = 'draft'""",
        actuals=list(actuals),
    )
    return {row.actual_id: row.number for row in rows}


async def add_milestones(connection: Connection, invoice: str) -> None:
    """The milestones that were written for an invoice become its lines."""
    await execute(
        connection,
        """insert into invoice_line (invoice_id, actual_id, quantity)
           select a.invoice_id, a.id, a.quantity from actual a
            where a.invoice_id = cast(:invoice as uuid) and a.type = 'milestone'""",
        invoice=invoice,
    )


async def change_quantities(connection: Connection, invoice: str, quantities: Mapping[int, Decimal | None]) -> None:
    """Change the quantities to bill of rows on a draft."""
    await execute(
        connection,
        """with changed as (
               update invoice_line l set billed = t.billed
                 from unnest(cast(:actuals as bigint[]), cast(:billed as numeric[])) as t(id, billed)
                where l.invoice_id = cast(:invoice as uuid) and l.actual_id = t.id and not l.removed
           )
           update invoice set version = version + 1 where id = cast(:invoice as uuid)""",
        invoice=invoice,
        actuals=list(quantities),
        billed=list(quantities.values()),
    )


async def remove_lines(connection: Connection, invoice: str, entries: Sequence[str]) -> None:
    """Take the rows of entries off an invoice; the line stays, marked as removed."""
    await execute(
        connection,
        """with removed as (
               update invoice_line set removed = true
                where invoice_id = cast(:invoice as uuid) and entry_id = any(cast(:entries as uuid[]))
           )
           update invoice set version = version + 1 where id = cast(:invoice as uuid)""",
        invoice=invoice,
        entries=list(entries),
    )


async def remove_all_lines(connection: Connection, invoice: str) -> None:
    """Take everything off an invoice; the lines stay, marked as removed."""
    sql = "update invoice_line set removed = true where invoice_id = cast(:invoice as uuid)"
    await execute(connection, sql, invoice=invoice)


async def set_status(connection: Connection, invoice: str, status: InvoiceStatus) -> None:
    """Confirm or delete an invoice."""
    sql = "update invoice set status = :status, version = version + 1 where id = cast(:invoice as uuid)"
    await execute(connection, sql, invoice=invoice, status=status.value)


async def load(connection: Connection, id: str, *, lock: bool = False, by: str | None = None) -> StoredInvoice | None:
    """An invoice with its lines, if `by` may see it; `lock` holds the invoice until the end of the transaction."""
    if lock:
        await execute(connection, "select from invoice where id = cast(:id as uuid) for update", id=id)
    where, reader = visibility.seen(visibility.PROJECTS, by)
    return next(iter(await _load(connection, f"i.id = cast(:id as uuid) and {where}", id=id, **reader)), None)


InvoiceSort = Literal["created", "-created"]
ORDERS: Final = both_ways("invoices", "created", {"created_at": datetime, "id": UUID})


async def of_project(connection: Connection, project: str, span: Span) -> Listed[StoredInvoice]:
    """A part of the invoices of a project; deleted drafts are left out."""
    sql = """select i.id, i.created_at from invoice i
              where i.project_id = cast(:project as uuid) and i.status <> 'deleted'"""
    found = await listed(connection, sql, span, project=project)
    ids = [str(row.id) for row in found.items]
    loaded = {one.invoice.id: one for one in await _load(connection, "i.id = any(cast(:ids as uuid[]))", ids=ids)}
    return found.of([loaded[id] for id in ids])


async def _load(connection: Connection, condition: str, **parameters: Any) -> list[StoredInvoice]:
    rows = await fetch(
        connection,
        f"""select i.id::text as id, i.number, i.status, i.unit_id, i.project_id::text as project, i.kind, i.version, p.currency,
                   l.entry_id::text as entry, l.actual_id, a.customer, l.quantity, a.amount, l.billed, a.price,
                   a.amount_method, a.billing_type,
                   i.corrects_id::text as corrects, p.cost_currency,
                   coalesce(r.accounting_date, a.accounting_date) as day,
                   i.status in ('confirmed', 'paid') and exists (
                       select from actual b
                        where b.invoice_id = i.id and b.type in ('billed_sales', 'milestone')
                          and b.adjustment_status = 'none' and b.reverses_id is null) as creditable
              from invoice i
              join project p on p.id = i.project_id
              left join invoice_line l on l.invoice_id = i.id and not l.removed
              left join actual a on a.id = l.actual_id
              left join actual r on r.reverses_id = a.id and r.invoice_id = i.id
             where {condition} order by i.created_at, i.id, l.actual_id""",
        **parameters,
    )
    grouped: dict[str, list[Any]] = {}
    for row in rows:
        grouped.setdefault(row.id, []).append(row)
    return [_stored(members) for members in grouped.values()]


def _stored(rows: Sequence[Any]) -> StoredInvoice:
    first = rows[0]
    lines = [row for row in rows if row.actual_id is not None]
    return StoredInvoice(
        invoice=Invoice(first.id, first.number, InvoiceStatus(first.status), len(lines), first.creditable),
        unit=first.unit_id,
        project=first.project,
        kind=first.kind,
        version=first.version,
        currency=first.currency,
        cost_currency=first.cost_currency,
        corrects=first.corrects,
        lines=tuple(InvoiceLine(row.entry, row.actual_id, row.customer, _figures(row), row.day) for row in lines),
    )


def _figures(row: Any) -> Figures:
    return Figures(
        quantity=row.quantity,
        price=row.price,
        amount=row.amount,
        currency=row.currency,
        fixed=row.amount_method == "fixed",
        chargeable=row.billing_type == "chargeable",
        billed=row.billed,
    )
