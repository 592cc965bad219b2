"""Reading from sockets."""

from __future__ import annotations

import socket


def exactly(connection: socket.socket, count: int) -> bytes:
    """So many bytes. Raises EOFError when the other side is gone before."""
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            raise EOFError
        found += more
    return found
