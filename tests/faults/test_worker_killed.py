"""The worker dies inside an activity, before or after its commit: another goes on, and everything is done once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from tests.acting import Actors, actors, ask_database, fast_forward
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until

pytestmark = pytest.mark.faults

AWAY = timedelta(days=3)


async def killed_at(service: Service, marker: Path) -> None:
    """SIGKILL the worker once it stands at the failpoint, and start another without one."""

    async def reached() -> bool:
        return await asyncio.to_thread(marker.exists)

    await until(reached, what=f"the worker reached {marker.name}")
    service.worker.kill()
    await service.restart_worker()


async def completed(client: Client, recall: dict[str, Any]) -> WorkflowExecutionStatus:
    """How the workflow of a request ended."""
    handle = client.get_workflow_handle(recall["workflow_id"])

    async def look() -> WorkflowExecutionStatus | None:
        status = (await handle.describe()).status
        return None if status is WorkflowExecutionStatus.RUNNING else status

    found = await until(look, what="the workflow ended")
    assert found is not None
    return found


@pytest.mark.parametrize("point", ["settle.before_commit", "settle.after_commit"])
async def test_a_worker_killed_while_it_settles_reverses_once(
    point: str, database: FreshDatabase, servers: Addresses, temporal_client: Client, tmp_path: Path
) -> None:
    marker = tmp_path / point
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        worker_extra={"TILBAKE_FAILPOINT": f"{point}={marker}"},
    )
    try:
        async with actors(service.url, service.settings) as people:
            (recall,) = await people.asked(1)
            await people.deliver(recall, by=people.approvers[0])

            await killed_at(service, marker)
            ended = await people.ended(recall)

            assert ended["status"] == "recalled"
            assert [one["outcome"] for one in ended["decisions"]] == ["applied"]
            assert await completed(temporal_client, recall) is WorkflowExecutionStatus.COMPLETED
            await assert_taken_back_once(people, database, ended)
    finally:
        await service.stop()


async def assert_taken_back_once(people: Actors, database: FreshDatabase, recall: dict[str, Any]) -> None:
    (line,) = recall["lines"]
    originals = [row["id"] for row in await people.actuals(line["subject"]) if row["reverses"] is None]
    assert len(originals) == 2
    assert sorted(await people.reversals(line["subject"])) == sorted(originals)
    told = await ask_database(
        database.app_url, "select count(*) from outgoing_event where request_id = $1::uuid", recall["id"]
    )
    assert told == [(3,)], "asked for, a decision needed, and recalled"


@pytest.mark.parametrize("point", [pytest.param("expire.before_commit", marks=pytest.mark.long), "expire.after_commit"])
async def test_a_worker_killed_while_a_request_expires_lets_it_expire_once(
    point: str, database: FreshDatabase, servers: Addresses, temporal_client: Client, tmp_path: Path
) -> None:
    marker = tmp_path / point
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        worker_extra={"TILBAKE_FAILPOINT": f"{point}={marker}"},
    )
    try:
        policy = {"remind_after": "5d", "expire_after": "2d"}
        async with actors(service.url, service.settings, policy=policy) as people:
            (recall,) = await people.asked(1)
            await fast_forward(temporal_client, recall, AWAY)

            await killed_at(service, marker)
            ended = await people.ended(recall)

            assert ended["status"] == "expired"
            assert await completed(temporal_client, recall) is WorkflowExecutionStatus.COMPLETED
            assert await people.reversals(recall["lines"][0]["subject"]) == []
    finally:
        await service.stop()


@pytest.mark.parametrize(
    "point", [pytest.param("reroute.before_commit", marks=pytest.mark.long), "reroute.after_commit"]
)
async def test_a_worker_killed_over_the_turn_of_a_day_hands_the_request_over_once(
    point: str, database: FreshDatabase, servers: Addresses, temporal_client: Client, tmp_path: Path
) -> None:
    marker = tmp_path / point
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        worker_extra={"TILBAKE_FAILPOINT": f"{point}={marker}"},
    )
    try:
        async with actors(service.url, service.settings, policy={"remind_after": "9d"}) as people:
            mia, noor = people.approvers
            days = {"since": (datetime.now(UTC) + timedelta(days=2)).date().isoformat(), "until": "2199-12-31"}
            given = {"giver": mia, "taker": noor, "purpose": "decisions", **days}
            await people.done("POST", "/delegations", by=mia, body=given)
            (recall,) = await people.asked(1)
            await fast_forward(temporal_client, recall, AWAY)

            await killed_at(service, marker)
            handed = await people.asking(recall, noor)

            assert (recall["asked"], recall["next_step"]) == (mia, "Somebody else is asked")
            assert handed["next_step"] == "The approver is reminded"
            told = "select facts ->> 'to' from outgoing_event where request_id = $1::uuid and type = 'recall.rerouted'"
            assert await ask_database(database.app_url, told, recall["id"]) == [(noor,)]
            assert (await people.decide(recall, by=mia)).status_code == 202
            assert (await people.ended(recall))["status"] == "recalled"
    finally:
        await service.stop()
