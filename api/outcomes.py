"""Waiting for the outcome of a decision (`Prefer: wait`): told by Postgres when one is settled, and asked now and then."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg

from messaging.enduring import again_and_again

CHANNEL: Final = "tilbake_settled"
_ASK_EVERY_SECONDS: Final = 1.0


class Outcomes:
    """One listening connection for the process; waiters are woken by the id of a decision."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None
        self._leaving = False

    async def start(self) -> None:
        """Begin to listen, in the background."""
        listening = again_and_again(self._listen, every_seconds=1, failed="outcomes.not_listening")
        self._listening = asyncio.create_task(listening)

    async def stop(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()

    def let_go(self) -> None:
        """From now on nobody waits: whoever does is told that the outcome is not known yet."""
        self._leaving = True
        for events in self._waiting.values():
            for event in events:
                event.set()

    async def wait(self, decision: str, settled: Callable[[], Awaitable[bool]], *, seconds: float) -> bool:
        """Return True as soon as `settled()` does, False when the time is over or the process leaves."""
        event = asyncio.Event()
        self._waiting[decision].add(event)
        deadline = asyncio.get_running_loop().time() + seconds
        try:
            while not await settled():
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0 or self._leaving:
                    return False
                await _wait_for(event, min(left, _ASK_EVERY_SECONDS))
                event.clear()
            return True
        finally:
            self._waiting[decision].discard(event)
            if not self._waiting[decision]:
                del self._waiting[decision]

    async def _listen(self) -> None:
        """Until the connection is lost; waiters ask for themselves then."""
        connection, lost = await asyncpg.connect(self._url, timeout=5), asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            await connection.add_listener(CHANNEL, self._told)
            await lost.wait()
        finally:
            await connection.close(timeout=2)

    def _told(self, _connection: object, _process: int, _channel: str, payload: object) -> None:
        for event in self._waiting.get(str(payload), ()):
            event.set()


async def _wait_for(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
