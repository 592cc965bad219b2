"""Streams of events take connections: one person has only so many, and nobody else is kept waiting for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from api import event_streams
from api.event_streams import Feed
from store.events import EVERYTHING, Place, Told
from tests.databases import FreshDatabase
from tests.servers import Addresses
from tests.streams import Serving, serving
from tests.waiting import until

pytestmark = pytest.mark.api
STREAM = {"accept": "text/event-stream"}


@pytest.fixture
async def here(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Serving]:
    async with serving(database, temporal_address=servers.temporal_address) as running:
        yield running


async def test_one_person_has_only_so_many_streams_open(here: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "MOST_OF_ONE", 2)
    owner = here.people.owner

    async with here.stream(by=owner) as first, here.stream("/inbox/events", by=owner) as second:
        await first.block()
        await second.block()
        await until(lambda: _open(here, 2), what="both streams are known")
        refused = await here.people.call("GET", "/events", by=owner, headers=STREAM)
        listed = await here.poll(by=owner)
        async with here.stream() as of_another:
            assert (await of_another.block()).id

    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert refused.json()["errors"][0]["facts"] == {"why": "streams", "limit": "2"}
    assert refused.headers["retry-after"]
    assert listed["next"]
    await until(here.no_stream_is_open, what="nothing is left of the streams")
    async with here.stream(by=owner) as again:
        assert (await again.block()).id


async def test_of_many_begun_at_one_moment_those_without_room_end(
    here: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "MOST_OF_ONE", 2)
    feed = Feed("bob", EVERYTHING, (0, 0), nothing_new)
    streams = [here.streams.stream(feed) for _ in range(4)]

    opened = [await anext(one) for one in streams]
    going_on = [asyncio.ensure_future(anext(one, b"ended")) for one in streams]
    await until(lambda: _open(here, 2), what="two of them listen")

    assert all(opened)
    assert await asyncio.gather(*going_on[2:]) == [b"ended", b"ended"]
    for one in going_on[:2]:
        one.cancel()
    await asyncio.gather(*going_on, return_exceptions=True)
    await until(here.no_stream_is_open, what="nothing is left of the streams")


async def nothing_new(place: Place) -> Told:
    return Told((), place, more=False)


async def _open(here: Serving, wanted: int) -> bool:
    return here.streams.open == wanted
