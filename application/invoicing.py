"""Invoices: draft, change, remove lines, delete, confirm, pay, revise. Entries are locked before their rows, as everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from application import milestones, parking
from application.entries import load_all
from application.planning import follow_entries, hold_requests_of
from application.setup import project_of
from application.work import Refused, Work, is_finance, note, raise_if, require_finance, unit_of
from domain.periods import Periods
from domain.project import invoicing
from domain.project.actuals import Actual
from domain.project.credit import credit
from domain.project.dating import on_open_days
from domain.project.invoicing import Billed, InvoiceAction, InvoiceStatus
from domain.refusals import Code, Refusal
from store import actuals, entries, invoices, outbox, periods
from store.actuals import PostingOf
from store.history import Happened
from store.ids import is_id, new_ordered_id
from store.invoices import NewInvoice, StoredInvoice


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to stand on a new draft: entries, of one customer or of all, some with another quantity to bill."""

    project: str
    entries: tuple[str, ...]
    customer: str | None
    billed: Mapping[str, Decimal]


async def invoice_of(work: Work, id: str, *, lock: bool = False) -> StoredInvoice:
    """The invoice, or the refusal unknown_invoice, also to those who may not see it."""
    stored = await invoices.load(work.connection, id, lock=lock, by=work.person) if is_id(id) else None
    if stored is None or stored.invoice.status is InvoiceStatus.DELETED:
        raise Refused(Refusal(Code.UNKNOWN_INVOICE, id))
    return stored


@dataclass(frozen=True, slots=True)
class _Held:
    """An invoice whose entries and rows are locked, rows by id; the closed days of its unit, where rows are to be written."""

    stored: StoredInvoice
    rows: Mapping[int, Actual]
    generations: Mapping[str, int]
    closed: Periods = field(default_factory=Periods)

    @property
    def quantities(self) -> Mapping[int, Decimal | None]:
        """The quantity to bill, or to keep, of each row; None is all of it."""
        return {line.actual: line.billed for line in self.stored.lines}


@dataclass(frozen=True, slots=True)
class InvoiceReader:
    """What must be known of a reader and of today to show an invoice: who may act on it, and where a draft would land."""

    is_finance: bool
    periods: Periods


async def reader_of(work: Work, unit: str) -> InvoiceReader:
    """The person signed in as a reader of the invoices of a unit."""
    closed = await periods.of_units(work.connection, [unit])
    return InvoiceReader(await is_finance(work, unit), closed[unit])


async def draft(work: Work, wanted: Draft) -> StoredInvoice:
    """Put what there is to invoice of the entries on a new draft; one refusal for each entry that has nothing."""
    stored = await project_of(work, wanted.project)
    await require_finance(work, stored.unit)
    found = await load_all(work, wanted.entries)
    raise_if([Refusal(Code.UNKNOWN_ENTRY, id) for id, one in found.items() if one.unit != stored.unit])
    elsewhere = [id for id, one in found.items() if one.entry.project != wanted.project]
    raise_if([Refusal(Code.NOT_INVOICEABLE, id, {"why": "other_project"}) for id in elsewhere])
    ledger = await actuals.of_entries(work.connection, list(found), lock=True)
    chosen = {
        id: invoicing.rows_to_invoice((row.actual for row in rows), customer=wanted.customer)
        for id, rows in ledger.items()
    }
    raise_if([Refusal(Code.NOT_INVOICEABLE, id) for id in wanted.entries if not chosen[id]])
    rows = [actual for id in wanted.entries for actual in chosen[id]]
    invoice = new_ordered_id()
    await invoices.insert(work.connection, NewInvoice(invoice, wanted.project, by=work.person))
    await invoices.add_lines(work.connection, invoice, _quantities(chosen, wanted.billed))
    of = PostingOf("invoice", invoice, invoice, moves=True)
    await actuals.write(work.connection, invoicing.draft(rows), of=of)
    await note(work, await unit_of(work, stored.unit), Happened("invoice", invoice, "drafted", None, "draft"))
    return await invoice_of(work, invoice)


def _quantities(chosen: Mapping[str, Sequence[Actual]], billed: Mapping[str, Decimal]) -> dict[int, Decimal | None]:
    """The quantity to bill of each row; where an entry has several rows they share what is billed of it."""
    raise_if([Refusal(Code.NOT_INVOICEABLE, entry, {"why": "not_named"}) for entry in billed if entry not in chosen])
    found: dict[int, Decimal | None] = {}
    for entry, rows in chosen.items():
        if entry in billed:
            shares = invoicing.kept_quantities(rows, billed[entry])
            found |= {row.id: share for row, share in zip(rows, shares, strict=True)}
        else:
            found |= dict.fromkeys(row.id for row in rows)
    return found


async def _hold(work: Work, stored: StoredInvoice, *, only: Sequence[str] | None, to_write: bool) -> _Held:
    """Lock the entries of a held invoice, the closed days of its unit if rows are to be written, and its rows, in this order.

    `only` names entries that must stand on it.
    """
    number = {"invoice": stored.invoice.number, "why": "not_on_it"}
    raise_if([Refusal(Code.NOT_INVOICEABLE, entry, number) for entry in only or () if entry not in stored.entries])
    wanted = stored.entries if only is None else set(only)
    await entries.hold(work.connection, sorted(wanted))
    closed = (await periods.held(work.connection, [stored.unit]))[stored.unit] if to_write else Periods()
    ids = [line.actual for line in stored.lines if only is None or line.entry in wanted]
    rows = await actuals.by_id(work.connection, ids, lock=True)
    generations = {row.actual.values.entry or "": row.generation for row in rows}
    return _Held(stored, {row.actual.id: row.actual for row in rows}, generations, closed)


async def _held_for(work: Work, id: str, action: InvoiceAction, *, only: Sequence[str] | None = None) -> _Held:
    """An invoice held for an action that is possible, with what it is about; only a confirmation writes rows."""
    stored = await _possible(work, id, action)
    return await _hold(work, stored, only=only, to_write=action is InvoiceAction.CONFIRM)


async def _possible(work: Work, id: str, action: InvoiceAction) -> StoredInvoice:
    """The held invoice, for finance, where nothing is in the way of the action."""
    stored = await invoice_of(work, id, lock=True)
    await require_finance(work, stored.unit)
    raise_if([refusal for refusal in [invoicing.check_action(stored.invoice, action)] if refusal is not None])
    return stored


async def change(work: Work, id: str, billed: Mapping[str, Decimal]) -> StoredInvoice:
    """Change the quantities to bill of entries on a draft, or those that stay billed where it corrects another invoice."""
    held = await _held_for(work, id, InvoiceAction.CHANGE, only=list(billed))
    if not billed:
        raise Refused(Refusal(Code.NOTHING_SELECTED, None, {"why": "no_quantity"}))
    quantities = _quantities(_by_entry(held), billed)
    if held.stored.kind == "corrective":
        await _require_credit(work, held.stored, _billed(held.rows.values(), quantities))
    await invoices.change_quantities(work.connection, id, quantities)
    await note(work, await unit_of(work, held.stored.unit), Happened("invoice", id, "changed"))
    return await invoice_of(work, id)


def _by_entry(held: _Held) -> dict[str, list[Actual]]:
    found: dict[str, list[Actual]] = {}
    for actual in held.rows.values():
        found.setdefault(actual.values.entry or "", []).append(actual)
    return found


async def remove(work: Work, id: str, only: Sequence[str]) -> StoredInvoice:
    """Take entries off a draft; their rows are unbilled again."""
    if not only:
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    held = await _held_for(work, id, InvoiceAction.REMOVE_LINES, only=only)
    await invoices.remove_lines(work.connection, id, only)
    await _free(work, held)
    await note(work, await unit_of(work, held.stored.unit), Happened("invoice", id, "lines_removed"))
    return await invoice_of(work, id)


async def delete(work: Work, id: str) -> None:
    """Delete a draft; its rows are unbilled again."""
    held = await _held_for(work, id, InvoiceAction.DELETE)
    await invoices.remove_all_lines(work.connection, id)
    await invoices.set_status(work.connection, id, InvoiceStatus.DELETED)
    await _free(work, held)
    await note(work, await unit_of(work, held.stored.unit), Happened("invoice", id, "deleted", "draft", "deleted"))


async def _free(work: Work, held: _Held) -> None:
    """The drafted rows are unbilled again; a corrective draft has no effect on rows, so nothing is to be undone."""
    if held.stored.kind != "corrective":
        of = PostingOf("invoice", held.stored.invoice.id, moves=True)
        await actuals.write(work.connection, invoicing.take_off_draft(held.rows.values()), of=of)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmed invoice, and what workflows are to be told: approvals that waited for the credit go on."""

    invoice: StoredInvoice
    messages: tuple[outbox.Message, ...] = ()


async def confirm(work: Work, id: str) -> Confirmed:
    """Confirm a draft: its rows are posted, reversed and billed, or credited where it corrects another invoice.

    What is written stands on open days (ADR 015).
    """
    await hold_requests_of(work, (await invoice_of(work, id)).entries)
    held = await _held_for(work, id, InvoiceAction.CONFIRM)
    if held.stored.kind == "corrective":
        await _confirm_credit(work, held)
    else:
        lines = _billed(held.rows.values(), held.quantities)
        posting = on_open_days(invoicing.confirm(lines, cost_currency=held.stored.cost_currency), held.closed)
        of = PostingOf("invoice", id, id, moves=True)
        await actuals.write(work.connection, posting, of=of, generations=held.generations)
    await invoices.set_status(work.connection, id, InvoiceStatus.CONFIRMED)
    await follow_entries(work, held.stored.entries)
    await note(work, await unit_of(work, held.stored.unit), Happened("invoice", id, "confirmed", "draft", "confirmed"))
    corrects = held.stored.kind == "corrective"
    messages = await parking.resume_after_credit(work, id, held.stored.entries) if corrects else ()
    return Confirmed(await invoice_of(work, id), messages)


def _billed(rows: Iterable[Actual], quantities: Mapping[int, Decimal | None]) -> list[Billed]:
    found = ((actual, quantities[actual.id]) for actual in rows)
    return [Billed(actual, actual.values.quantity if billed is None else billed) for actual, billed in found]


async def _confirm_credit(work: Work, held: _Held) -> None:
    """Each billed row is credited down to what is kept of it; one that is no longer billed refuses the whole."""
    lines = _billed(held.rows.values(), held.quantities)
    raise_if(
        [
            Refusal(Code.NOT_INVOICEABLE, _named(line.actual), {"why": "credited_since"})
            for line in lines
            if not invoicing.rows_to_credit([line.actual], invoice=line.actual.invoice or "")
        ]
    )
    await _require_credit(work, held.stored, lines)
    for line in lines:
        if line.actual.values.entry is None:
            posting = milestones.credited(line.actual, line.quantity)
        else:
            posting = credit(line.actual, keep=line.quantity, cost_currency=held.stored.cost_currency)
        of = PostingOf("invoice", held.stored.invoice.id, held.stored.invoice.id)
        dated = on_open_days(posting, held.closed)
        await actuals.write(work.connection, dated, of=of, generations=held.generations)


async def pay(work: Work, id: str) -> StoredInvoice:
    """Note that a confirmed invoice is paid."""
    stored = await _possible(work, id, InvoiceAction.PAY)
    await invoices.set_status(work.connection, id, InvoiceStatus.PAID)
    before = stored.invoice.status.value
    await note(
        work, await unit_of(work, stored.unit), Happened("invoice", id, "paid", before, InvoiceStatus.PAID.value)
    )
    return await invoice_of(work, id)


async def revise(work: Work, id: str, keep: Mapping[str, Decimal]) -> StoredInvoice:
    """A draft that corrects a confirmed invoice: how much of each named entry stays billed; 0 is a full credit.

    A milestone is named by the id of its row.
    """
    stored = await _possible(work, id, InvoiceAction.REVISE)
    if not keep:
        raise Refused(Refusal(Code.NOTHING_SELECTED, None, {"why": "no_quantity"}))
    billed = await _billed_on(work, stored, list(keep))
    quantities = _quantities(billed, keep)
    lines = {name: _billed(rows, quantities) for name, rows in billed.items()}
    raise_if(_not_credits(lines, invoice=stored.invoice.number))
    await _refuse_twice(work, billed)
    for name, rows in billed.items():
        if rows[0].values.entry is None:
            milestones.credited(rows[0], keep[name])
    corrective = new_ordered_id()
    new = NewInvoice(corrective, stored.project, by=work.person, kind="corrective", corrects=id)
    await invoices.insert(work.connection, new)
    await invoices.add_lines(work.connection, corrective, quantities)
    await note(work, await unit_of(work, stored.unit), Happened("invoice", corrective, "drafted", None, "draft"))
    return await invoice_of(work, corrective)


async def _refuse_twice(work: Work, billed: Mapping[str, Sequence[Actual]]) -> None:
    """An entry that stands on a corrective draft already is not put on another; the draft is named."""
    entries_of = [row.id for rows in billed.values() for row in rows if row.values.entry]
    drafts = await invoices.correcting(work.connection, entries_of)
    found = {name: drafts[row.id] for name, rows in billed.items() for row in rows if row.id in drafts}
    why = {"why": "on_corrective"}
    raise_if([Refusal(Code.NOT_INVOICEABLE, name, why | {"invoice": draft}) for name, draft in found.items()])


async def _billed_on(work: Work, stored: StoredInvoice, names: Sequence[str]) -> dict[str, Sequence[Actual]]:
    """The live billed rows of an invoice, held, by the entry or the milestone that names them."""
    own = {str(line.actual): line.actual for line in stored.lines if line.entry is None}
    named = [name for name in names if name not in own]
    if named:
        await load_all(work, named)
    ledger = await actuals.of_entries(work.connection, named, lock=True)
    found: dict[str, Sequence[Actual]] = {
        name: invoicing.rows_to_credit((row.actual for row in rows), invoice=stored.invoice.id)
        for name, rows in ledger.items()
    }
    rows = await actuals.by_id(work.connection, [own[name] for name in names if name in own], lock=True)
    of_milestones = invoicing.rows_to_credit((row.actual for row in rows), invoice=stored.invoice.id)
    return dict.fromkeys(names, ()) | found | {str(row.id): (row,) for row in of_milestones}


def _named(actual: Actual) -> str:
    """How finance names what a row bills: by its entry, a milestone by its row."""
    return actual.values.entry or str(actual.id)


async def _require_credit(work: Work, draft: StoredInvoice, lines: Iterable[Billed]) -> None:
    """Less of each entry stays billed than the invoice that the draft corrects bills of it."""
    by_name: dict[str, list[Billed]] = {}
    for line in lines:
        by_name.setdefault(_named(line.actual), []).append(line)
    corrected = await invoice_of(work, draft.corrects or "")
    raise_if(_not_credits(by_name, invoice=corrected.invoice.number))


def _not_credits(lines: Mapping[str, Sequence[Billed]], *, invoice: str) -> list[Refusal]:
    """Why nothing of these is credited: nothing of it is billed on the invoice, or as much as is billed is to stay."""
    return [
        Refusal(Code.NOT_INVOICEABLE, name, {"invoice": invoice, "why": "keeps_all" if some else "not_billed_there"})
        for name, some in lines.items()
        if not invoicing.is_credit(some)
    ]
