"""Raw set-based SQL that writes the rows of a long request into plain copies of the tables: the yardstick."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

CHUNK = 500
_TABLES = ("actual", "entry", "approval", "history", "recall_line")


async def fill(admin: asyncpg.Connection, *, actuals: int) -> None:
    """Copies of entries with their approvals and actuals, until the table holds as many actuals as wanted.

    As a superuser, because triggers and keys that look at every row would take minutes.
    """
    missing = actuals - await admin.fetchval("select count(*) from actual")
    if missing <= 0:
        return
    await admin.execute("set session_replication_role = replica")
    await admin.execute(
        """create temp table filler as
           select gen_random_uuid() as id, e.id as source
             from (select e.id from entry e where exists (select from actual a where a.entry_id = e.id and a.adjustment_status = 'none')
                    limit 10000) e
            cross join generate_series(1, $1 / 20000 + 1)
            limit $1 / 2""".replace("$1", str(missing))
    )
    for table in ("entry", "approval", "actual"):
        await admin.execute(await _copying(admin, table))
    await admin.execute("drop table filler; reset session_replication_role")


async def _copying(admin: asyncpg.Connection, table: str) -> str:
    """Copy the rows of a table for the new entries."""
    rows = await admin.fetch(
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = $1", table
    )
    new = {"entry_id": "f.id", "id": "f.id" if table == "entry" else "gen_random_uuid()", "import_identity": "null"}
    names = [row["column_name"] for row in rows if not (table == "actual" and row["column_name"] == "id")]
    values = [new.get(name, f"t.{name}") for name in names]
    key = "id" if table == "entry" else "entry_id"
    return f"insert into {table} ({', '.join(names)}) select {', '.join(values)} from filler f join {table} t on t.{key} = f.source"


async def copy_tables(owner: asyncpg.Connection) -> None:
    """Plain copies: the same columns, rows and indexes, without checks, keys of other tables and triggers."""
    await owner.execute("drop schema if exists raw cascade; create schema raw")
    for table in _TABLES:
        await copy_table(owner, table)
    for table, column in (("actual", "id"), ("history", "sequence")):
        sql = (
            f"select setval(pg_get_serial_sequence('raw.{table}', '{column}'), (select max({column}) from raw.{table}))"
        )
        await owner.execute(sql)


async def copy_table(owner: asyncpg.Connection, table: str) -> None:
    """A plain copy of one table in the schema raw; columns that are made from others are made there, too."""
    made = "attgenerated = '' and not attisdropped and attnum > 0"
    names = await owner.fetchval(
        f"select string_agg(attname, ', ' order by attnum) from pg_attribute where attrelid = 'public.{table}'::regclass and {made}"
    )
    await owner.execute(
        f"create table raw.{table} (like public.{table} including defaults including identity including generated)"
    )
    await owner.execute(f"insert into raw.{table} ({names}) overriding system value select {names} from public.{table}")
    for row in await owner.fetch(
        "select indexdef from pg_indexes where schemaname = 'public' and tablename = $1", table
    ):
        await owner.execute(row["indexdef"].replace(" ON public.", " ON raw."))


@dataclass(slots=True)
class Raw:
    """Settles the lines of a request in the copies."""

    owner: asyncpg.Connection
    request: str
    seconds: float = 0.0

    async def subjects(self) -> list[str]:
        """The lines of the request, in the order in which they are settled."""
        rows = await self.owner.fetch(
            "select subject_id from raw.recall_line where request_id = $1::uuid order by subject_id", self.request
        )
        return [row["subject_id"] for row in rows]

    async def settle(self, ids: Sequence[str]) -> None:
        """Lines in chunks, each a transaction; the seconds are added up."""
        statements = [await self.owner.prepare(sql) for sql in (_REVERSALS, _STATUSES, _HISTORY, _LINES)]
        started = time.perf_counter()
        for start in range(0, len(ids), CHUNK):
            async with self.owner.transaction():
                for statement in statements:
                    await statement.fetch(ids[start : start + CHUNK], self.request)
        self.seconds += time.perf_counter() - started


_COPIED = (
    "entry_id, project_id, type, class, billing_type, price, amount_method, currency, exchange_rate, exchange_rate_date, percent,"
    " document_date, start_date, end_date, accounting_date, task, resource, role, category, product, unit_of_measure, contract,"
    " contract_line, customer, generation"
)
_NEGATED = ("quantity", "amount", "tax", "extended_amount", "base_amount", "basis_quantity", "basis_amount")
_REVERSALS = f"""
with live as (
    update raw.actual set adjustment_status = 'adjusted', billing_status = 'canceled'
     where entry_id = any($1::uuid[]) and adjustment_status = 'none' and reverses_id is null
 returning *
)
insert into raw.actual ({_COPIED}, {", ".join(_NEGATED)}, reverses_id, posting_kind, posting_id, adjustment_status, billing_status)
select {_COPIED}, {", ".join(f"-{name}" for name in _NEGATED)}, id, 'recall', $2::text::uuid, 'unadjustable', 'canceled' from live
"""
_STATUSES = """
with staged as (
    update raw.approval set stage = 'rejected' where entry_id = any($1::uuid[]) and current and $2::text is not null
)
update raw.entry set status = 'draft', version = version + 1 where id = any($1::uuid[])
"""
_HISTORY = """
insert into raw.history (subject_kind, subject_id, event, from_status, to_status, actor, business_at)
select 'entry', id::text, 'recalled', 'recall_requested', 'draft', $2::text, now() from unnest($1::uuid[]) as t(id)
"""
_LINES = (
    "update raw.recall_line set status = 'recalled' where subject_id = any($1::uuid[]) and request_id = $2::text::uuid"
)
