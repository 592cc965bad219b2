"""Reading server-sent events over real HTTP, and a server of the API within the test's own process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
import uvicorn

from api.__main__ import Server
from api.answers.entries import Event
from api.event_streams import EventStreams, Feed
from store.events import Place, Told
from tests.acting import ADMIN, Actors, set_up
from tests.contract import hold_to_contract
from tests.databases import FreshDatabase
from tests.harness import new_task_queue, service_settings
from tests.in_process import app_of
from tests.waiting import until
from tilbake.tokens import local_token

SOON = 10.0


@dataclass
class Block:
    """What stands between two empty lines of a stream: fields, or a comment."""

    id: str = ""
    data: dict[str, Any] | None = None
    comment: str = ""
    retry: str = ""

    @property
    def type(self) -> str:
        """The type of the event, empty where there is none."""
        return str(self.data["type"]) if self.data else ""

    @property
    def subject(self) -> str:
        """What the event is about, empty where there is none."""
        return str(self.data["subject"]) if self.data else ""


@dataclass
class Stream:
    """A stream as one reader has it; every event is held to the contract."""

    answer: httpx.Response
    lines: AsyncIterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self.lines = self.answer.aiter_lines()

    async def block(self, *, seconds: float = SOON) -> Block:
        """The next block of any kind."""
        async with asyncio.timeout(seconds):
            found = Block()
            async for line in self.lines:
                if not line:
                    return found
                name, _, value = line.partition(": ")
                if name == "data":
                    found.data = json.loads(value)
                    Event.model_validate_json(value)
                else:
                    setattr(found, name or "comment", value)
        raise StopAsyncIteration

    async def event(self) -> Block:
        """The next event; heartbeats are passed over."""
        while True:
            block = await self.block()
            if block.data is not None:
                return block

    async def events(self, count: int) -> list[Block]:
        """The next events."""
        return [await self.event() for _ in range(count)]


@dataclass
class Serving:
    """The API on a port, in this process, with people on it."""

    server: Server
    people: Actors
    streams: EventStreams

    @asynccontextmanager
    async def stream(
        self, path: str = "/events", *, by: str = "", headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[Stream]:
        """A stream over a connection of its own."""
        token = local_token(by or ADMIN, self.people.settings.issuer_key_path)
        sent = {"authorization": f"Bearer {token}", "accept": "text/event-stream", **(headers or {})}
        async with (
            httpx.AsyncClient(base_url=self.people.settings.api_url, timeout=SOON) as http,
            http.stream("GET", f"/v1{path}", headers=sent) as answer,
        ):
            assert answer.status_code == 200, await answer.aread()
            yield Stream(answer)

    def delegation(self, giver: str) -> dict[str, str]:
        """Somebody lets the owner ask for them, long ago."""
        days = {"since": "2015-01-01", "until": "2015-01-02", "purpose": "requests"}
        return {"giver": giver, "taker": self.people.owner, **days}

    async def poll(self, path: str = "/events", *, by: str = ADMIN, **parameters: object) -> dict[str, Any]:
        """The same as a list."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        headers = {"accept": "application/json"}
        answer = await self.people.call("GET", f"{path}?{query}", by=by, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def set_up_is_told(self) -> bool:
        """Whether the last thing that setting up did can be read."""
        return any(one["type"] == "channel.created" for one in (await self.poll(limit=200))["items"])

    async def no_stream_is_open(self) -> bool:
        """Whether nothing is left of any stream."""
        return self.streams.open == 0

    async def stop(self) -> None:
        """As Ctrl-C does."""
        self.server.should_exit = True


@asynccontextmanager
async def serving(database: FreshDatabase, *, temporal_address: str) -> AsyncIterator[Serving]:
    """Serve until the end of the block."""
    settings = service_settings(database, temporal_address=temporal_address, task_queue=new_task_queue())
    app = app_of(settings)
    config = uvicorn.Config(app, port=settings.api_port, log_level="warning", timeout_graceful_shutdown=20)
    server = Server(config, app.state.service)
    running = asyncio.create_task(server._serve())
    hold_to_contract(settings.api_port)

    async def started() -> bool:
        return server.started

    await until(started, what="the server listens")
    try:
        async with httpx.AsyncClient(base_url=settings.api_url, timeout=SOON) as http:
            made = Serving(server, await set_up(http, settings), app.state.service.events)
            await until(made.set_up_is_told, what="what setting up did is told, so that no stream tells it as news")
            yield made
    finally:
        server.should_exit = True
        await running


def counted_pages(here: Serving, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often each stream, in the order they are opened, asks the database."""
    pages: list[int] = []
    stream_of = here.streams.stream

    def counted(feed: Feed) -> AsyncIterator[bytes]:
        mine = len(pages)
        pages.append(0)

        async def more(place: Place) -> Told:
            pages[mine] += 1
            return await feed.read(place)

        return stream_of(replace(feed, read=more))

    monkeypatch.setattr(here.streams, "stream", counted)
    return pages
