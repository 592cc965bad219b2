"""All workers are down for a while and decisions come in: they wait, and the next worker settles each of them once (F2)."""

from __future__ import annotations

import asyncio

import pytest
from temporalio.client import Client

from tests.acting import ask_database
from tests.counts import count
from tests.databases import FreshDatabase
from tests.in_process import on_stage
from worker import build_worker

pytestmark = pytest.mark.faults


async def test_decisions_wait_while_all_workers_are_down_and_are_settled_once_by_the_next(
    database: FreshDatabase, temporal_client: Client
) -> None:
    number = count(12, 50)
    async with on_stage(database, temporal_client, working=False) as stage:
        started = await stage.started(number)
        recalls = [recall for recall, _ in started]
        for recall in recalls:
            await stage.decided(recall)
        await stage.tell_temporal()
        assert await ask_database(database.app_url, "select count(*) from decision where outcome = 'pending'") == [
            (number,)
        ]

        async with build_worker(temporal_client, stage.database, stage.task_queue):
            ended = await asyncio.gather(*(stage.people.ended(recall) for recall in recalls))

    assert {one["status"] for one in ended} == {"recalled"}
    assert {tuple(decision["outcome"] for decision in one["decisions"]) for one in ended} == {("applied",)}
    reversals = "select count(*), count(distinct reverses_id) from actual where reverses_id is not null"
    assert await ask_database(database.app_url, reversals) == [(2 * number, 2 * number)]
