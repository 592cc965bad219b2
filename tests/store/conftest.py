"""What tests of the store start from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.databases import FreshDatabase, empty_database, fresh_database
from tests.servers import Addresses


@pytest.fixture
async def empty(servers: Addresses) -> AsyncIterator[str]:
    """The owner's address of an empty database."""
    async with empty_database(servers) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(servers: Addresses) -> AsyncIterator[FreshDatabase]:
    """For tests that leave nothing behind."""
    async with fresh_database(servers) as fresh:
        yield fresh


@pytest.fixture
async def application(damaged_database: FreshDatabase) -> AsyncIterator[Any]:
    """A connection that may do what the application may."""
    connection = await asyncpg.connect(damaged_database.app_url)
    yield connection
    await connection.close()


@pytest.fixture
async def owner(damaged_database: FreshDatabase) -> AsyncIterator[Any]:
    """A connection that may do everything."""
    connection = await asyncpg.connect(damaged_database.owner_url)
    yield connection
    await connection.close()
