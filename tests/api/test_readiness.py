"""Whether an API should be sent requests: the schema it needs is there, or a later one, which only adds."""

from __future__ import annotations

import asyncpg
import pytest
from temporalio.client import Client

from tests.databases import FreshDatabase
from tests.in_process import on_stage

pytestmark = pytest.mark.api


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ("select 1", 200, "ok"),
        ("insert into schema_migration values (9999, '9999_later.sql', 'x')", 200, "ok"),
        ("delete from schema_migration where number > 1", 503, "unavailable"),
    ],
)
async def test_an_api_is_ready_on_its_schema_and_on_a_later_one(
    change: str, status: int, word: str, damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        connection = await asyncpg.connect(damaged_database.owner_url)
        await connection.execute(change)
        await connection.close()
        await stage.service.delivery.start()
        answer = await stage.people.http.get("/readyz")
        await stage.service.delivery.stop()

    assert (answer.status_code, answer.json()["status"]) == (status, word)
