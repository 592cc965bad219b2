"""A schema as code sees it, and what a later one takes away from whoever was written for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import asyncpg

_COLUMNS = """
select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
       a.attnotnull and not a.atthasdef and a.attidentity = '' as has_to_be_given
  from pg_class c join pg_attribute a on a.attrelid = c.oid
 where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v') and a.attnum > 0 and not a.attisdropped"""
_CONSTRAINTS = """
select conrelid::regclass || ' ' || conname as name, pg_get_constraintdef(oid) as rule,
       array(select conrelid::regclass || '.' || attname from pg_attribute where attrelid = conrelid and attnum = any(conkey)) as columns
  from pg_constraint where connamespace = 'public'::regnamespace and conrelid <> 0 and contype <> 'n'"""
_UNIQUE = """
select indrelid::regclass || ' ' || indexrelid::regclass as name, pg_get_indexdef(indexrelid) as rule, '{}'::text[] as columns
  from pg_index i join pg_class c on c.oid = i.indexrelid
 where c.relnamespace = 'public'::regnamespace and indisunique
   and not exists (select from pg_constraint where conindid = i.indexrelid)"""
_TRIGGERS = """
select tgrelid::regclass || ' ' || tgname as name, pg_get_triggerdef(t.oid) as rule, '{}'::text[] as columns
  from pg_trigger t join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = 'public'::regnamespace and not tgisinternal"""
_FUNCTIONS = """
select oid::regprocedure::text as name, pg_get_function_result(oid) as rule
  from pg_proc where pronamespace = 'public'::regnamespace"""
_RIGHTS = """
select table_name || '.' || column_name || ' ' || lower(privilege_type) as name
  from information_schema.column_privileges where grantee = 'tilbake_application' and table_schema = 'public'
union select table_name || ' ' || lower(privilege_type)
  from information_schema.table_privileges where grantee = 'tilbake_application' and table_schema = 'public'
   and privilege_type in ('DELETE', 'TRUNCATE')"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Columns with their types and whether an insert has to name them; rules that refuse something, with the columns they are
    about where they are about some; functions with what they give; rights of the application."""

    columns: Mapping[str, tuple[str, bool]]
    rules: Mapping[str, tuple[str, frozenset[str]]]
    functions: Mapping[str, str]
    rights: frozenset[str]

    @property
    def tables(self) -> set[str]:
        return {name.partition(".")[0] for name in self.columns}


async def snapshot(url: str) -> Snapshot:
    """The schema of a database as it is now."""
    connection = await asyncpg.connect(url)
    try:
        columns = {r["name"]: (r["type"], r["has_to_be_given"]) for r in await connection.fetch(_COLUMNS)}
        rules = {
            r["name"]: (r["rule"], frozenset(r["columns"]))
            for sql in (_CONSTRAINTS, _UNIQUE, _TRIGGERS)
            for r in await connection.fetch(sql)
        }
        functions = {r["name"]: r["rule"] for r in await connection.fetch(_FUNCTIONS)}
        rights = frozenset(r["name"] for r in await connection.fetch(_RIGHTS))
    finally:
        await connection.close()
    return Snapshot(columns, rules, functions, rights)


def taken_away(before: Snapshot, after: Snapshot) -> list[str]:
    """What code written for the one may miss in the other: something is gone, has changed, is required, or is refused now."""
    return sorted([*_of_columns(before, after), *_of_rules(before, after), *_of_functions_and_rights(before, after)])


def _of_columns(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name, (type, had_to_be_given) in before.columns.items():
        now, has_to_be_given = after.columns.get(name, ("", False))
        if not now:
            yield f"column {name} is gone"
        elif now != type and not _has_more_room(type, now):
            yield f"column {name} was {type} and is {now}"
        elif has_to_be_given and not had_to_be_given:
            yield f"column {name} has to be given"
    for name, (_, has_to_be_given) in after.columns.items():
        if has_to_be_given and name not in before.columns and name.partition(".")[0] in before.tables:
            yield f"new column {name} has to be given"


def _of_rules(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """A rule about new columns alone concerns nobody who does not know them."""
    for name, (rule, columns) in after.rules.items():
        table, _, own = name.partition(" ")
        old = before.rules.get(name)
        if table not in before.tables or (columns and not columns & before.columns.keys()):
            continue
        if old is None:
            yield f"new rule {own} of {table}"
        elif old[0] != rule and not _is_wider(old[0], rule):
            yield f"other rule {own} of {table}"


def _of_functions_and_rights(before: Snapshot, after: Snapshot) -> Iterator[str]:
    for name, result in before.functions.items():
        if after.functions.get(name) != result:
            yield f"function {name} is gone or gives something else"
    for name in before.rights - after.rights:
        column = name.rpartition(" ")[0]
        if column in after.columns or "." not in column:
            yield f"no right any more: {name}"


def _has_more_room(before: str, after: str) -> bool:
    """A number with as many decimals and more digits before them."""
    form = re.compile(r"numeric\((\d+),(\d+)\)")
    old, new = form.fullmatch(before), form.fullmatch(after)
    return bool(old and new and old[2] == new[2] and int(old[1]) < int(new[1]))


def _is_wider(before: str, after: str) -> bool:
    """A list of values that has all of before and more, and otherwise reads the same."""
    old, new = before.split("'"), after.split("'")
    return old[0] == new[0] and set(old[1::2]) < set(new[1::2])
