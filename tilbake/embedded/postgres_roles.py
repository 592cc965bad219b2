"""Roles and database of the embedded server; also lets the application role of any database in after a migration.

The owner runs migrations and nothing else. The application owns nothing: what it may do stands in the migrations as
grants to the group role `tilbake_application`, of which it is made a member here.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import asyncpg

from tilbake.embedded.postgres import APPLICATION, DATABASE, OWNER, Postgres

GROUP = "tilbake_application"
Connection = asyncpg.Connection


async def ensure_roles(server: Postgres) -> None:
    """Create the two login roles and the database where they are missing; safe to run at every start."""
    connection = await asyncpg.connect(server.admin_url())
    try:
        await _ensure_role(connection, server.owner_url(), "CREATEROLE")
        await _ensure_role(connection, server.app_url(), "NOCREATEROLE")
        await create_database(connection, DATABASE)
    finally:
        await connection.close()


async def _ensure_role(connection: Connection, url: str, right: str) -> None:
    """Names and passwords are our own (letters, digits, underscore), so they may stand in the statement."""
    parts = urlsplit(url)
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", parts.username)
    if known is None:
        await connection.execute(f"CREATE ROLE {parts.username} LOGIN {right} NOSUPERUSER PASSWORD '{parts.password}'")


async def create_database(connection: Connection, name: str, *, template: str = "template0") -> None:
    """Create a database that the owner role owns and only the two roles may enter, unless it exists."""
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name) is not None:
        return
    await connection.execute(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}"')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
    await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {APPLICATION}')


async def let_application_in(granting_url: str, application_url: str) -> None:
    """Make the application's login a member of the group role that the migrations created.

    `granting_url` is the role that created the group or a superuser. Where both are one role nothing is needed.
    """
    login = unquote(urlsplit(application_url).username or "")
    if login == unquote(urlsplit(granting_url).username or ""):
        return
    connection = await asyncpg.connect(granting_url)
    try:
        if await connection.fetchval("SELECT pg_has_role($1::name, oid, 'USAGE') FROM pg_roles WHERE rolname = $2", login, GROUP) is False:
            quoted = login.replace('"', '""')
            await connection.execute(f'GRANT {GROUP} TO "{quoted}"')
    finally:
        await connection.close()
