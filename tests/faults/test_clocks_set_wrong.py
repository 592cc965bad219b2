"""Machines whose clocks are days off: what is due, who may act today and which message is fresh goes by the time of Postgres (F20)."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from temporalio.client import Client

from tests.acting import Actors, actors, ask_database, fast_forward
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until
from tilbake.embedded.services import ROOT

pytestmark = pytest.mark.faults

OFF = timedelta(hours=50)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
POLICY = {"remind_after": "24h", "expire_after": "60h", "recall_window_days": 1}


def with_clock_off(by: timedelta) -> dict[str, str]:
    """Variables of a process on a machine whose clock is so far off (tests/skewed)."""
    path = [str(Path(__file__).parents[1] / "skewed"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    seconds = str(by.total_seconds())
    return {"PYTHONPATH": os.pathsep.join(filter(None, path)), "TILBAKE_TEST_CLOCK_OFF_SECONDS": seconds}


@pytest.fixture(params=[1, pytest.param(-1, marks=pytest.mark.long)], ids=["API ahead", "API behind"])
async def people(
    request: pytest.FixtureRequest, database: FreshDatabase, servers: Addresses, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Actors]:
    """People of a service whose API and worker are wrong by days, in opposite ways. Tokens are made by the clock of the API."""
    off = request.param * OFF
    service: Service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        api_extra=with_clock_off(off),
        worker_extra=with_clock_off(-off),
    )
    now = datetime.now(UTC) + off
    monkeypatch.setattr("tilbake.tokens.time", SimpleNamespace(time=now.timestamp))
    try:
        async with actors(service.url, service.settings, policy=POLICY) as made:
            yield made
    finally:
        await service.stop()


async def now_of(people: Actors) -> datetime:
    ((now,),) = await ask_database(people.settings.database_url, "select now()")
    return datetime.fromisoformat(now.isoformat())


async def delegated(people: Actors, *, since: datetime, until: datetime) -> None:
    """The second approver lets finance decide on these days; who is asked stays the first."""
    body = {"giver": people.approvers[1], "taker": people.finance, "purpose": "decisions"}
    days = {"since": since.date().isoformat(), "until": until.date().isoformat()}
    await people.done("POST", "/delegations", by=people.approvers[1], body=body | days)


async def events(people: Actors, recall: Mapping[str, Any]) -> list[str]:
    found = await people.done("GET", f"/recalls/{recall['id']}/history", by=people.owner)
    return [one["event"] for one in found["items"]]


async def test_what_is_due_and_who_may_act_today_goes_by_the_time_of_postgres(
    people: Actors, temporal_client: Client
) -> None:
    now = await now_of(people)
    worked = {"project": people.project, "kind": "time", "date": now.date().isoformat(), "quantity": "8"}
    entries = [(await people.done("POST", "/entries", by=people.owner, body=worked))["id"] for _ in range(3)]
    await people.done("POST", "/entries/submit", by=people.owner, body={"entries": entries})
    await people.done("POST", "/entries/approve", by=people.approvers[0], body={"entries": entries})
    await delegated(people, since=now, until=now + HOUR)

    by_delegate, by_webhook, waiting = [await people.ask(entry) for entry in entries]
    decided = await people.decide(by_delegate, by=people.finance)
    delivered = await people.deliver(by_webhook, by=people.approvers[0])

    assert (decided.status_code, delivered.status_code) == (202, 202), (decided.text, delivered.text)
    assert [(await people.ended(one))["status"] for one in (by_delegate, by_webhook)] == ["recalled"] * 2
    assert abs(datetime.fromisoformat(waiting["expires_at"]) - now - 60 * HOUR) < MINUTE
    assert abs(datetime.fromisoformat(waiting["next_step_at"]) - now - 24 * HOUR) < MINUTE
    await is_reminded_when_it_is_due(people, temporal_client, waiting, now=now)


async def is_reminded_when_it_is_due(
    people: Actors, temporal: Client, recall: dict[str, Any], *, now: datetime
) -> None:
    """Not an hour before, once an hour after; and what comes next keeps to the birth of the request."""
    await fast_forward(temporal, recall, 23 * HOUR)
    await temporal.get_workflow_handle(recall["workflow_id"]).describe()
    assert await events(people, recall) == ["requested"]
    await fast_forward(temporal, recall, 2 * HOUR)

    async def is_reminded() -> bool:
        return await events(people, recall) == ["requested", "reminded"]

    await until(is_reminded, what="the approver is reminded")
    following = (await people.recall(recall))["next_step_at"]
    assert abs(datetime.fromisoformat(following) - now - 48 * HOUR) < MINUTE
