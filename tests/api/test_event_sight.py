"""Events of what a reader does not see: they are not told, and the reader is led past them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from api.render.events import place_of
from tests.databases import FreshDatabase
from tests.servers import Addresses
from tests.streams import Serving, serving

pytestmark = pytest.mark.api


@pytest.fixture
async def here(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Serving]:
    async with serving(database, temporal_address=servers.temporal_address) as running:
        yield running


async def test_who_sees_nothing_of_it_is_led_past_it(here: Serving) -> None:
    await here.people.done("POST", "/people", by="admin", body={"id": "nemo", "name": "Nemo"})
    (recall,) = await here.people.asked(1)
    whole = await here.poll(limit=200)

    hidden = await here.poll(by="nemo")
    async with here.stream("/events?cursor=0-0", by="nemo") as stream:
        await here.people.done("POST", "/delegations", by="nemo", body=here.delegation("nemo"))
        told = await stream.event()

    assert whole["items"]
    assert hidden["items"] == []
    assert hidden["next"] >= whole["next"]
    assert told.type == "delegation.created"
    answer = await here.people.call("GET", f"/recalls/{recall['id']}/events", by="nemo")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_recall")


async def test_a_heartbeat_says_how_far_a_reader_was_led(here: Serving) -> None:
    await here.people.done("POST", "/people", by="admin", body={"id": "nemo", "name": "Nemo"})
    here.streams.heartbeat_seconds = 0.05
    await here.people.approved_entries(1)

    async with here.stream("/events?cursor=0-0", by="nemo") as stream:
        heartbeat = await stream.block()
        while place_of(heartbeat.id) == (0, 0):
            heartbeat = await stream.block()

    assert heartbeat.comment == "still here"
    assert heartbeat.data is None
