"""Breaking a database on purpose, to ask the audit whether it finds that; everything is undone again."""

from __future__ import annotations

import asyncpg

from store.audit import QUESTIONS
from store.audit_requests import TIMES

Found = set[tuple[str, str]]


async def found_after(connection: asyncpg.Connection[asyncpg.Record], sql: str) -> Found:
    """What the audit finds once this is done."""
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(sql)
    found = {(invariant, problem) for invariant, problem, ask in (*QUESTIONS, *TIMES) if await connection.fetch(ask)}
    await transaction.rollback()
    return found


async def found_altered(admin: asyncpg.Connection[asyncpg.Record], sql: str) -> Found:
    """What the audit finds once a superuser has altered rows whatever triggers and keys say; something has to be altered."""
    done = f"do $$ begin {sql}; if not found then raise 'nothing was altered'; end if; end $$"
    return await found_after(admin, f"set local session_replication_role = replica; {done}")
