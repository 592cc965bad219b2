"""A fresh, migrated database for a test: copied from a template that is migrated once in a run."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from store import migrate as migrating
from store.migrate import migrate, migrations
from tests.servers import Addresses
from tilbake.embedded.postgres import APPLICATION
from tilbake.embedded.postgres_roles import create_database

TEMPLATE_LOCK = 7_414_203
FIRST_WITH_TURNS = 5


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """`owner_url` may do everything in it, `app_url` what the application may."""

    name: str
    owner_url: str
    app_url: str
    admin_url: str


@asynccontextmanager
async def fresh_database(servers: Addresses) -> AsyncIterator[FreshDatabase]:
    """A database of its own, dropped at the end, whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(servers.admin_url)
    try:
        await create_database(connection, name, template=await _template(connection, servers))
        yield FreshDatabase(
            name,
            owner_url=with_database(servers.owner_url, name),
            app_url=with_database(servers.app_url, name),
            admin_url=with_database(servers.admin_url, name),
        )
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


@asynccontextmanager
async def empty_database(servers: Addresses) -> AsyncIterator[str]:
    """The owner's address of a database without any schema."""
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(servers.admin_url)
    await create_database(connection, name)
    yield with_database(servers.owner_url, name)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@asynccontextmanager
async def database_of_before(servers: Addresses, migration: int) -> AsyncIterator[str]:
    """A database as it was before a migration, and all later ones: the address of its owner."""
    known = [one for one in migrations() if one[0] < migration]
    async with empty_database(servers) as url:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(migrating, "migrations", lambda: known)
            if migration <= FIRST_WITH_TURNS:
                patch.setattr(migrating, "_COUNT_ON", "select")
            await migrate(url)
        yield url


@asynccontextmanager
async def login_for(database: FreshDatabase, *, more: str = "") -> AsyncIterator[tuple[str, str, Any]]:
    """A login of a test's own that may enter this database: its name, its address, and a superuser's connection to change it.

    `more` are further words of CREATE ROLE.
    """
    name = f"test_login_{secrets.token_hex(4)}"
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute(f"create role {name} login password 'x' {more}")
    await admin.execute(f'grant connect on database "{database.name}" to {name}')
    try:
        yield name, f"postgresql://{name}:x@{database.admin_url.rpartition('@')[2]}", admin
    finally:
        await admin.execute(f"drop owned by {name}; drop role {name}")
        await admin.close()


def with_database(url: str, name: str) -> str:
    """The url of another database on the same server."""
    return f"{url.rpartition('/')[0]}/{name}"


async def _template(connection: asyncpg.Connection[asyncpg.Record], servers: Addresses) -> str:
    """Name of the migrated template; the first to ask builds it while the others wait for the lock."""
    digest = hashlib.sha256("".join(sql for _, _, sql in migrations()).encode()).hexdigest()[:12]
    name = f"template_{digest}"
    await connection.execute("SELECT pg_advisory_lock($1)", TEMPLATE_LOCK)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await create_database(connection, f"{name}_draft")
            await migrate(with_database(servers.owner_url, f"{name}_draft"), application_role=APPLICATION)
            await connection.execute(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"')
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", TEMPLATE_LOCK)
    return name
