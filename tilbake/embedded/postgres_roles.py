"""Login roles and database of the embedded server.

The owner runs migrations and nothing else. The application owns nothing: what it may do stands in the migrations as
grants to the group role `tilbake_application`, of which the migration makes it a member.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import asyncpg

from tilbake.embedded.postgres import APPLICATION, DATABASE, OWNER, Postgres


async def ensure_roles(server: Postgres) -> None:
    """Create the two login roles and the database where they are missing; safe to run at every start."""
    connection = await asyncpg.connect(server.admin_url())
    try:
        await _ensure_role(connection, server.owner_url(), "CREATEROLE")
        await _ensure_role(connection, server.app_url(), "NOCREATEROLE")
        await create_database(connection, DATABASE)
    finally:
        await connection.close()


async def _ensure_role(connection: asyncpg.Connection[asyncpg.Record], url: str, right: str) -> None:
    """Names and passwords are our own (letters, digits, underscore), so they may stand in the statement."""
    parts = urlsplit(url)
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", parts.username)
    if known is None:
        await connection.execute(f"CREATE ROLE {parts.username} LOGIN {right} NOSUPERUSER PASSWORD '{parts.password}'")


async def create_database(
    connection: asyncpg.Connection[asyncpg.Record], name: str, *, template: str = "template0"
) -> None:
    """Create a database that the owner role owns and only the two roles may enter, unless it exists.

    Its files are copied, which costs a fraction of writing them into the log page by page as well.
    """
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name) is not None:
        return
    await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY file_copy')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {APPLICATION}')
