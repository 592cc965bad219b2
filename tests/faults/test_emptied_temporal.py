"""A Temporal that was emptied under a running service: it has everything again by itself, and nobody is told a wrong time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from temporalio.client import Client

from messaging.schedule import has_schedule
from tests.acting import Actors, actors, fast_forward
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.agreeing import COMPARING, agree, all_run
from tests.harness import start_service
from tests.waiting import until
from tilbake.embedded import temporal_server
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.temporal.search_attributes import missing_search_attributes

pytestmark = pytest.mark.faults

POLICY = {"remind_after": "2d", "expire_after": "5d"}


async def test_an_emptied_temporal_has_all_open_requests_again_with_their_deadlines(
    database: FreshDatabase, own_temporal: TemporalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = await start_service(database, temporal_address=own_temporal.address, worker_extra=COMPARING)
    try:
        async with actors(service.url, service.settings, policy=POLICY) as people:
            recalls = await people.asked(count(5, 50))
            decided, first, *others = recalls
            await all_run(await Client.connect(own_temporal.address), recalls)
            await emptied(own_temporal)
            assert (await people.deliver(decided, by=people.approvers[0])).status_code == 202
            await started_with_nothing(own_temporal, monkeypatch)
            client = await Client.connect(own_temporal.address)

            await everything_is_kept_there_again(client, service.settings.task_queue)
            await agree(database.app_url, {"lost": len(recalls)})
            await all_run(client, [first, *others])

            assert (await people.ended(decided))["status"] == "recalled"
            assert [await deadline(people, one) for one in others] == [deadline_of(one) for one in others]
            await fast_forward(client, first, timedelta(days=4))
            assert (await reminded(people, first))["status"] == "awaiting_decision"
            await fast_forward(client, first, timedelta(days=1))
            assert (await people.ended(first))["status"] == "expired"
            await all_taken_back(people, others)
    finally:
        await service.stop()


async def emptied(server: TemporalServer) -> None:
    """Stop it and delete all it has ever known."""
    await server.stop()
    assert server.database is not None
    files = list(server.database.parent.glob(f"{server.database.name}*"))
    assert files
    for file in files:
        file.unlink()


async def started_with_nothing(server: TemporalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody else would start it: without the search attributes that our own start gives it."""

    async def leave_it(_client: Client) -> None:
        return

    with monkeypatch.context() as patch:
        patch.setattr(temporal_server, "SEARCH_ATTRIBUTES", {})
        patch.setattr(temporal_server, "ensure_search_attributes", leave_it)
        await server.start(say=say_nothing)


async def everything_is_kept_there_again(client: Client, task_queue: str) -> None:
    async def look() -> bool:
        return not await missing_search_attributes(client) and await has_schedule(client, task_queue=task_queue)

    await until(look, what="search attributes and schedule are there again", seconds=60)


def deadline_of(recall: dict[str, Any]) -> tuple[str, str, str]:
    return recall["next_step"], recall["next_step_at"], recall["expires_at"]


async def deadline(people: Actors, recall: dict[str, Any]) -> tuple[str, str, str]:
    return deadline_of(await people.recall(recall))


async def reminded(people: Actors, recall: dict[str, Any]) -> dict[str, Any]:
    """The request once all reminders of its first four days were sent."""

    async def look() -> dict[str, Any] | None:
        now = await people.recall(recall)
        return now if now["next_step"] == "The request expires" or now["status"] != "awaiting_decision" else None

    return await until(look, what="it was reminded") or {}


async def all_taken_back(people: Actors, recalls: list[dict[str, Any]]) -> None:
    for recall in recalls:
        await people.decide(recall, by=people.approvers[0])
    for recall in recalls:
        ended = await people.ended(recall)
        assert ended["status"] == "recalled"
        assert len(await people.reversals(ended["lines"][0]["subject"])) == 2
