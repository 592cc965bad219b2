"""Actuals in Postgres: read with their reversals and invoices, written set-based, changed in their status columns only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter
from typing import Any, Final

from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
)
from domain.project.entries import AmountMethod, BillingType
from store.database import Connection, Row, execute, fetch
from store.paging import Listed, Order, Span, listed
from store.questions import Question, answer
from store.turns import parts
from store.writes import Write

_COLUMN_OF: Final = {"class_": "class", "entry": "entry_id", "project": "project_id"}
VALUE_FIELDS: Final = tuple(field.name for field in fields(ActualValues))
VALUE_COLUMNS: Final = tuple(_COLUMN_OF.get(name, name) for name in VALUE_FIELDS)
_TYPES: Final = {
    "entry_id": "uuid",
    "project_id": "uuid",
    **dict.fromkeys(
        (
            "quantity",
            "price",
            "amount",
            "tax",
            "extended_amount",
            "base_amount",
            "percent",
            "basis_quantity",
            "basis_amount",
        ),
        "numeric",
    ),
    "exchange_rate": "numeric",
    **dict.fromkeys(("exchange_rate_date", "document_date", "start_date", "end_date", "accounting_date"), "date"),
}
SELECT_VALUES: Final = ", ".join(
    f"a.{column}::text as {column}" if _TYPES.get(column) == "uuid" else f"a.{column}" for column in VALUE_COLUMNS
)
_SELECT: Final = f"""
select a.id as actual_id, a.adjustment_status, a.billing_status, a.reverses_id, r.id as reversed_by,
       a.invoice_id::text as invoice_id, i.number as invoice_number, i.kind as invoice_kind, a.generation, a.posting_kind,
       a.posting_id::text as posting_id, {SELECT_VALUES}
  from actual a
  left join actual r on r.reverses_id = a.id
  left join invoice i on i.id = a.invoice_id
"""


@dataclass(frozen=True, slots=True)
class StoredActual:
    """An actual with what the store adds to it: its generation, the posting that wrote it, its invoice's number."""

    actual: Actual
    generation: int
    posting_kind: str
    posting_id: str
    invoice_number: str | None
    invoice_kind: str | None


async def of_entries(
    connection: Connection, entries: Sequence[str], *, lock: bool = False
) -> dict[str, list[StoredActual]]:
    """All actuals of the entries, by entry, in the order they were written; `lock` holds them until the end of the transaction.

    Without a lock thousands of entries are read a part at a time, so that others get their turn in between.
    """
    read = [await answer(connection, question(part, lock=lock)) for part in ([entries] if lock else parts(entries))]
    return by_entry((row for rows in read for row in rows), entries)


def question(entries: Sequence[str], *, lock: bool) -> Question:
    """Which actuals the entries have, in the order they were written."""
    sql = (
        f"{_SELECT} where a.entry_id = any(cast(:entries as uuid[])) order by a.id {'for update of a' if lock else ''}"
    )
    return Question(sql, {"entries": list(entries)})


def by_entry(rows: Iterable[Row], entries: Sequence[str]) -> dict[str, list[StoredActual]]:
    """Actuals of each of the entries, from the answer to the question."""
    found: dict[str, list[StoredActual]] = {entry: [] for entry in entries}
    for row in rows:
        found[row.entry_id].append(stored(row))
    return found


async def by_id(connection: Connection, ids: Sequence[int], *, lock: bool = False) -> list[StoredActual]:
    """The actuals with these ids, in the order they were written."""
    sql = _SELECT + "where a.id = any(:ids) order by a.id" + (" for update of a" if lock else "")
    return [stored(row) for row in await fetch(connection, sql, ids=list(ids))]


OF_ENTRY: Final = Order("actuals of an entry", {"id": int})


async def page_of_entry(connection: Connection, entry: str, span: Span) -> Listed[StoredActual]:
    """A part of the actuals of an entry, in the order they were written."""
    sql = "select a.id from actual a where a.entry_id = cast(:entry as uuid)"
    found = await listed(connection, sql, span, entry=entry)
    return found.of(await by_id(connection, [row.id for row in found.items]))


def stored(row: Row) -> StoredActual:
    """A row of a query that selects SELECT_VALUES and what stands around the values."""
    actual = Actual(
        id=row.actual_id,
        values=_values(row),
        adjustment=_ADJUSTMENTS[row.adjustment_status],
        billing=_BILLINGS[row.billing_status],
        reverses=row.reverses_id,
        reversed_by=row.reversed_by,
        invoice=row.invoice_id,
    )
    return StoredActual(actual, row.generation, row.posting_kind, row.posting_id, row.invoice_number, row.invoice_kind)


_CHOSEN: Final[Mapping[int, Mapping[str, Any]]] = {
    VALUE_FIELDS.index(name): {one.value: one for one in kind}
    for name, kind in {"type": ActualType, "billing_type": BillingType, "amount_method": AmountMethod}.items()
}
_ADJUSTMENTS: Final = {one.value: one for one in Adjustment}
_BILLINGS: Final = {one.value: one for one in BillingStatus}
_value_columns = attrgetter(*VALUE_COLUMNS)


def _values(row: Row) -> ActualValues:
    """By place: a long request reads thousands of rows of thirty values."""
    found = list(_value_columns(row))
    for place, members in _CHOSEN.items():
        found[place] = members[found[place]]
    return ActualValues(*found)


@dataclass(frozen=True, slots=True)
class PostingOf:
    """Which act writes the rows: its kind and id, and the invoice its new rows stand on.

    `moves` says that the rows whose status changes come to stand on that invoice, or on none.
    """

    kind: str
    id: str
    invoice: str | None = None
    moves: bool = False


_NEW: Final = ("id", *VALUE_COLUMNS, "adjustment_status", "billing_status", "reverses_id", "generation")
_UNNEST: Final = ", ".join(
    f"cast(:{column} as {({**_TYPES, 'id': 'bigint', 'reverses_id': 'bigint', 'generation': 'integer'}).get(column, 'text')}[])"
    for column in _NEW
)
_GENERATION: Final = """coalesce((select o.generation from actual o where o.id = t.reverses_id), t.generation,
       (select max(a.generation) from actual a where a.entry_id = t.entry_id), 1)"""
_INSERT: Final = f"""
insert into actual ({", ".join(_NEW)}, posting_kind, posting_id, invoice_id) overriding system value
select {", ".join(_GENERATION if column == "generation" else f"t.{column}" for column in _NEW)}, :posting_kind,
       cast(:posting_id as uuid), cast(:invoice_id as uuid)
  from unnest({_UNNEST}) with ordinality as t({", ".join(_NEW)}, position)
 order by t.position
"""


async def write(
    connection: Connection,
    posting: Posting,
    *,
    of: PostingOf,
    generations: Mapping[str, int] | None = None,
) -> None:
    """Write a posting: change the statuses it changes, add the rows it adds.

    A reversal belongs to the generation of its original. `generations` by entry says it for the other rows; without one
    they belong to the newest generation their entry has.
    """
    await change_statuses(connection, posting.changes, of=of)
    if not posting.rows:
        return
    ids = await _new_ids(connection, len(posting.rows))
    rows = [
        row_columns(row, (generations or {}).get(row.values.entry or ""))
        | {"id": id, "reverses_id": _original(row, ids)}
        for id, row in zip(ids, posting.rows, strict=True)
    ]
    arrays = {column: [row[column] for row in rows] for column in _NEW}
    await execute(connection, _INSERT, posting_kind=of.kind, posting_id=of.id, invoice_id=of.invoice, **arrays)


async def _new_ids(connection: Connection, count: int) -> list[int]:
    """Ids taken beforehand, so that a row may reverse another one of its own posting."""
    sql = "select nextval(pg_get_serial_sequence('actual', 'id')) as id from generate_series(1, :count)"
    return [row.id for row in await fetch(connection, sql, count=count)]


def _original(row: NewActual, ids: Sequence[int]) -> int | None:
    return row.reverses if row.reverses_new is None else ids[row.reverses_new]


def row_columns(row: NewActual, generation: int | None) -> dict[str, object]:
    """A new row as columns; the posting it belongs to is the writer's."""
    found: dict[str, object] = {
        column: getattr(row.values, name) for name, column in zip(VALUE_FIELDS, VALUE_COLUMNS, strict=True)
    }
    return found | {
        "adjustment_status": row.adjustment.value,
        "billing_status": row.billing.value,
        "reverses_id": row.reverses,
        "generation": generation,
    }


async def change_statuses(connection: Connection, changes: Iterable[StatusChange], *, of: PostingOf) -> None:
    """Set adjustment status, billing status and, where the posting moves them, the invoice of written rows."""
    wanted = list(changes)
    if not wanted:
        return
    await execute(
        connection,
        """update actual a
              set adjustment_status = t.adjustment, billing_status = t.billing,
                  invoice_id = case when :moves then cast(:invoice as uuid) else a.invoice_id end
             from unnest(cast(:ids as bigint[]), cast(:adjustments as text[]), cast(:billings as text[])) as t(id, adjustment, billing)
            where a.id = t.id""",
        ids=[change.actual for change in wanted],
        adjustments=[change.adjustment.value for change in wanted],
        billings=[change.billing.value for change in wanted],
        invoice=of.invoice,
        moves=of.moves,
    )


_COPIED: Final = tuple(
    column
    for column in VALUE_COLUMNS
    if column
    not in {
        "quantity",
        "amount",
        "tax",
        "extended_amount",
        "base_amount",
        "basis_quantity",
        "basis_amount",
        "accounting_date",
    }
)
_CANCEL: Final = """
canceled as (
    update actual a set adjustment_status = 'adjusted', billing_status = 'canceled' from plan where a.id = plan.id
)"""
_REVERSE: Final = f"""
insert into actual ({", ".join(_COPIED)}, quantity, amount, tax, extended_amount, base_amount, basis_quantity, basis_amount,
                    accounting_date, reverses_id, generation, posting_kind, posting_id, adjustment_status, billing_status)
select {", ".join(f"o.{column}" for column in _COPIED)}, -o.quantity, -o.amount, -o.tax, -o.extended_amount, -o.base_amount,
       -o.basis_quantity, -o.basis_amount, plan.day, o.id, o.generation, :posting_kind,
       cast(:posting_id as uuid), 'unadjustable', 'canceled'
  from plan join actual o on o.id = plan.id
 order by o.id
"""
_GIVEN: Final = """
plan as (
    select * from unnest(cast(:originals as bigint[]), cast(:dates as date[])) as t(id, day)
)"""
_REMEMBERED: Final = """
given as materialized (
    select subject, cast(:posting_id as uuid) as request from unnest(cast(:subjects as uuid[])) as t(subject)
), plan as materialized (
    select t.id, t.day
      from given join recall_line l on l.subject_id = given.subject and l.request_id is not distinct from given.request
       and l.basis is not null
     cross join lateral unnest(l.originals, l.days) as t(id, day)
)"""


async def write_remembered_reversals(connection: Connection, subjects: Sequence[str], *, of: PostingOf) -> None:
    """Write the reversals that the remembered plans of these lines of the request `of.id` say (store.remembered)."""
    if subjects:
        sql = f"with {_REMEMBERED}, {_CANCEL} {_REVERSE}"
        await execute(connection, sql, subjects=list(subjects), posting_kind=of.kind, posting_id=of.id)


async def write_reversals(connection: Connection, days: Mapping[int, date], *, of: PostingOf) -> None:
    """Write the reversal of each original, given by its id with the accounting day of the reversal.

    Values are copied and negated by the database from the originals, so nothing can be computed anew; the plan decides which
    originals and on which day.
    """
    if days:
        await execute(connection, f"with {_GIVEN}, {_CANCEL} {_REVERSE}", **_reversal(days, of))


def reversing(days: Mapping[int, date], *, of: PostingOf) -> list[Write]:
    """The same, to be written with other changes."""
    clauses = f"{_GIVEN}, {_CANCEL}, reversed as ({_REVERSE})"
    return [Write("reversal", clauses, _reversal(days, of))] if days else []


def _reversal(days: Mapping[int, date], of: PostingOf) -> dict[str, object]:
    return {
        "originals": list(days),
        "dates": list(days.values()),
        "posting_kind": of.kind,
        "posting_id": of.id,
    }


async def generations(connection: Connection, entries: Sequence[str]) -> dict[str, int]:
    """The newest generation of each entry that has actuals."""
    rows = await fetch(
        connection,
        """select entry_id::text as entry, max(generation) as newest from actual
            where entry_id = any(cast(:entries as uuid[])) group by entry_id""",
        entries=list(entries),
    )
    return {row.entry: row.newest for row in rows}
