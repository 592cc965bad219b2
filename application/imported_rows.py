"""The rows that a new imported entry becomes: entry, approval, actuals and history, as the tables take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.periods import Periods
from domain.project.actuals import ApprovedAs, NewActual, Posting, rows_at_approval
from domain.project.dating import on_open_days
from domain.project.entries import Entry, EntryEvent, EntryStatus
from domain.project.importing import ImportedAs, ImportedEntry
from store import actuals
from store.ids import new_ordered_id
from store.projects import StoredProject, StoredUnit

DECIDED = (ImportedAs.APPROVED, ImportedAs.BILLED)


@dataclass(frozen=True, slots=True)
class Fresh:
    """What the new entries of a batch have in common: who imported them when, who approved what is approved, the closed days."""

    batch: str
    unit: StoredUnit
    importer: str
    approver: str | None
    projects: Mapping[str, StoredProject]
    now: datetime
    closed: Periods


@dataclass(slots=True)
class NewRows:
    """Rows by table, in the order in which the tables must be written."""

    entry: list[dict[str, Any]] = field(default_factory=list)
    approval: list[dict[str, Any]] = field(default_factory=list)
    actual: list[dict[str, Any]] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)

    def add(self, fresh: Fresh, entry: ImportedEntry) -> str:
        """All rows of one more entry; returns its id."""
        id = new_ordered_id()
        self.entry.append(_entry_row(fresh, entry, id))
        if entry.becomes is not ImportedAs.DRAFT:
            approval = new_ordered_id()
            self.approval.append(_approval_row(fresh, entry, id, approval))
            if entry.becomes in DECIDED:
                self.actual += _actual_rows(fresh, entry, id, approval)
        self.history += _history_rows(fresh, entry, id)
        return id

    def by_table(self) -> dict[str, list[dict[str, Any]]]:
        """The rows by the names of their tables."""
        return {"entry": self.entry, "approval": self.approval, "actual": self.actual, "history": self.history}


def _status(entry: ImportedEntry) -> EntryStatus:
    return EntryStatus.APPROVED if entry.becomes in DECIDED else EntryStatus(entry.becomes.value)


def _entry_row(fresh: Fresh, entry: ImportedEntry, id: str) -> dict[str, Any]:
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


def _approval_row(fresh: Fresh, entry: ImportedEntry, id: str, approval: str) -> dict[str, Any]:
    decided = entry.becomes in DECIDED
    return {
        "id": approval,
        "entry_id": id,
        "stage": "approved" if decided else "submitted",
        "submitted_by": entry.owner,
        "submitted_at": fresh.now,
        "submitted_quantity": entry.quantity,
        "billable_quantity": entry.billable_quantity if decided else None,
        "billing_type": entry.billing_type.value if decided else None,
        "approver_id": fresh.approver if decided else None,
        "decided_at": fresh.now if decided else None,
    }


def _actual_rows(fresh: Fresh, entry: ImportedEntry, id: str, approval: str) -> list[dict[str, object]]:
    contract = fresh.projects[entry.project].contract
    approved = ApprovedAs(entry.billable_quantity, entry.billing_type)
    rows = rows_at_approval(_as_entry(entry, contract.project, id), approved=approved, contract=contract)
    dated = on_open_days(Posting((), tuple(NewActual(values) for values in rows)), fresh.closed)
    posting = {"posting_kind": "approval", "posting_id": approval}
    return [actuals.row_columns(row, 1) | posting for row in dated.rows]


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


def _history_rows(fresh: Fresh, entry: ImportedEntry, id: str) -> list[dict[str, Any]]:
    """The life of an imported entry up to now: created by who imports, submitted by its owner, approved by the approver."""
    steps: list[tuple[EntryEvent, str | None, str, str]] = [(EntryEvent.CREATED, None, "draft", fresh.importer)]
    if entry.becomes is not ImportedAs.DRAFT:
        steps.append((EntryEvent.SUBMITTED, "draft", "submitted", entry.owner))
    if entry.becomes in DECIDED:
        steps.append((EntryEvent.APPROVED, "submitted", "approved", fresh.approver or fresh.importer))
    return [
        {
            "subject_kind": "entry",
            "subject_id": id,
            "event": event.value,
            "from_status": before,
            "to_status": after,
            "actor": actor,
            "business_at": fresh.now,
            "facts": f'{{"import": "{fresh.batch}"}}',
        }
        for event, before, after, actor in steps
    ]
