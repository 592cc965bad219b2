"""A small HTTP client: one kept-alive connection, one call at a time, so that the load driver takes little from the service."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

IDLE_SECONDS = 2.0


class Caller:
    """Posts to one server; one that was idle for long opens its connection again, because the server closes such."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._reader: asyncio.StreamReader
        self._writer: asyncio.StreamWriter
        self._good_until = 0.0

    async def post(self, path: str, body: bytes, headers: Mapping[str, str], *, expect: int) -> dict[str, Any]:
        """The answer's JSON; any other status than the expected one ends the run with what was said."""
        return await self.send("POST", path, body, headers, expect=expect)

    async def send(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, expect: int
    ) -> dict[str, Any]:
        """The same by any method."""
        if time.monotonic() > self._good_until:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        status, content = await self._answer()
        self._good_until = time.monotonic() + IDLE_SECONDS
        if status != expect:
            raise RuntimeError(f"{method} {path} answered {status}: {content[:500].decode(errors='replace')}")
        found: dict[str, Any] = json.loads(content)
        return found

    async def _answer(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0])
        return int(head.split(" ", 2)[1]), await self._reader.readexactly(length)
