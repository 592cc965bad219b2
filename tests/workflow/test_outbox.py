"""The outbox: one message that cannot be delivered holds nobody else up, and is kept."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import Client

from store.database import Connection, execute
from store.outbox import Message, add, due
from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.in_process import on_stage

pytestmark = pytest.mark.workflow

FROM_A_NEWER_RELEASE = """
insert into outbox (request_id, kind, workflow_id, payload)
values ('7c9e6679-7425-40de-944b-e07fc1f90ae7', 'start', 'recall-0-7c9e6679', '{"a_field_of_tomorrow": 1}') returning id"""


async def due_now(connection: Connection) -> list[Message]:
    """The first message of each request, whenever it would be due."""
    await execute(connection, "update outbox set due_at = now()")
    return await due(connection, limit=100)


async def outbox(database: FreshDatabase) -> list[Any]:
    return await ask_database(database.app_url, "select workflow_id, attempts > 0 from outbox")


async def test_a_message_nobody_here_understands_waits_for_somebody_who_does(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        await ask_database(database.app_url, FROM_A_NEWER_RELEASE)
        (recall,) = await stage.people.asked(1)

        await stage.tell_temporal(rounds=1)

        assert await outbox(database) == [("recall-0-7c9e6679", True)]
        assert (await stage.client.get_workflow_handle(recall["workflow_id"]).describe()).id == recall["workflow_id"]


async def test_what_is_to_be_told_of_a_request_keeps_its_order(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        first, second = await stage.people.asked(2)
        for recall in (first, second):
            await stage.decided(recall)
        sql = "update outbox set due_at = now() + case when request_id = $1::uuid and kind = 'start' then 1 else -1 end * interval '1 h'"
        await ask_database(database.owner_url, sql, first["id"])

        async with stage.database.begin() as connection:
            found = await due(connection, limit=100)

        assert [(one.request, one.kind) for one in found] == [(second["id"], "start")]


async def test_a_request_has_one_workflow_in_its_life_however_often_its_start_is_told(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        (recall,) = await stage.people.asked(1)
        await stage.decided(recall)
        async with stage.database.begin() as connection:
            told = [one for one in await due_now(connection) if one.kind == "start"]
        await stage.tell_temporal()
        handle = temporal_client.get_workflow_handle(recall["workflow_id"])
        await handle.result()
        run = (await handle.describe()).run_id

        async with stage.database.begin() as connection:
            await add(connection, told)
        await stage.tell_temporal()

        assert (await handle.describe()).run_id == run
        assert await outbox(database) == []


async def test_what_is_told_to_a_workflow_that_has_ended_is_not_kept(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        ((recall, handle),) = await stage.started()
        await handle.terminate("by mistake")
        await stage.decided(recall)

        await stage.tell_temporal()

        assert await outbox(database) == []
