"""Rows as they stood in a database of an earlier schema.

`rows.json` holds what the service wrote when it was recorded: projects and production, requests in every state. In a database of an
earlier schema goes as much of it as has room there: tables and columns it has, in the form it had them. Nothing is filled in that
the migrations after it are there to fill in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

FILE: Final = Path(__file__).with_name("rows.json")
Row = dict[str, Any]

PRODUCTION, DOCUMENTS = 8, 13
"""The schemas from which on there is production, and policies are documents."""
FIRST_POLICY: Final = {
    "block_request_on_draft_invoice": False,
    "allow_self_decision": False,
    "recall_window_days": None,
    "reversal_date": "original",
    "quorum": 1,
    "escalate_to": None,
    "escalate_after": 259200.0,
    "remind_after": 86400.0,
    "expire_after": None,
    "withdraw_allowed": True,
}
"""As requests of the first releases keep it: output_reversal_needs_approval was not there yet."""
_COLUMNS: Final = """
select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
 group by c.relname"""
_WORDS: Final = """
select conrelid::regclass::text as name, attname::text as column, pg_get_constraintdef(k.oid) as rule
  from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and array[a.attnum] = k.conkey
 where k.contype = 'c' and pg_get_constraintdef(k.oid) like '%= ANY%'"""
_COUNTERS: Final = """
select c.relname::text as name, a.attname::text as column, pg_get_serial_sequence(c.relname, a.attname) as counter
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attidentity <> '' and not a.attisdropped"""


@dataclass(frozen=True, slots=True)
class Released:
    """What was recorded: rows by table, in the order in which tables refer to each other, and who they are about."""

    suffix: str
    project: str
    open_entry: str
    free_entry: str
    tables: Mapping[str, Sequence[Row]]

    @property
    def unit(self) -> str:
        """The unit of the project."""
        return f"u-{self.suffix}"


def released() -> Released:
    """What `python -m tests.released.record` has written."""
    return Released(**json.loads(FILE.read_text(encoding="utf-8")))


async def put_rows(owner_url: str, schema: int) -> dict[str, int]:
    """Write the rows into an empty database of this schema; how many, by table."""
    connection = await asyncpg.connect(owner_url)
    try:
        columns = {row["name"]: row["columns"] for row in await connection.fetch(_COLUMNS)}
        words = {
            (row["name"], row["column"]): set(re.findall(r"'(\w+)'", row["rule"]))
            for row in await connection.fetch(_WORDS)
        }
        there = {name: list(rows) for name, rows in _with_room(released().tables, schema, words) if name in columns}
        async with connection.transaction():
            for name, rows in there.items():
                await _insert(connection, name, rows, columns=columns[name])
            await _count_on(connection)
        return {name: len(rows) for name, rows in there.items()}
    finally:
        await connection.close()


async def _insert(
    connection: asyncpg.Connection[asyncpg.Record], name: str, rows: Sequence[Row], *, columns: Sequence[str]
) -> None:
    """Columns that came later are left out, and so are rows that the database made by itself, such as a first policy."""
    known = [one for one in columns if rows and one in rows[0]]
    if known:
        listed = ", ".join(known)
        await connection.execute(
            f"insert into {name} ({listed}) overriding system value "
            f"select {listed} from json_populate_recordset(null::{name}, $1) on conflict do nothing",
            json.dumps(rows),
        )


async def _count_on(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Rows written from now on have numbers of their own."""
    for row in await connection.fetch(_COUNTERS):
        await connection.execute(
            f"select setval('{row['counter']}', (select coalesce(max({row['column']}), 0) + 1 from {row['name']}), false)"
        )
    await connection.execute("select setval('recall_number', (select max(number) + 1 from recall_request), false)")


def _with_room(
    tables: Mapping[str, Sequence[Row]], schema: int, words: Mapping[tuple[str, str], set[str]]
) -> Iterator[tuple[str, Iterator[Row]]]:
    """What is told in words that came later has no room, such as roles and events of what was not there yet."""
    unknown = _of_production(tables) if schema < PRODUCTION else set()
    for name, rows in tables.items():
        yield (
            name,
            (
                _as_of(name, row, schema)
                for row in rows
                if not any(isinstance(value, str) and value in unknown for value in row.values())
                and all(value is None or value in words.get((name, column), {value}) for column, value in _plain(row))
            ),
        )


def _plain(row: Row) -> Iterator[tuple[str, Any]]:
    return ((column, value) for column, value in row.items() if isinstance(value, str))


def _as_of(name: str, row: Row, schema: int) -> Row:
    if name == "recall_request" and schema < DOCUMENTS:
        return row | {"policy": FIRST_POLICY}
    return row


def _of_production(tables: Mapping[str, Sequence[Row]]) -> set[str]:
    """Requests for production and decisions on them, by their ids."""
    requests = {row["id"] for row in tables["recall_request"] if row["kind"] == "production"}
    numbers = {str(row["number"]) for row in tables["recall_request"] if row["kind"] == "production"}
    return requests | numbers | {row["id"] for row in tables["decision"] if row["request_id"] in requests}
