"""What tests of the store start from."""

from __future__ import annotations

from collections.abc import AsyncIterator

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
