"""The addresses a host stands for now, all of them checked, and a connection to one of them.

Between the check and the connection nobody asks for the name again: an answer that changes (DNS rebinding) changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from functools import cache
from typing import Final

from domain.outgoing.receivers import Allowed, Receiver, refused_address
from sending.undelivered import Undelivered

MOST_TRIED: Final = 3
Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def addresses_of(receiver: Receiver, *, allowed: Allowed) -> list[str]:
    """Every address of the host, in the order to try them. Raises Undelivered unknown_host, or private for any of them."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Undelivered("unknown_host") from None
    addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
    if not addresses:
        raise Undelivered("unknown_host")
    if refused_address(addresses, allowed=allowed) is not None:
        raise Undelivered("private")
    return addresses


async def connected(receiver: Receiver, *, allowed: Allowed, limit: int) -> Stream:
    """A connection to the first checked address that takes one; a certificate is checked against the host's name.

    limit: bytes of an answer that are kept unread. Raises Undelivered unknown_host, private, no_connection or certificate.
    """
    tls = _tls() if receiver.scheme == "https" else None
    name = receiver.host if tls else None
    for address in (await addresses_of(receiver, allowed=allowed))[:MOST_TRIED]:
        try:
            return await asyncio.open_connection(address, receiver.port, ssl=tls, server_hostname=name, limit=limit)
        except ssl.SSLError:
            raise Undelivered("certificate") from None
        except OSError:
            continue
    raise Undelivered("no_connection")


@cache
def _tls() -> ssl.SSLContext:
    """Certificates are checked as the machine trusts them; reading those takes long enough to do it once."""
    return ssl.create_default_context()
