"""Importing a batch of entries: everything of it or nothing; what is known already stays as it is."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from application import routing
from application.import_comparing import Known, Noted, Warned, compare
from application.imported_rows import DECIDED, Fresh, NewRows
from application.people import refuse_reserved
from application.work import Work, business_now, require_finance
from domain.periods import Periods
from domain.project import invoicing
from domain.project.actuals import Actual
from domain.project.dating import on_open_days
from domain.project.importing import ImportBatch, ImportedAs, ImportedEntry, ImportedPerson
from domain.project.invoicing import Billed
from domain.recall.policy import Policy
from store import actuals, history, imported_entries, imports, invoices, periods, projects
from store.actuals import PostingOf
from store.ids import new_ordered_id
from store.projects import NewUnit, StoredUnit

DEFAULT_UNIT = "main"
_BLOCK = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `id` is None when nothing was new; `noted` is what the store and the file disagree about."""

    id: str | None
    rows: int
    created: int
    noted: Noted = field(default_factory=Noted)


@dataclass(frozen=True, slots=True)
class ImportOrder:
    """Where to import to, who approved what is approved, and a fingerprint of the file."""

    unit: str
    currency: str
    approver: ImportedPerson | None
    file_hash: str

    @property
    def approver_id(self) -> str | None:
        """The id of the approver, if there is one."""
        return None if self.approver is None else self.approver.id


Prepare = Callable[[Sequence[ImportedPerson]], ImportBatch]


async def import_batch(work: Work, order: ImportOrder, prepare: Prepare) -> Imported:
    """Import what is new. `prepare` makes the batch, given the people imported before.

    A unit that is not there yet is made, with the currency of the order, and that is noted. What is known stays as it is;
    where the file says otherwise by now, that is noted, too.
    """
    await imports.allow_time(work.connection)
    await imports.hold_unit(work.connection, order.unit)
    found = await _look(work, order, prepare)
    batch, unit = found.batch, await _unit(work, order)
    if not found.created:
        return Imported(None, found.rows, 0, found.noted)
    id = new_ordered_id()
    await imports.add_people(work.connection, _people(batch, order))
    keys = await imports.add_projects(work.connection, unit.id, batch.projects)
    if order.approver_id is not None:
        added = await imports.add_approver(work.connection, list(keys.values()), order.approver_id)
        await routing.reroute_on(work, added)
    new = imports.NewBatch(id, unit.id, batch.source, order.file_hash, found.rows, found.created, by=work.person)
    await imports.add_batch(work.connection, new)
    stored = await projects.projects(work.connection, list(keys.values()))
    contracts = {key: stored[project] for key, project in keys.items()}
    closed = (await periods.held(work.connection, [unit.id]))[unit.id]
    fresh = Fresh(id, unit, work.person, order.approver_id, contracts, business_now(work, unit), closed)
    await _write(work, fresh, found)
    return Imported(id, found.rows, found.created, found.noted)


async def check_batch(work: Work, order: ImportOrder, prepare: Prepare) -> Noted:
    """What `import_batch` would note of the same order, and refused for the same reasons; nothing is written."""
    await imports.allow_time(work.connection)
    found = await _look(work, order, prepare)
    closed = (await periods.of_units(work.connection, [order.unit]))[order.unit]
    for portion in found.new():
        await asyncio.sleep(0)
        for entry in portion:
            _note_closed_day(found.noted, entry, closed)
    return found.noted


@dataclass(frozen=True, slots=True)
class _Found:
    """A batch beside the store: which of its rows are entries already, and what is noted of it."""

    batch: ImportBatch
    known: AbstractSet[str]
    noted: Noted

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(self.batch.identities)

    @property
    def created(self) -> int:
        """How many of them become entries."""
        return self.rows - len(self.known)

    def new(self) -> Iterator[list[ImportedEntry]]:
        """The rows that become entries, a few at a time."""
        for portion in self.batch.portions():
            yield [entry for entry in portion if entry.identity not in self.known]


async def _look(work: Work, order: ImportOrder, prepare: Prepare) -> _Found:
    """All that is decided before anything is written, so that a check says what the import does. Raises Refused."""
    await require_finance(work, order.unit)
    noted = Noted()
    if await projects.unit(work.connection, order.unit) is None:
        noted.add(Warned(1, 0, "new_unit", "", {"unit": order.unit, "currency": order.currency}))
    batch = prepare(await imports.known_people(work.connection))
    found = _Found(batch, await _known(work, order.unit, batch, noted), noted)
    if found.created:
        await _look_at_approver(work, order, found)
    return found


async def _known(work: Work, unit: str, batch: ImportBatch, noted: Noted) -> AbstractSet[str]:
    """The rows that are entries already, changed since or not."""
    if not await imported_entries.any_imported(work.connection, unit):
        return frozenset()
    identities = await imports.known_entries(work.connection, unit, batch.identities)
    before = await imported_entries.projects_by_key(work.connection, unit, list(batch.projects))
    return identities | await compare(work.connection, batch, Known(unit, batch.source, identities, before), noted)


async def _look_at_approver(work: Work, order: ImportOrder, found: _Found) -> None:
    """An approver whom nobody knew is noted, and refused with a reserved id; people of the file have got ids that are none."""
    approver = order.approver
    if approver is None or any(person.id == approver.id for person in found.batch.people):
        return
    if not await imports.is_known(work.connection, approver.id):
        refuse_reserved(approver.id, field="approver")
        found.noted.add(Warned(1, 0, "new_approver", "", {"person": approver.id}))


async def _unit(work: Work, order: ImportOrder) -> StoredUnit:
    """The unit, made where there is none."""
    unit = await projects.unit(work.connection, order.unit)
    if unit is None:
        name = order.unit.capitalize()
        await projects.insert_unit(work.connection, NewUnit(order.unit, name, order.currency, Policy(), by=work.person))
        unit = await projects.unit(work.connection, order.unit)
        assert unit is not None
    return unit


def _people(batch: ImportBatch, order: ImportOrder) -> list[ImportedPerson]:
    """The people of the file, and the approver where they are not among them."""
    people = {person.id: person for person in batch.people}
    if order.approver is not None:
        people.setdefault(order.approver.id, order.approver)
    return list(people.values())


async def _write(work: Work, fresh: Fresh, found: _Found) -> None:
    """What is new, block by block; others have their turn between two portions."""
    billed: dict[_External, list[str]] = defaultdict(list)
    rows = NewRows()
    for portion in found.new():
        await asyncio.sleep(0)
        for entry in portion:
            id = rows.add(fresh, entry)
            _note_closed_day(found.noted, entry, fresh.closed)
            if entry.becomes is ImportedAs.BILLED:
                billed[_External(fresh.projects[entry.project].id, entry.external_invoice)].append(id)
        await asyncio.sleep(0)
        if len(rows.entry) >= _BLOCK:
            await _copy(work, rows)
            rows = NewRows()
    await _copy(work, rows)
    for external, entries in billed.items():
        await _bill(work, fresh, external, entries)


def _note_closed_day(noted: Noted, entry: ImportedEntry, closed: Periods) -> None:
    """What is posted for a closed day counts for the first open one (ADR 015)."""
    if entry.becomes in DECIDED and not closed.is_open(entry.date):
        facts = {"date": entry.date.isoformat(), "accounting_date": closed.first_open(entry.date).isoformat()}
        noted.add(Warned(entry.line, entry.record, "closed_day", "date", facts))


async def _copy(work: Work, rows: NewRows) -> None:
    for table, values in rows.by_table().items():
        await imports.copy(work.connection, table, values)


@dataclass(frozen=True, slots=True)
class _External:
    """An invoice of the other system, by the number it has there; without one the file only says that rows are invoiced."""

    project: str
    number: str | None


async def _bill(work: Work, fresh: Fresh, external: _External, entries: Sequence[str]) -> None:
    """One confirmed external invoice. Its number is a fact of the history; ours is our own, so that no two are equal."""
    invoice = None
    for start in range(0, len(entries), _BLOCK):
        ledger = await actuals.of_entries(work.connection, entries[start : start + _BLOCK])
        rows = invoicing.rows_to_invoice((row.actual for rows in ledger.values() for row in rows), customer=None)
        if rows and invoice is None:
            invoice = new_ordered_id()
            new = invoices.NewInvoice(invoice, external.project, by=work.person, kind="external")
            await invoices.insert(work.connection, new)
        if rows and invoice is not None:
            await _confirm(work, invoice, rows, closed=fresh.closed)
    if invoice is not None:
        facts = {"import": fresh.batch} | ({} if external.number is None else {"external_number": external.number})
        confirmed = history.Happened("invoice", invoice, "confirmed", None, "confirmed", facts)
        await history.append(work.connection, [confirmed], act=work.act(fresh.now))


async def _confirm(work: Work, invoice: str, rows: Sequence[Actual], *, closed: Periods) -> None:
    await invoices.add_lines(work.connection, invoice, dict.fromkeys(actual.id for actual in rows))
    unchanged = [Billed(row, row.values.quantity) for row in rows]
    posting = on_open_days(invoicing.confirm(unchanged, cost_currency=rows[0].values.currency), closed)
    await actuals.write(work.connection, posting, of=PostingOf("invoice", invoice, invoice, moves=True))
