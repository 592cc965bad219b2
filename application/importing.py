"""Importing a batch of entries: everything of it or nothing; what is known already stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application.work import Work, business_now, require_finance
from domain.project import invoicing
from domain.project.actuals import ApprovedAs, NewActual, rows_at_approval
from domain.project.entries import Entry, EntryEvent, EntryStatus
from domain.project.importing import ImportBatch, ImportedAs, ImportedEntry, ImportedPerson
from domain.project.invoicing import Billed
from store import actuals, history, imports, invoices, projects
from store.actuals import PostingOf
from store.ids import new_ordered_id
from store.projects import StoredProject, StoredUnit

DEFAULT_UNIT = "main"
_DECIDED = (ImportedAs.APPROVED, ImportedAs.BILLED)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `id` is None when nothing was new."""

    id: str | None
    rows: int
    created: int


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


Prepare = Callable[[Sequence[ImportedPerson], Sequence[str]], ImportBatch]


async def import_batch(work: Work, order: ImportOrder, prepare: Prepare) -> Imported:
    """Import what is new. `prepare` makes the batch, given the people imported before and all ids in use.

    A unit that is not there yet is made, with the currency of the order.
    """
    await imports.allow_time(work.connection)
    await imports.hold_unit(work.connection, order.unit)
    unit = await _unit(work, order)
    await require_finance(work, unit.id)
    batch = prepare(await imports.known_people(work.connection), await imports.taken_ids(work.connection))
    known = await imports.known_entries(work.connection, unit.id, [entry.identity for entry in batch.entries])
    fresh = [entry for entry in batch.entries if entry.identity not in known]
    if not fresh:
        return Imported(None, len(batch.entries), 0)
    id = new_ordered_id()
    await imports.add_people(work.connection, _people(batch, order))
    keys = await imports.add_projects(work.connection, unit.id, batch.projects, approver=order.approver_id)
    noted = imports.NewBatch(id, unit.id, batch.source, order.file_hash, len(batch.entries), len(fresh), by=work.person)
    await imports.add_batch(work.connection, noted)
    found = await projects.projects(work.connection, list(keys.values()))
    contracts = {key: found[project] for key, project in keys.items()}
    await _write(work, _Fresh(id, unit, order.approver_id, contracts), fresh)
    return Imported(id, len(batch.entries), len(fresh))


async def _unit(work: Work, order: ImportOrder) -> StoredUnit:
    unit = await projects.unit(work.connection, order.unit)
    if unit is None:
        name = order.unit.capitalize()
        await projects.insert_unit(work.connection, id=order.unit, name=name, currency=order.currency, policy={})
        unit = await projects.unit(work.connection, order.unit)
        assert unit is not None
    return unit


def _people(batch: ImportBatch, order: ImportOrder) -> list[ImportedPerson]:
    """The people of the file, and the approver where they are not among them."""
    if order.approver is None or order.approver.id in {person.id for person in batch.people}:
        return list(batch.people)
    return [*batch.people, order.approver]


@dataclass(frozen=True, slots=True)
class _Fresh:
    """What the new entries of a batch have in common."""

    batch: str
    unit: StoredUnit
    approver: str | None
    projects: Mapping[str, StoredProject]


async def _write(work: Work, fresh: _Fresh, entries: Sequence[ImportedEntry]) -> None:
    ids = {entry.identity: new_ordered_id() for entry in entries}
    now = business_now(work, fresh.unit)
    await imports.copy(work.connection, "entry", [_entry_row(fresh, entry, ids[entry.identity]) for entry in entries])
    submitted = [entry for entry in entries if entry.becomes is not ImportedAs.DRAFT]
    approvals = {entry.identity: new_ordered_id() for entry in submitted}
    rows = [_approval_row(fresh, entry, ids[entry.identity], approvals[entry.identity], now) for entry in submitted]
    await imports.copy(work.connection, "approval", rows)
    decided = [entry for entry in entries if entry.becomes in _DECIDED]
    values = [row for entry in decided for row in _actual_rows(fresh, entry, ids, approvals)]
    await imports.copy(work.connection, "actual", values)
    await imports.copy(
        work.connection, "history", [row for entry in entries for row in _history_rows(work, fresh, entry, ids, now)]
    )
    await _bill(work, fresh, [entry for entry in entries if entry.becomes is ImportedAs.BILLED], ids)


def _status(entry: ImportedEntry) -> EntryStatus:
    return EntryStatus.APPROVED if entry.becomes in _DECIDED else EntryStatus(entry.becomes.value)


def _entry_row(fresh: _Fresh, entry: ImportedEntry, id: str) -> dict[str, Any]:
    return {
        "id": id,
        "unit_id": fresh.unit.id,
        "project_id": fresh.projects[entry.project].id,
        "owner_id": entry.owner,
        "kind": entry.kind.value,
        "work_date": entry.date,
        "quantity": entry.quantity,
        "status": _status(entry).value,
        "billing_type": entry.billing_type.value,
        "amount_method": entry.amount_method.value,
        "amount": entry.amount,
        "cost_price": entry.cost_price,
        "sales_price": entry.sales_price,
        "task": entry.task,
        "description": entry.description,
        "role": entry.role,
        "category": entry.category,
        "unit_of_measure": entry.unit_of_measure,
        "import_identity": entry.identity,
        "import_batch_id": fresh.batch,
    }


def _approval_row(fresh: _Fresh, entry: ImportedEntry, id: str, approval: str, now: Any) -> dict[str, Any]:
    decided = entry.becomes in _DECIDED
    return {
        "id": approval,
        "entry_id": id,
        "stage": "approved" if decided else "submitted",
        "submitted_by": entry.owner,
        "submitted_at": now,
        "submitted_quantity": entry.quantity,
        "billable_quantity": entry.billable_quantity if decided else None,
        "billing_type": entry.billing_type.value if decided else None,
        "approver_id": fresh.approver if decided else None,
        "decided_at": now if decided else None,
    }


def _actual_rows(
    fresh: _Fresh, entry: ImportedEntry, ids: Mapping[str, str], approvals: Mapping[str, str]
) -> list[dict[str, object]]:
    contract = fresh.projects[entry.project].contract
    approved = ApprovedAs(entry.billable_quantity, entry.billing_type)
    rows = rows_at_approval(
        _as_entry(entry, contract.project, ids[entry.identity]), approved=approved, contract=contract
    )
    posting = {"posting_kind": "approval", "posting_id": approvals[entry.identity]}
    return [actuals.row_columns(NewActual(values), 1) | posting for values in rows]


def _as_entry(entry: ImportedEntry, project: str, id: str) -> Entry:
    return Entry(
        id=id,
        project=project,
        owner=entry.owner,
        kind=entry.kind,
        date=entry.date,
        quantity=entry.quantity,
        billing_type=entry.billing_type,
        cost_price=entry.cost_price,
        sales_price=entry.sales_price,
        task=entry.task,
        role=entry.role,
        category=entry.category,
        amount_method=entry.amount_method,
        amount=entry.amount,
        unit_of_measure=entry.unit_of_measure,
    )


def _history_rows(
    work: Work, fresh: _Fresh, entry: ImportedEntry, ids: Mapping[str, str], now: Any
) -> list[dict[str, Any]]:
    """The life of an imported entry up to now: created by who imports, submitted by its owner, approved by the approver."""
    steps: list[tuple[EntryEvent, str | None, str, str]] = [(EntryEvent.CREATED, None, "draft", work.person)]
    if entry.becomes is not ImportedAs.DRAFT:
        steps.append((EntryEvent.SUBMITTED, "draft", "submitted", entry.owner))
    if entry.becomes in _DECIDED:
        steps.append((EntryEvent.APPROVED, "submitted", "approved", fresh.approver or work.person))
    return [
        {
            "subject_kind": "entry",
            "subject_id": ids[entry.identity],
            "event": event.value,
            "from_status": before,
            "to_status": after,
            "actor": actor,
            "business_at": now,
            "facts": f'{{"import": "{fresh.batch}"}}',
        }
        for event, before, after, actor in steps
    ]


async def _bill(work: Work, fresh: _Fresh, billed: Sequence[ImportedEntry], ids: Mapping[str, str]) -> None:
    """One confirmed external invoice for each project and number; without a number the file only says that rows are invoiced."""
    groups: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for entry in billed:
        groups[fresh.projects[entry.project].id, entry.external_invoice].append(ids[entry.identity])
    for (project, number), entries in groups.items():
        ledger = await actuals.of_entries(work.connection, entries)
        found = (row.actual for rows in ledger.values() for row in rows)
        rows = invoicing.rows_to_invoice(found, customer=None)
        if rows:
            await _confirm(work, fresh, _External(project, number), rows)


@dataclass(frozen=True, slots=True)
class _External:
    """An invoice of the other system, by the number it has there."""

    project: str
    number: str | None


async def _confirm(work: Work, fresh: _Fresh, external: _External, rows: Sequence[Any]) -> None:
    """The number of the other system is a fact of the history; ours is our own, so that no two are equal."""
    invoice = new_ordered_id()
    await invoices.insert(
        work.connection, invoices.NewInvoice(invoice, external.project, by=work.person, kind="external")
    )
    await invoices.add_lines(work.connection, invoice, dict.fromkeys(actual.id for actual in rows))
    unchanged = [Billed(row, row.values.quantity) for row in rows]
    posting = invoicing.confirm(unchanged, cost_currency=rows[0].values.currency)
    await actuals.write(work.connection, posting, of=PostingOf("invoice", invoice, invoice, moves=True))
    facts = {"import": fresh.batch} | ({} if external.number is None else {"external_number": external.number})
    confirmed = history.Happened("invoice", invoice, "confirmed", None, "confirmed", facts)
    await history.append(work.connection, [confirmed], act=work.act(business_now(work, fresh.unit)))
