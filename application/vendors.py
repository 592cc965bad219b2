"""Vendor invoices: confirm for entries, cancel."""

from __future__ import annotations

from collections.abc import Sequence

from application.entries import load_all, one_unit_of, require_finance_of
from application.work import Refused, Work, note, raise_if, require_finance, unit_of
from domain.refusals import Code, Refusal
from store import entries, vendor_invoices
from store.history import Happened
from store.ids import is_id, new_ordered_id
from store.vendor_invoices import VendorInvoice


async def confirm(work: Work, ids: Sequence[str]) -> VendorInvoice:
    """Match the cost of entries to a confirmed vendor invoice; until it is canceled their rows are locked."""
    found = await load_all(work, ids)
    await require_finance_of(work, found)
    unit = await one_unit_of(work, found)
    locked = {id: stored.vendor_invoice for id, stored in found.items() if stored.vendor_invoice is not None}
    raise_if([Refusal(Code.VENDOR_INVOICE_LOCK, id, {"invoice": number}) for id, number in locked.items()])
    id = new_ordered_id()
    await vendor_invoices.insert(work.connection, id, unit=unit.id, entries=list(found), by=work.person)
    return await _told(work, await _load(work, id))


async def cancel(work: Work, id: str) -> VendorInvoice:
    """Cancel a vendor invoice; canceling it again is refused."""
    stored = await _load(work, id)
    await require_finance(work, stored.unit)
    if stored.status == "canceled":
        raise Refused(Refusal(Code.WRONG_STATUS, id, {"status": "canceled"}))
    await entries.load(work.connection, stored.entries, lock=True)
    await vendor_invoices.cancel(work.connection, id)
    return await _told(work, await _load(work, id))


async def _told(work: Work, invoice: VendorInvoice) -> VendorInvoice:
    """What has become of a vendor invoice stands in the history of its unit: it locks what is taken back, or frees it."""
    facts = {"vendor_invoice": invoice.id, "number": invoice.number, "entries": str(len(invoice.entries))}
    event = f"vendor_invoice_{invoice.status}"
    await note(work, await unit_of(work, invoice.unit), Happened("unit", invoice.unit, event, facts=facts))
    return invoice


async def _load(work: Work, id: str) -> VendorInvoice:
    stored = await vendor_invoices.load(work.connection, id, by=work.person) if is_id(id) else None
    if stored is None:
        raise Refused(Refusal(Code.UNKNOWN_INVOICE, id))
    return stored
