"""Whether a role may do more than the application needs (ADR 034)."""

from __future__ import annotations

from typing import Final

import asyncpg

# The first that is so; null when the role is only what the migrations made of tilbake_application.
_EXCESS: Final = """
select case
    when r.rolsuper then 'it is a superuser'
    when r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolbypassrls
        then 'it may make roles or databases, replicate, or pass by row security'
    when exists (select from pg_class c where c.relnamespace = 'public'::regnamespace and pg_has_role(r.oid, c.relowner, 'member'))
        then 'it owns tables of the schema, or may become the role that does'
    when exists (select from pg_roles g where g.rolname ~ '^pg_' and pg_has_role(r.oid, g.oid, 'member'))
        then 'it is a member of a predefined role of Postgres'
    when has_schema_privilege(r.oid, 'public', 'create') or has_database_privilege(r.oid, current_database(), 'create')
        then 'it may make tables or schemas'
    when exists (select from pg_class c where c.relnamespace = 'public'::regnamespace
                    and c.relname in ('actual', 'capacity_entry', 'history', 'item_entry', 'value_entry')
                    and has_table_privilege(r.oid, c.oid, 'update, delete, truncate, trigger'))
        then 'it may change rows of the ledger or of the history'
end
  from pg_roles r where r.rolname = session_user"""


async def excess(url: str, *, patience_seconds: float = 5.0) -> str | None:
    """What the role of an address may do that the application has no need of: part of a sentence, or None.

    Raises OSError, TimeoutError and asyncpg's errors where the database cannot be asked.
    """
    connection = await asyncpg.connect(url, timeout=patience_seconds)
    try:
        found: str | None = await connection.fetchval(_EXCESS, timeout=patience_seconds)
        return found
    finally:
        await connection.close()
