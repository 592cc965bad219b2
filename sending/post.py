"""One POST to a receiver, bounded in time and in size; redirects are not followed, what is answered is read for its status only."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import h11

from domain.outgoing.receivers import Allowed, Receiver
from sending.addresses import connected
from sending.undelivered import Undelivered

TIMEOUT_SECONDS: Final = 10.0
MOST_SENT_BYTES: Final = 64 * 1024
MOST_READ_BYTES: Final = 32 * 1024
_PIECE: Final = 8 * 1024


@dataclass(frozen=True, slots=True)
class Answered:
    """What a receiver said: its status, and when to come again if it told."""

    status: int
    retry_after: str | None


async def post(receiver: Receiver, *, headers: Mapping[str, str], body: bytes, allowed: Allowed) -> Answered:
    """Send a body and wait for the status, ten seconds for all of it.

    Raises Undelivered timeout, unknown_host, private, no_connection, certificate, closed or not_http.
    """
    assert len(body) <= MOST_SENT_BYTES, "what goes out is thin"
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await _exchanged(receiver, headers, body=body, allowed=allowed)
    except TimeoutError:
        raise Undelivered("timeout") from None
    except h11.RemoteProtocolError:
        raise Undelivered("not_http") from None
    except OSError:
        raise Undelivered("closed") from None


async def _exchanged(receiver: Receiver, headers: Mapping[str, str], *, body: bytes, allowed: Allowed) -> Answered:
    reader, writer = await connected(receiver, allowed=allowed, limit=MOST_READ_BYTES)
    try:
        talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_READ_BYTES)
        fields = {"host": receiver.authority, **headers, "content-length": str(len(body)), "connection": "close"}
        request = h11.Request(method="POST", target=receiver.target, headers=list(fields.items()))
        for event in (request, h11.Data(data=body), h11.EndOfMessage()):
            writer.write(talk.send(event) or b"")
        await writer.drain()
        return await _answer(talk, reader)
    finally:
        writer.transport.abort()  # nothing more is said; whoever still sends may not keep us


async def _answer(talk: h11.Connection, reader: asyncio.StreamReader) -> Answered:
    """The first answer that is none of the provisional ones, of which there may be as many as fit the limit."""
    left = MOST_READ_BYTES
    while left > 0:
        event = talk.next_event()
        if isinstance(event, h11.Response):
            told = dict(event.headers).get(b"retry-after")
            return Answered(event.status_code, None if told is None else told.decode("latin-1"))
        if isinstance(event, h11.InformationalResponse):
            continue
        if event is not h11.NEED_DATA:
            raise Undelivered("closed")
        piece = await reader.read(_PIECE)
        if not piece:
            raise Undelivered("closed")
        left -= len(piece)
        talk.receive_data(piece)
    raise Undelivered("not_http")
