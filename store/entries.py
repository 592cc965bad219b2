"""Entries and their approval records in Postgres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from domain.project.entries import AmountMethod, ApprovalStage, BillingType, Entry, EntryKind, EntryStatus
from store import periods, visibility
from store.database import Connection, Row, execute, fetch
from store.history import Act
from store.ids import is_id, new_ordered_id
from store.questions import Question, answer
from store.turns import parts
from store.writes import Write


@dataclass(frozen=True, slots=True)
class StoredApproval:
    """The current approval record of an entry."""

    stage: ApprovalStage
    approver: str | None
    submitted_quantity: Decimal
    billable_quantity: Decimal | None
    billing_type: str | None
    comment: str | None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry with its unit and all that may be in its way but its actuals.

    That is its approval record, the open recall that names it, the vendor invoice that locks its cost, and the last closed
    day of its unit.
    """

    entry: Entry
    unit: str
    project_name: str
    description: str | None
    version: int
    approval: StoredApproval | None
    open_recall: str | None
    open_recall_number: int | None
    vendor_invoice: str | None
    closed_until: date | None


SELECT: Final = """
select e.id::text as id, e.unit_id, e.project_id::text as project_id, e.owner_id, e.kind, e.work_date, e.quantity, e.status,
       e.billing_type, e.amount_method, e.amount, e.cost_price, e.sales_price, e.external, e.task, e.description, e.role,
       e.category, e.product, e.unit_of_measure, e.version,
       a.stage, a.approver_id, a.submitted_quantity, a.billable_quantity, a.billing_type as approved_billing_type, a.comment,
       l.request_id::text as open_recall, (select number from recall_request where id = l.request_id) as open_recall_number,
       p.name as project_name,
       (select v.number from vendor_invoice_line i join vendor_invoice v on v.id = i.vendor_invoice_id
         where i.entry_id = e.id and not i.canceled) as vendor_invoice,
       (select max(day) from period_closing where unit_id = e.unit_id and reopened_at is null) as closed_until
  from entry e
  join project p on p.id = e.project_id
  left join approval a on a.entry_id = e.id and a.current
  left join lateral (
       select request_id from recall_line
        where kind = 'project_entry' and subject_id = e.id and status in ('open', 'blocked') limit 1) l on true
"""


_HOLD: Final = f"""
with held as materialized (
    select unit_id from entry where id = any(cast(:ids as uuid[])) order by id for update
)
select {periods.HOLD_SHARED} from (select distinct unit_id as unit from held order by unit_id) units
"""


async def hold(connection: Connection, ids: Sequence[str]) -> None:
    """Hold entries, in the order of their ids, and then the closed days of their units, until the end of the transaction."""
    await execute(connection, _HOLD, ids=list(ids))


async def kinds(connection: Connection, ids: Sequence[str]) -> dict[str, EntryKind]:
    """The kind of each entry."""
    sql = "select id::text as id, kind from entry where id = any(cast(:ids as uuid[]))"
    return {row.id: EntryKind(row.kind) for row in await fetch(connection, sql, ids=list(ids))}


async def load(
    connection: Connection, ids: Iterable[str], *, lock: bool = False, by: str | None = None
) -> dict[str, StoredEntry]:
    """The entries with these ids that `by` may see (None: the service itself), by id.

    Texts that are no id, and unknown ids, are simply not there.
    `lock` holds the entries and the closed days of their units until the end of the transaction: every writer of anything that
    belongs to an entry holds its row first. They are read after that, by a statement of its own: one that had to wait would
    see the entries as they are now, but what is joined to them as it was before.
    """
    wanted = sorted({name for name in ids if is_id(name)})
    if lock:
        await hold(connection, wanted)
    read = [await answer(connection, question(part, by=by)) for part in parts(wanted)]
    return {row.id: stored(row) for rows in read for row in rows}


def question(ids: Sequence[str], *, by: str | None = None) -> Question:
    """Which rows of SELECT have these ids, as far as `by` may see them."""
    seen, reader = visibility.seen(visibility.ENTRIES, by)
    sql = f"{SELECT} where e.id = any(cast(:ids as uuid[])) and {seen} order by e.id"
    return Question(sql, {"ids": list(ids), **reader})


def stored(row: Row) -> StoredEntry:
    """A row of SELECT as an entry."""
    return StoredEntry(
        entry=_entry(row),
        unit=row.unit_id,
        project_name=row.project_name,
        description=row.description,
        version=row.version,
        approval=_approval(row),
        open_recall=row.open_recall,
        open_recall_number=row.open_recall_number,
        vendor_invoice=row.vendor_invoice,
        closed_until=row.closed_until,
    )


def _entry(row: Row) -> Entry:
    return Entry(
        id=row.id,
        project=row.project_id,
        owner=row.owner_id,
        kind=EntryKind(row.kind),
        date=row.work_date,
        quantity=row.quantity,
        status=EntryStatus(row.status),
        stage=None if row.stage is None else ApprovalStage(row.stage),
        billing_type=BillingType(row.billing_type),
        amount_method=AmountMethod(row.amount_method),
        amount=row.amount,
        cost_price=row.cost_price,
        sales_price=row.sales_price,
        external=row.external,
        task=row.task,
        role=row.role,
        category=row.category,
        product=row.product,
        unit_of_measure=row.unit_of_measure,
    )


def _approval(row: Row) -> StoredApproval | None:
    if row.stage is None:
        return None
    return StoredApproval(
        stage=ApprovalStage(row.stage),
        approver=row.approver_id,
        submitted_quantity=row.submitted_quantity,
        billable_quantity=row.billable_quantity,
        billing_type=row.approved_billing_type,
        comment=row.comment,
    )


_FIELDS: Final = {
    "work_date": "date",
    "quantity": "numeric",
    "billing_type": "text",
    "amount_method": "text",
    "amount": "numeric",
    "cost_price": "numeric",
    "sales_price": "numeric",
    "external": "boolean",
    "task": "text",
    "description": "text",
    "role": "text",
    "category": "text",
    "product": "text",
    "unit_of_measure": "text",
}


async def insert(connection: Connection, entry: Mapping[str, object]) -> None:
    """Add a draft; keys are column names."""
    names = ("id", "unit_id", "project_id", "owner_id", "kind", "status", *_FIELDS)
    sql = f"insert into entry ({', '.join(names)}) values ({', '.join(f':{name}' for name in names)})"
    await execute(connection, sql, **{name: entry[name] for name in names})


async def update_fields(connection: Connection, entry: str, changes: Mapping[str, object]) -> None:
    """Change some of the editable columns of an entry."""
    chosen = {name: value for name, value in changes.items() if name in _FIELDS}
    assignments = ", ".join(f"{name} = cast(:{name} as {_FIELDS[name]})" for name in chosen)
    sql = f"update entry set {assignments}, version = version + 1 where id = cast(:entry as uuid)"
    await execute(connection, sql, entry=entry, **chosen)


async def set_statuses(connection: Connection, statuses: Mapping[str, EntryStatus]) -> None:
    """Set the status of entries."""
    await execute(
        connection,
        """update entry e set status = t.status, version = e.version + 1
             from unnest(cast(:ids as uuid[]), cast(:statuses as text[])) as t(id, status) where e.id = t.id""",
        ids=list(statuses),
        statuses=[status.value for status in statuses.values()],
    )


async def set_stages(connection: Connection, stages: Mapping[str, ApprovalStage]) -> None:
    """Set the stage of the current approval records of entries."""
    await execute(
        connection,
        """update approval a set stage = t.stage
             from unnest(cast(:ids as uuid[]), cast(:stages as text[])) as t(id, stage) where a.entry_id = t.id and a.current""",
        ids=list(stages),
        stages=[stage.value for stage in stages.values()],
    )


async def open_approvals(connection: Connection, entries: Sequence[Entry], *, by: str, at: datetime) -> None:
    """A new approval record for each submission; the record before it stays as it was, no longer the current one."""
    ids = [entry.id for entry in entries]
    await execute(
        connection,
        "update approval set current = false where current and entry_id = any(cast(:ids as uuid[]))",
        ids=ids,
    )
    await execute(
        connection,
        """insert into approval (id, entry_id, stage, submitted_by, submitted_at, submitted_quantity)
           select t.id, t.entry, 'submitted', :by, :at, t.quantity
             from unnest(cast(:ids as uuid[]), cast(:entries as uuid[]), cast(:quantities as numeric[])) as t(id, entry, quantity)""",
        ids=[new_ordered_id() for _ in entries],
        entries=ids,
        quantities=[entry.quantity for entry in entries],
        by=by,
        at=at,
    )


@dataclass(frozen=True, slots=True)
class Approved:
    """How an entry was approved: what its approval record keeps."""

    entry: str
    stage: ApprovalStage
    billable_quantity: Decimal | None = None
    billing_type: str | None = None
    comment: str | None = None


async def decide_approvals(
    connection: Connection, approved: Sequence[Approved], *, by: str, at: datetime
) -> dict[str, str]:
    """Write the approver's decision into the current records; returns the id of each record by entry."""
    rows = await fetch(
        connection,
        """update approval a
              set stage = t.stage, approver_id = :by, decided_at = :at, billable_quantity = t.billable,
                  billing_type = t.billing_type, comment = t.comment
             from unnest(cast(:entries as uuid[]), cast(:stages as text[]), cast(:billables as numeric[]),
                         cast(:billing_types as text[]), cast(:comments as text[]))
                  as t(entry, stage, billable, billing_type, comment)
            where a.entry_id = t.entry and a.current
        returning a.entry_id::text as entry, a.id::text as id""",
        entries=[row.entry for row in approved],
        stages=[row.stage.value for row in approved],
        billables=[row.billable_quantity for row in approved],
        billing_types=[row.billing_type for row in approved],
        comments=[row.comment for row in approved],
        by=by,
        at=at,
    )
    return {row.entry: row.id for row in rows}


@dataclass(frozen=True, slots=True)
class EntryChange:
    """One event of an entry: the statuses before and after it, the stage its approval record takes, and for whom it was if not for all."""

    entry: str
    event: str
    before: EntryStatus
    after: EntryStatus
    stage: ApprovalStage | None
    on_behalf_of: str | None = None


_CHANGE_STATES: Final = """
entry_change as (
    select * from unnest(cast(:ids as uuid[]), cast(:events as text[]), cast(:befores as text[]),
                         cast(:afters as text[]), cast(:stages as text[]), cast(:for_whom as text[])) with ordinality
                  as t(id, event, before, after, stage, for_whom, position)
), changed_entries as (
    update entry e set status = t.after, version = e.version + 1
      from entry_change t where e.id = t.id and e.status = t.before
    returning 1
), staged as (
    update approval a set stage = t.stage
      from entry_change t where a.entry_id = t.id and a.current and t.stage is not null
), remembered_entries as (
    insert into history (subject_kind, subject_id, event, from_status, to_status, actor, on_behalf_of, business_at)
    select 'entry', id::text, event, before, after, :actor, coalesce(for_whom, :on_behalf_of), :at from entry_change order by position
)"""


def changing_states(changes: Sequence[EntryChange], *, act: Act) -> list[Write]:
    """Statuses, stages and history of entries; every entry must still be in the status it was read in."""
    if not changes:
        return []
    parameters = {
        "ids": [change.entry for change in changes],
        "events": [change.event for change in changes],
        "befores": [change.before.value for change in changes],
        "afters": [change.after.value for change in changes],
        "stages": [change.stage.value if change.stage else None for change in changes],
        "for_whom": [change.on_behalf_of for change in changes],
        "actor": act.by,
        "on_behalf_of": act.on_behalf_of,
        "at": act.at,
    }
    return [Write("entry", _CHANGE_STATES, parameters, {"changed_entries": len(changes)})]
