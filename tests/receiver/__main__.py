"""A receiver of webhooks as a process: it answers as the address says, and tells what it got.

`python -m tests.receiver` prints its port. POST /NAME?then=500,429:7200,hang,204 answers so in turn, the last one for ever:
a status (with :SECONDS a Retry-After), or hang, slow, close, garbage, redirect, chatter, flood. GET /NAME tells what came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qs, urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_got: dict[str, list[dict[str, Any]]] = defaultdict(list)


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection, one request."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ")
        headers = dict(_pair(line) for line in head[1:-2])
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        parts = urlsplit(target)
        if method == "GET":
            writer.write(_response(200, json.dumps(_got[parts.path]).encode()))
        else:
            said = _note(parts.path, parse_qs(parts.query).get("then", ["204"])[0], headers, body)
            await _answer(said, reader, writer)
        await writer.drain()
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


def _pair(line: str) -> tuple[str, str]:
    name, _, value = line.partition(": ")
    return name.lower(), value


def _note(path: str, then: str, headers: dict[str, str], body: bytes) -> str:
    script = then.split(",")
    said = script[min(len(_got[path]), len(script) - 1)]
    _got[path].append({"headers": headers, "body": body.decode(), "answered": said, "at": time.time()})
    return said


async def _answer(said: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if said in _ODD:
        await _ODD[said](reader, writer)
    else:
        status, _, seconds = said.partition(":")
        writer.write(_response(int(status), b"{}", **({"retry-after": seconds} if seconds else {})))


async def _hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def _slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK":
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(1)


async def _close(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    return


async def _garbage(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 no http at all\r\n\r\n")


async def _chatter(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await _drained(writer)


async def _flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"x-more: " + b"x" * 1000 + b"\r\n")
        await _drained(writer)


async def _drained(writer: asyncio.StreamWriter) -> None:
    """Others are served meanwhile: as long as the system takes all that is written, drain() alone comes back at once."""
    await writer.drain()
    await asyncio.sleep(0)


async def _redirect(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_response(302, b"", location="/elsewhere?then=204"))


_ODD = {
    "hang": _hang,
    "slow": _slow,
    "close": _close,
    "garbage": _garbage,
    "chatter": _chatter,
    "flood": _flood,
    "redirect": _redirect,
}


def _response(status: int, body: bytes, **headers: str) -> bytes:
    fields = {"content-length": str(len(body)), "connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} Said", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def main() -> None:
    """Serve on a free port of loopback until killed."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
