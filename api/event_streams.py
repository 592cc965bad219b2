"""Server-sent events: streams that wait for news, told by one question to the database for all of them.

A stream only ever holds the page it is sending: it reads the next one when the last one has gone out, so a slow reader
costs no memory, and reading again from its place is all there is to going on, after a break as within a stream.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import structlog
from fastapi.sse import format_sse_event

from api.edge import edge_error
from api.render.events import event, event_id
from domain.refusals import Code
from store import events
from store.database import Database, Row
from store.events import Place, Scope, Told
from store.faults import is_unavailable

_log = structlog.get_logger()
MEDIA_TYPE: Final = "text/event-stream"
RETRY_MILLISECONDS: Final = 2000
EVENTS_AT_ONCE: Final = 200
MOST_OF_ONE: Final = 50
"""So many streams one person may have open at an API: each keeps a connection, and there are only so many of those."""
_HEARTBEAT: Final = "still here"


@dataclass(frozen=True, slots=True)
class Feed:
    """What one stream sends to its reader, from behind a place; `read` asks the database for a part of it."""

    reader: str
    scope: Scope
    after: Place
    read: Callable[[Place], Awaitable[Told]]


class EventStreams:
    """All streams of a process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._listeners: dict[asyncio.Event, Scope] = {}
        self._of_reader: Counter[str] = Counter()
        self._watching: asyncio.Task[None] | None = None
        self._stopping = False
        self.heartbeat_seconds = 15.0
        self.look_every_seconds = 0.25
        self.longest_seconds = 900.0
        """A stream ends then; its reader comes back, and is asked again who it is."""

    @property
    def open(self) -> int:
        """How many streams there are now."""
        return len(self._listeners)

    def require_room(self, reader: str) -> None:
        """Raise EdgeError rate_limited where a person has as many streams open as one may have."""
        if not self._has_room(reader):
            raise edge_error(Code.RATE_LIMITED, why="streams", limit=str(MOST_OF_ONE))

    def _has_room(self, reader: str) -> bool:
        return self._of_reader[reader] < MOST_OF_ONE

    def stop(self) -> None:
        """End all streams, so that the process can stop."""
        self._stopping = True
        self._wake(None)
        if self._watching is not None:
            self._watching.cancel()

    async def stream(self, feed: Feed) -> AsyncIterator[bytes]:
        """The bytes of a stream, until its reader leaves, its time is over, or the process stops.

        A failing database ends it, too: its reader comes back and goes on behind the last event it got. Of many that were begun
        at one moment those for which there is no room end at once.
        """
        yield format_sse_event(id=event_id(feed.after), retry=RETRY_MILLISECONDS)
        place = feed.after
        end = asyncio.get_running_loop().time() + self.longest_seconds
        if not self._has_room(feed.reader):
            return
        with self._listening(feed) as news:
            while not self._stopping and asyncio.get_running_loop().time() < end:
                news.clear()
                found = await _read(feed, place)
                if found is None:
                    return
                for row in found.items:
                    yield _sent(row)
                place = found.place
                if not found.more and not await _came(news, seconds=self.heartbeat_seconds):
                    # Its place comes along: who comes back is not led again through what they do not see.
                    yield format_sse_event(comment=_HEARTBEAT, id=event_id(place))

    @contextmanager
    def _listening(self, feed: Feed) -> Iterator[asyncio.Event]:
        """Be woken when there may be something new, from now on until the end."""
        news = asyncio.Event()
        self._listeners[news] = feed.scope
        self._of_reader[feed.reader] += 1
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        try:
            yield news
        finally:
            del self._listeners[news]
            self._of_reader -= Counter({feed.reader: 1})  # nobody is kept who has none

    async def _watch(self) -> None:
        """Look for news while anybody listens.

        Whoever began to listen before it was known where the news begin is woken once for nothing, and so misses nothing.
        """
        place: Place | None = None
        while self._listeners and not self._stopping:
            try:
                place = await self._look(place)
            except Exception as error:  # noqa: BLE001 - the database is away: streams end by themselves, this looks again
                _log.warning("events.not_looking", error=type(error).__name__)
                place = None
            await asyncio.sleep(self.look_every_seconds)
        self._watching = None

    async def _look(self, place: Place | None) -> Place:
        async with self._database.reading() as connection:
            if place is None:
                place = await events.now(connection)
                self._wake(None)
                return place
            found = await events.page(connection, place, limit=EVENTS_AT_ONCE)
        if found.items:
            self._wake(found.items)
        return found.place

    def _wake(self, rows: Sequence[Row] | None) -> None:
        """Wake those whom rows concern; all of them where it is not known which rows."""
        recalls = None if rows is None else {row.subject_id for row in rows if row.subject_kind == "recall"}
        for news, scope in self._listeners.items():
            if recalls is None or scope.may_hold(recalls):
                news.set()


async def _read(feed: Feed, place: Place) -> Told | None:
    """What follows a place; None where the database cannot be asked."""
    try:
        return await feed.read(place)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return None


def _sent(row: Row) -> bytes:
    text = json.dumps(event(row), ensure_ascii=False, separators=(",", ":"))
    return format_sse_event(data_str=text, id=event_id((row.turn, row.sequence)))


async def _came(news: asyncio.Event, *, seconds: float) -> bool:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return False
    return True
