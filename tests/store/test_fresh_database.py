"""The databases of tests: migrated, empty, apart from each other."""

from __future__ import annotations

import asyncpg
import pytest

from store.migrate import schema_version
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store


async def test_a_fresh_database_has_the_schema_of_this_release(database: FreshDatabase) -> None:
    connection = await asyncpg.connect(database.app_url)

    version = await connection.fetchval("SELECT max(number) FROM schema_migration")
    await connection.close()

    assert version == schema_version()


async def test_the_application_may_become_the_group_that_has_the_rights(database: FreshDatabase) -> None:
    connection = await asyncpg.connect(database.app_url, server_settings={"role": "tilbake_application"})

    superuser = await connection.fetchval("SELECT current_setting('is_superuser')")
    await connection.close()

    assert superuser == "off"
