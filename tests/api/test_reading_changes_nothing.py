"""No GET changes anything: a link in a mail that somebody, or a scanner of mails, opens decides nothing (docs/channels.md)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx
import pytest

from tests.acting import ask_database
from tests.api.factory import new_factory
from tests.api.openapi import Operation, document_of, operations
from tests.api.test_subscriptions import subscribe
from tests.api.world import World
from tests.waiting import eventually

pytestmark = pytest.mark.api

COUNTED_ELSEWHERE = {"delivery_progress"}
"""What the courier of the worker counts for itself, whatever is asked of the API."""


async def fingerprint(url: str | None, unit: str) -> dict[str, str]:
    """A digest of every row of every table, but for what belongs to other units: other tests go on meanwhile."""
    tables = await ask_database(
        url,
        "select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    connection = await asyncpg.connect(str(url))
    try:
        return {name: await _digest(connection, name, unit) for (name,) in tables if name not in COUNTED_ELSEWHERE}
    finally:
        await connection.close()


async def _digest(connection: Any, table: str, unit: str) -> str:
    """Of the rows that name the unit or anything of it by a column that tells."""
    columns = {
        row["column_name"]
        for row in await connection.fetch(
            "select column_name from information_schema.columns where table_name = $1", table
        )
    }
    conditions = {
        "unit_id": "unit_id = $1",
        "id": "id::text = $1",
        "request_id": "request_id in (select id from recall_request where unit_id = $1)",
        "entry_id": "entry_id in (select id from entry where unit_id = $1)",
        "project_id": "project_id in (select id from project where unit_id = $1)",
        "subject_id": "subject_id::text in (select id::text from recall_request where unit_id = $1)",
        "subscription_id": "subscription_id in (select id from subscription where unit_id = $1)",
    }
    where = " or ".join(conditions[name] for name in conditions if name in columns) or "$1::text is not null"
    sql = f"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t where {where}"
    return str(await connection.fetchval(sql, unit))


def ids_of(world: World) -> Mapping[str, str]:
    """Something that is there for every parameter of a path."""
    recall = world.requested(world.approved())
    world.decide(recall, verdict="reject")
    waiting = world.requested(world.approved())
    invoiced = world.approved()
    factory = new_factory(world)
    output = factory.output()
    subscription = subscribe(world)
    ping = world.do("admin", f"/v1/subscriptions/{subscription['id']}/ping", {})
    channel, _ = world.channel()
    people = {"giver": world.people["mia"], "taker": world.people["noor"]}
    period = {"since": "2026-01-01", "until": "2026-12-31", "purpose": "decisions"}
    return {
        "unit": world.unit,
        "version": "1",
        "project": world.project,
        "recall": str(waiting["id"]),
        "invoice": world.drafted_invoice(invoiced),
        "order": factory.orders["RPO-1"],
        "item": factory.items["BOLT"],
        "center": factory.center,
        "capacity": str(output["capacity_entry"]),
        "subscription": str(subscription["id"]),
        "delivery": str(ping["id"]),
        "channel": channel,
        "subject": world.people["mia"],
        "delegation": str(world.do("mia", "/v1/delegations", people | period)["id"]),
        "entry": invoiced,
        "production_entry": str(output["item_entry"]),
    }


def entry_of(path: str, ids: Mapping[str, str]) -> str:
    """What the parameter `entry` of a path names: an entry of a project, or one of either production ledger."""
    if "/capacity-entries/" in path:
        return ids["capacity"]
    return ids["production_entry"] if "/production/" in path else ids["entry"]


def asked_for(operation: Operation, ids: Mapping[str, str]) -> dict[str, str]:
    """The query parameters without which nothing is answered, and the unit where one can be named."""
    parameters = [one for one in operation.description.get("parameters", ()) if one["in"] == "query"]
    wanted = [one["name"] for one in parameters if one["required"] or one["name"] == "unit"]
    return {name: ids[name] for name in wanted}


def settled(world: World, subscription: str) -> None:
    """Nothing of the world is under way: its ping has failed, because nobody is there, and Temporal was told everything."""

    def quiet() -> bool:
        found = world.get(f"/v1/subscriptions/{subscription}/deliveries?status=waiting", person="admin")
        return not found["items"] and asyncio.run(untold(world)) == 0

    eventually(quiet, seconds=40)


async def untold(world: World) -> int:
    """How many messages to workflows of the unit are not noted as delivered."""
    ((number,),) = await ask_database(
        world.service.settings.owner_database_url,
        "select count(*) from outbox o join recall_request r on r.id = o.request_id where r.unit_id = $1",
        world.unit,
    )
    return int(number)


def test_no_get_changes_anything(world: World, http: httpx.Client) -> None:
    ids = ids_of(world)
    settled(world, ids["subscription"])
    url = world.service.settings.owner_database_url
    before = asyncio.run(fingerprint(url, world.unit))
    reads = [one for one in operations(document_of(http, world.service.url)) if one.method == "GET"]

    statuses: dict[str, int] = {}
    for operation in reads:
        known = {**ids, "entry": entry_of(operation.path, ids)}
        path = operation.at(**{name: known.get(name, "nothing") for name in operation.parameters})
        query = asked_for(operation, ids)
        for person in ("admin", "bob", "mia"):
            answer = world.call(person, "GET", path, params=query, headers={"accept": "application/json"})
            statuses[operation.id] = min(statuses.get(operation.id, 999), answer.status_code)
    after = asyncio.run(fingerprint(url, world.unit))

    unread = {name: status for name, status in statuses.items() if status >= 400}
    assert len(reads) > 40
    assert unread == {}, json.dumps(unread)
    assert {name for name in before if before[name] != after[name]} == set()


def test_the_link_of_a_mail_leads_to_the_front_end_and_never_to_a_decision(world: World, http: httpx.Client) -> None:
    """Nothing under /v1 decides by GET: whatever a link leads to, a decision is a POST with a token or a signature."""
    deciding = [
        operation
        for operation in operations(document_of(http, world.service.url))
        if any(word in operation.id for word in ("decide", "decision", "withdraw", "approve", "reject"))
    ]

    assert len(deciding) > 5
    assert [one.id for one in deciding if one.method == "GET"] == []
