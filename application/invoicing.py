"""Invoices: draft, remove lines, delete, confirm. Entries are locked first, as everywhere (architecture, lock order)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.entries import load_all
from application.setup import project_of
from application.work import Refused, Work, business_now, raise_if, require_finance, unit_of
from domain.project import invoicing
from domain.project.actuals import Actual
from domain.project.invoicing import InvoiceStatus
from domain.refusals import Code, Refusal
from store import actuals, entries, history, invoices
from store.actuals import PostingOf
from store.history import Happened
from store.ids import is_id, new_ordered_id
from store.invoices import StoredInvoice


async def invoice_of(work: Work, id: str, *, lock: bool = False) -> StoredInvoice:
    """The invoice, or the refusal unknown_invoice."""
    stored = await invoices.load(work.connection, id, lock=lock) if is_id(id) else None
    if stored is None or stored.invoice.status is InvoiceStatus.DELETED:
        raise Refused(Refusal(Code.UNKNOWN_INVOICE, id))
    return stored


@dataclass(frozen=True, slots=True)
class _Held:
    """A draft whose entries and rows are locked."""

    stored: StoredInvoice
    rows: tuple[Actual, ...]
    generations: Mapping[str, int]


async def draft(work: Work, project: str, ids: Sequence[str], *, customer: str | None) -> StoredInvoice:
    """Put what there is to invoice of the entries on a new draft; one refusal for each entry that has nothing."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    found = await load_all(work, ids)
    raise_if([Refusal(Code.NOT_INVOICEABLE, id) for id, one in found.items() if one.entry.project != project])
    ledger = await actuals.of_entries(work.connection, list(found), lock=True)
    chosen = {
        id: invoicing.rows_to_invoice((row.actual for row in rows), customer=customer) for id, rows in ledger.items()
    }
    raise_if([Refusal(Code.NOT_INVOICEABLE, id) for id in ids if not chosen[id]])
    rows = [actual for id in ids for actual in chosen[id]]
    invoice = new_ordered_id()
    await invoices.insert(work.connection, invoices.NewInvoice(invoice, project, by=work.person))
    await invoices.add_lines(work.connection, invoice, [actual.id for actual in rows])
    await actuals.write(work.connection, invoicing.draft(rows), of=PostingOf("invoice", invoice, invoice))
    await _record(work, stored.unit, Happened("invoice", invoice, "drafted", None, "draft"))
    return await invoice_of(work, invoice)


async def _hold_draft(work: Work, id: str, *, only: Sequence[str] | None = None) -> _Held:
    """Lock a draft, its entries and its rows, in this order. `only` names entries that must stand on it."""
    stored = await invoice_of(work, id, lock=True)
    await require_finance(work, stored.unit)
    refusal = invoicing.check_draft(stored.invoice)
    if refusal is not None:
        raise Refused(refusal)
    on_it = {line.entry for line in stored.lines}
    raise_if([Refusal(Code.NOT_INVOICEABLE, entry) for entry in only or () if entry not in on_it])
    wanted = on_it if only is None else set(only)
    await entries.load(work.connection, wanted, lock=True)
    ids = [line.actual for line in stored.lines if line.entry in wanted]
    rows = await actuals.by_id(work.connection, ids, lock=True)
    generations = {row.actual.values.entry or "": row.generation for row in rows}
    return _Held(stored, tuple(row.actual for row in rows), generations)


async def remove(work: Work, id: str, only: Sequence[str]) -> StoredInvoice:
    """Take entries off a draft; their rows are unbilled again."""
    if not only:
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    held = await _hold_draft(work, id, only=only)
    await invoices.remove_lines(work.connection, id, only)
    await actuals.write(work.connection, invoicing.take_off_draft(held.rows), of=PostingOf("invoice", id))
    await _record(work, held.stored.unit, Happened("invoice", id, "lines_removed"))
    return await invoice_of(work, id)


async def delete(work: Work, id: str) -> None:
    """Delete a draft; its rows are unbilled again."""
    held = await _hold_draft(work, id)
    await invoices.remove_lines(work.connection, id, sorted({line.entry for line in held.stored.lines}))
    await invoices.set_status(work.connection, id, InvoiceStatus.DELETED)
    await actuals.write(work.connection, invoicing.take_off_draft(held.rows), of=PostingOf("invoice", id))
    await _record(work, held.stored.unit, Happened("invoice", id, "deleted", "draft", "deleted"))


async def confirm(work: Work, id: str) -> StoredInvoice:
    """Confirm a draft unchanged: its rows are posted, reversed, and become billed sales."""
    held = await _hold_draft(work, id)
    if not held.rows:
        raise Refused(Refusal(Code.NOT_INVOICEABLE, id))
    await invoices.set_status(work.connection, id, InvoiceStatus.CONFIRMED)
    of = PostingOf("invoice", id, id)
    await actuals.write(work.connection, invoicing.confirm(held.rows), of=of, generations=held.generations)
    await _record(work, held.stored.unit, Happened("invoice", id, "confirmed", "draft", "confirmed"))
    return await invoice_of(work, id)


async def _record(work: Work, unit: str, happened: Happened) -> None:
    act = work.act(business_now(work, await unit_of(work, unit)))
    await history.append(work.connection, [happened], act=act)
