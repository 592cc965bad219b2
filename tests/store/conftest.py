"""What tests of the store start from."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from tests.databases import FreshDatabase, fresh_database, with_database
from tests.servers import Addresses
from tilbake.embedded.postgres_roles import create_database


@pytest.fixture
async def empty(servers: Addresses) -> AsyncIterator[str]:
    """The owner's address of an empty database."""
    name = f"test_{secrets.token_hex(6)}"
    connection = await asyncpg.connect(servers.admin_url)
    await create_database(connection, name)
    yield with_database(servers.owner_url, name)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(servers: Addresses) -> AsyncIterator[FreshDatabase]:
    """For tests that leave nothing behind."""
    async with fresh_database(servers) as fresh:
        yield fresh
