"""What the doctor says of Temporal: workers on both queues, and the schedule of the comparison."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import Client

from messaging.schedule import keep_schedule, schedule_id
from tests.databases import FreshDatabase
from tests.encrypting import encrypting
from tests.harness import new_task_queue
from tests.in_process import on_stage
from tests.servers import Addresses
from tests.temporal_access import shown_at
from tests.waiting import until
from tilbake.commands.doctor.findings import Finding
from tilbake.commands.doctor.temporal import judged, temporal
from tilbake.settings import Settings
from worker import build_worker

pytestmark = pytest.mark.workflow
EVERY = timedelta(seconds=30)


async def lines(settings: Settings) -> dict[str, Finding]:
    return {one.subject: one for one in await temporal(settings)}


async def test_where_nobody_works_and_nothing_is_scheduled_both_are_told(servers: Addresses) -> None:
    settings = Settings(
        temporal_address=servers.temporal_address, **shown_at(servers.temporal_address), task_queue=new_task_queue()
    )

    found = await lines(settings)

    assert {subject: one.mark for subject, one in found.items()} == {
        "Temporal": "ok  ",
        "Worker": "BAD ",
        "Delivery worker": "BAD ",
        "Workflows": "ok  ",
        "Comparison": "BAD ",
    }
    assert "its schedule is missing" in found["Comparison"].text
    assert (await lines(replace(settings, reconcile_seconds=0)))["Comparison"].mark == "-   "


async def test_a_worker_of_recalls_alone_delivers_nothing(
    database: FreshDatabase, servers: Addresses, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        settings = Settings(
            temporal_address=servers.temporal_address, **shown_at(servers.temporal_address), task_queue=stage.task_queue
        )

        async def polled() -> bool:
            return (await lines(settings))["Worker"].mark == "ok  "

        await until(polled, what="the worker is seen")
        assert (await lines(settings))["Delivery worker"].mark == "BAD "


async def test_a_schedule_is_judged_by_when_it_last_began(servers: Addresses, temporal_client: Client) -> None:
    settings = Settings(
        temporal_address=servers.temporal_address, **shown_at(servers.temporal_address), task_queue=new_task_queue()
    )
    await keep_schedule(temporal_client, task_queue=settings.task_queue, every=EVERY, language="en")
    handle = temporal_client.get_schedule_handle(schedule_id(settings.task_queue))
    try:

        async def begun() -> bool:
            return "last begun" in (await lines(settings))["Comparison"].text

        await until(begun, what="it has begun once")
        described = await handle.describe()
        now = datetime.now(UTC)
        assert (await lines(settings))["Comparison"].mark == "ok  "
        assert judged(described, every=EVERY, now=now + timedelta(seconds=100)).mark == "ok  "
        assert judged(described, every=EVERY, now=now + timedelta(seconds=130)).mark == "BAD "
        assert judged(described, every=EVERY * 2, now=now + timedelta(seconds=130)).mark == "ok  "

        await handle.pause()
        assert "is paused" in (await lines(settings))["Comparison"].text
    finally:
        await handle.delete()


@pytest.mark.long
async def test_a_key_that_is_missing_is_found_by_what_fails_for_it(
    database: FreshDatabase, servers: Addresses, temporal_client: Client, tmp_path: Path
) -> None:
    address = servers.temporal_address
    client, without = [await encrypting(address, tmp_path, key) for key in ("a", "b")]
    async with on_stage(database, temporal_client, working=False) as stage:
        stage.client = client
        settings = Settings(temporal_address=address, **shown_at(address), task_queue=stage.task_queue)
        async with build_worker(client, stage.database, stage.task_queue):
            ((recall, _),) = await stage.started()
        async with build_worker(without, stage.database, stage.task_queue):
            await stage.decided(recall)
            await stage.tell_temporal()

            async def told() -> Finding | None:
                found = (await lines(settings))["Workflows"]
                return found if found.mark == "BAD " else None

            found = await until(told, what="the doctor sees it", seconds=120)
        assert found is not None
        assert "1 fail at every try and wait for a release or a key (TILBAKE_PAYLOAD_KEYS_FILE)" in found.text
