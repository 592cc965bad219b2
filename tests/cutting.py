"""A wire between two parties that is cut at a chosen moment: what was sent has arrived, and the answer to it never does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tilbake.embedded.ports import free_ports


@dataclass(slots=True)
class Wire:
    """Passes bytes on to a port of this machine, both ways.

    Armed with words, it waits until they come from the caller, passes them on, and when the other side begins to answer it is
    `cut`: nothing of that answer arrives, and both connections end. Once; then it passes everything on again.
    """

    port: int
    target: int
    armed: bytes | None = None
    cut: asyncio.Event = field(default_factory=asyncio.Event)

    def arm(self, words: bytes) -> None:
        """Cut at the answer to the next message that has these words."""
        self.armed = words
        self.cut.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self.target)
        asked = asyncio.Event()
        ways = [self._forth(reader, back, asked), self._back(there, writer, asked)]
        tasks = [asyncio.create_task(way) for way in ways]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        back.close()
        writer.transport.abort()

    async def _forth(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if self.armed is not None and self.armed in data:
                self.armed = None
                asked.set()
            writer.write(data)
            await writer.drain()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event) -> None:
        while data := await reader.read(65536):
            if asked.is_set():
                self.cut.set()
                return
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def wire_to(target: int) -> AsyncIterator[Wire]:
    """A wire to this port, on a port of its own."""
    wire = Wire(free_ports(1)[0], target)
    server = await asyncio.start_server(wire.serve, "127.0.0.1", wire.port)
    try:
        yield wire
    finally:
        server.close()
