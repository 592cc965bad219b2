"""What Temporal stores is encrypted: requests live through the switching on and through rotations, and nothing readable leaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowHandle

from tests.databases import FreshDatabase
from tests.encrypting import encrypting, payloads_in
from tests.in_process import Stage, on_stage
from tests.mailing import mailing_to
from tests.servers import Addresses, new_directory, remove_directory
from tests.unmistakable import WORDS, Writers, found_in
from tests.waiting import until
from tilbake.embedded.ports import free_ports
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings
from tilbake.temporal.payload_codec import ENCODING, KEY_ID
from worker import build_worker

pytestmark = pytest.mark.workflow
Handle = WorkflowHandle[Any, Any]


@pytest.mark.long
async def test_requests_live_through_switching_on_a_rotation_and_a_key_that_is_missing_for_a_while(
    database: FreshDatabase, temporal_client: Client, servers: Addresses, tmp_path: Path
) -> None:
    address = servers.temporal_address
    a, b, both = [await encrypting(address, tmp_path, *ids) for ids in (("a",), ("b",), ("b", "a"))]
    async with on_stage(database, temporal_client, working=False) as stage:
        async with build_worker(temporal_client, stage.database, stage.task_queue):
            ((plain, of_plain),) = await stage.started()
            await waits(of_plain)
        stage.client = a
        async with build_worker(a, stage.database, stage.task_queue):
            (old, of_old), (later, of_later) = await stage.started(2)
            await waits(of_old)
            await waits(of_later)

        stage.client = both
        async with build_worker(both, stage.database, stage.task_queue):
            await decided(stage, plain, old)
            for recall, handle in ((plain, of_plain), (old, of_old)):
                assert (await stage.people.ended(recall))["status"] == "recalled"
                await ended(handle)
        stage.client = b
        async with build_worker(b, stage.database, stage.task_queue):
            await decided(stage, later)
            failure = await failed(of_later)
            said = str(await b.data_converter.decode_failure(failure))
            assert "The key ring has no key 'a'" in said
            assert "key ring" not in failure.message
            assert (await stage.people.recall(later))["status"] == "awaiting_decision"
            assert (await of_later.describe()).status is WorkflowExecutionStatus.RUNNING
        stage.client = both
        async with build_worker(both, stage.database, stage.task_queue):
            assert (await stage.people.ended(later))["status"] == "recalled"
            await ended(of_later)

        assert await keys_of(of_plain) == {"b", ""}
        assert await keys_of(of_old) == {"a", "b"}


async def test_nothing_that_somebody_wrote_is_in_the_files_of_temporal(
    damaged_database: FreshDatabase, tmp_path: Path
) -> None:
    directory = new_directory()
    (port,) = free_ports(1)
    file = directory / "temporal.db"
    temporal = TemporalServer(directory, Settings.from_environment().cache_dir, port, ui_port=None, database=file)
    try:
        await temporal.start(say=say_nothing)
        client = await encrypting(temporal.address, tmp_path, "a")
        async with mailing_to(damaged_database, client, tmp_path / "mails") as mailing:
            writers = Writers(mailing.post_office.stage.people)
            await writers.set_up()
            approved, rejected, _waiting = [await writers.asked() for _ in range(3)]
            await mailing.post_office.told()
            for recall, verdict in ((approved, "approve"), (rejected, "reject")):
                assert (await writers.decide(recall, verdict=verdict)).status_code == 202
            await mailing.post_office.told()
            for recall in (approved, rejected):
                await ended(client.get_workflow_handle(recall["workflow_id"]))
            await mailing.post_office.told()
            assert await mailing.post_office.deliveries()
            begun = [one async for one in client.list_workflows()]

            assert {one.workflow_type for one in begun} == {"RecallRequest", "Delivery"}
            assert found_in(stored(directory), [*WORDS.values(), *writers.secrets]) == []
            for one in begun:
                assert await keys_of(client.get_workflow_handle(one.id)) == {"a"}
            plain = await Client.connect(temporal.address)
            await plain.start_workflow("Nobody", WORDS["reason"], id="plain", task_queue="nobody")
            assert found_in(stored(directory), WORDS.values()), "a word that is there is found"
    finally:
        await temporal.stop()
        remove_directory(directory)


def stored(directory: Path) -> dict[str, str]:
    """Every file Temporal writes: its database, what is not yet in it, and its log."""
    found = {file.name: file.read_bytes().decode("latin-1") for file in directory.rglob("*temporal*") if file.is_file()}
    assert any(len(text) > 100_000 for text in found.values())
    return found


async def decided(stage: Stage, *recalls: dict[str, Any]) -> None:
    for recall in recalls:
        await stage.decided(recall)
    await stage.tell_temporal()


async def events(handle: Handle) -> list[HistoryEvent]:
    return [event async for event in handle.fetch_history_events()]


async def waits(handle: Handle) -> None:
    """Its worker has begun it."""

    async def look() -> bool:
        return any(event.HasField("timer_started_event_attributes") for event in await events(handle))

    await until(look, what=f"{handle.id} waits")


async def ended(handle: Handle) -> None:
    async def look() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await until(look, what=f"{handle.id} has ended")


async def failed(handle: Handle) -> Failure:
    """What a workflow task failed with, as Temporal has it, once one has."""

    async def look() -> list[Failure]:
        told = [event.workflow_task_failed_event_attributes for event in await events(handle)]
        return [one.failure for one in told if one.HasField("failure")]

    return (await until(look, what="the workflow task fails, to be seen"))[0]


async def keys_of(handle: Handle) -> set[str]:
    """The ids of the keys that a history is encrypted with; empty for payloads in plain.

    What the SDK notes of a local activity is its name, its number and its time, and stays plain.
    """
    kept = [one for event in await events(handle) for one in payloads_in(told(event))]
    return {one.metadata[KEY_ID].decode() if one.metadata["encoding"] == ENCODING else "" for one in kept}


def told(event: HistoryEvent) -> HistoryEvent:
    """An event without what the SDK itself notes."""
    copy = HistoryEvent()
    copy.CopyFrom(event)
    if copy.HasField("marker_recorded_event_attributes"):
        copy.marker_recorded_event_attributes.details.pop("data", None)
    return copy
