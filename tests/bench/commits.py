"""When a reversal was committed: told by key, once, and awaited by whoever wants to know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from api.outcomes import CHANNEL

PATIENCE_SECONDS = 60.0


class Commits(asyncio.DatagramProtocol):
    """Keys and the moments they were told; a key may be told before anybody waits for it."""

    def __init__(self) -> None:
        self._told: dict[str, float] = {}
        self._waiting: dict[str, asyncio.Future[float]] = {}

    async def of(self, key: str) -> float:
        """The moment (time.perf_counter) at which this key was told to be committed."""
        if key in self._told:
            return self._told.pop(key)
        self._waiting[key] = asyncio.get_running_loop().create_future()
        return await asyncio.wait_for(self._waiting[key], PATIENCE_SECONDS)

    def tell(self, key: str) -> None:
        """This key is committed now."""
        now = time.perf_counter()
        waiting = self._waiting.pop(key, None)
        if waiting is None:
            self._told[key] = now
        elif not waiting.done():
            waiting.set_result(now)

    def datagram_received(self, data: bytes, _address: Any) -> None:
        """A bare worker says so."""
        self.tell(data.decode())


@asynccontextmanager
async def told_by_postgres(database_url: str) -> AsyncIterator[Commits]:
    """Decisions by id, as the service itself tells them at their commit."""
    commits = Commits()
    connection = await asyncpg.connect(database_url)
    try:
        await connection.add_listener(CHANNEL, lambda _connection, _process, _channel, key: commits.tell(str(key)))
        yield commits
    finally:
        await connection.close()


@asynccontextmanager
async def told_by_datagram() -> AsyncIterator[tuple[Commits, int]]:
    """Keys as the bare worker tells them after each commit, and the port it tells them to: the cheapest way there is."""
    loop = asyncio.get_running_loop()
    transport, commits = await loop.create_datagram_endpoint(Commits, local_addr=("127.0.0.1", 0))
    try:
        yield commits, transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
