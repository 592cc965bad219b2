"""The outbox: one message that cannot be delivered holds nobody else up, and is kept."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import Client

from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.in_process import on_stage

pytestmark = pytest.mark.workflow

FROM_A_NEWER_RELEASE = """
insert into outbox (request_id, kind, workflow_id, payload)
values ('7c9e6679-7425-40de-944b-e07fc1f90ae7', 'start', 'recall-0-7c9e6679', '{"a_field_of_tomorrow": 1}') returning id"""


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
