"""Whether an API should be sent requests: the schema it needs is there, or a later one, which only adds."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from temporalio.client import Client

from tests.databases import FreshDatabase
from tests.in_process import SilentDelivery, on_stage

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


async def test_an_api_says_at_once_that_a_temporal_it_has_never_reached_hangs(
    database: FreshDatabase, temporal_client: Client
) -> None:
    hanging = await asyncio.start_server(lambda *_: asyncio.sleep(3600), "127.0.0.1", 0)
    port = hanging.sockets[0].getsockname()[1]
    async with on_stage(database, temporal_client, working=False) as stage:
        settings = replace(stage.service.settings, temporal_address=f"127.0.0.1:{port}")
        stage.service.delivery = SilentDelivery(settings, stage.database)
        await stage.service.delivery.start()
        async with asyncio.timeout(10):
            answers = await asyncio.gather(*(stage.people.http.get("/readyz") for _ in range(3)))
        await stage.service.delivery.stop()
    hanging.close()

    assert [(one.status_code, one.json()["temporal"]) for one in answers] == [(200, "away")] * 3
