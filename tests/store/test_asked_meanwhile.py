"""A request is made while its approver hands decisions over, or the approvers change: whichever is first, who decides then is asked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from temporalio.client import Client

from store import new_requests, outbox
from store.audit import audit
from tests.acting import ADMIN, ask_database
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.waiting import until

pytestmark = pytest.mark.store
Json = dict[str, Any]
_WAITS = """select count(*) from pg_locks l join pg_database d on d.oid = l.database and d.datname = current_database()
             where l.locktype = 'advisory' and not l.granted"""


async def hand_over(stage: Stage, giver: str, taker: str) -> Json:
    """A person lets another one decide, for good."""
    days = {"since": "2020-01-01", "until": "2199-12-31"}
    body = {"giver": giver, "taker": taker, **days, "purpose": "decisions"}
    return dict(await stage.people.done("POST", "/delegations", by=giver, body=body))


async def reroutings(stage: Stage, recall: Json) -> list[tuple[str, Json]]:
    path = f"/recalls/{recall['id']}/history"
    items = (await stage.people.done("GET", path, by=stage.people.owner))["items"]
    return [(one["by"], one["facts"]) for one in items if one["event"] == "rerouted"]


async def test_a_delegation_given_after_the_request_had_looked(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        (entry,) = await stage.people.approved_entries(1)
        insert, made = new_requests.insert, list[Json]()

        async def inserted(*given: Any, **named: Any) -> int:
            made.append(await hand_over(stage, *stage.people.approvers))
            return await insert(*given, **named)

        monkeypatch.setattr(new_requests, "insert", inserted)
        recall = await stage.people.ask(entry)

        giver, taker = stage.people.approvers
        assert recall["asked"] == (await stage.people.recall(recall))["asked"] == taker
        facts = {"from": giver, "to": taker, "delegation": made[0]["id"]}
        assert await reroutings(stage, recall) == [("clock", facts)]


async def test_a_delegation_given_while_the_request_is_being_made_waits_for_it(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        (entry,) = await stage.people.approved_entries(1)
        add_first, giving = outbox.add_first, list[asyncio.Task[Json]]()

        async def is_waiting() -> bool:
            return await ask_database(database.owner_url, _WAITS) == [(1,)]

        async def added(*given: Any, **named: Any) -> outbox.Started:
            giving.append(asyncio.create_task(hand_over(stage, *stage.people.approvers)))
            await until(is_waiting, what="the delegation waits")
            return await add_first(*given, **named)

        monkeypatch.setattr(outbox, "add_first", added)
        recall = await stage.people.ask(entry)
        made = await giving[0]

        giver, taker = stage.people.approvers
        assert recall["asked"] == giver
        assert (await stage.people.recall(recall))["asked"] == taker
        facts = {"from": giver, "to": taker, "delegation": made["id"]}
        assert await reroutings(stage, recall) == [(giver, facts)]


async def only(stage: Stage, *approvers: str) -> None:
    path, body = f"/projects/{stage.people.project}/approvers", {"approvers": list(approvers)}
    await stage.people.done("PUT", path, by=ADMIN, body=body)


async def test_approvers_that_change_after_the_request_had_looked(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        (entry,) = await stage.people.approved_entries(1)
        before, after = stage.people.approvers
        insert = new_requests.insert

        async def inserted(*given: Any, **named: Any) -> int:
            await only(stage, after)
            return await insert(*given, **named)

        monkeypatch.setattr(new_requests, "insert", inserted)
        recall = await stage.people.ask(entry)

        assert recall["asked"] == after
        assert await reroutings(stage, recall) == [("clock", {"from": before, "to": after})]
        assert await audit(database.owner_url) == []


async def test_approvers_that_change_while_the_request_is_being_made_wait_for_it(
    database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        (entry,) = await stage.people.approved_entries(1)
        before, after = stage.people.approvers
        add_first, changing = outbox.add_first, list[asyncio.Task[None]]()

        async def is_waiting() -> bool:
            return await ask_database(database.owner_url, _WAITS) == [(1,)]

        async def added(*given: Any, **named: Any) -> outbox.Started:
            changing.append(asyncio.create_task(only(stage, after)))
            await until(is_waiting, what="the change waits")
            return await add_first(*given, **named)

        monkeypatch.setattr(outbox, "add_first", added)
        recall = await stage.people.ask(entry)
        await changing[0]

        assert recall["asked"] == before
        seen = await stage.people.done("GET", f"/recalls/{recall['id']}", by=stage.people.owner)
        assert seen["asked"] == after
        assert await reroutings(stage, recall) == [(ADMIN, {"from": before, "to": after})]


async def test_many_requests_are_handed_over_at_once_each_told_and_woken_once(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        recalls = await stage.people.asked(20)

        await hand_over(stage, *stage.people.approvers)

        _, taker = stage.people.approvers
        told = "select type, facts ->> 'to' from outgoing_event where type = 'recall.rerouted'"
        assert await ask_database(database.app_url, told) == [("recall.rerouted", taker)] * 20
        waking = "select count(*), count(distinct request_id) from outbox where kind = 'changed'"
        assert await ask_database(database.app_url, waking) == [(20, 20)]
        assert {(await stage.people.recall(recall))["asked"] for recall in recalls} == {taker}
