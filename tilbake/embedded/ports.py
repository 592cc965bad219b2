"""Ports on the loopback interface: which are free, and a clear sentence about one that is not."""

from __future__ import annotations

import asyncio
import errno
import random
import socket
import time
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Final

from tilbake.embedded import texts
from tilbake.errors import CannotStart
from tilbake.language import said

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 2.0
_MOST_PROMISED: Final = 256
_promised: Final[deque[socket.socket]] = deque()


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now; a port in TIME_WAIT counts as free, as it does for servers."""
    return _obstacle(port, host) is None


def _obstacle(port: int, host: str) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as obstacle:
            return obstacle
    return None


async def require_free(ports: Iterable[tuple[int, str]], *, host: str = LOOPBACK) -> None:
    """Raise CannotStart for the first port that stays taken, naming the setting to change.

    Waits a moment first: servers whose stack was killed need one to die.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    for port, setting in ports:
        while (obstacle := _obstacle(port, host)) is not None:
            if obstacle.errno != errno.EADDRINUSE:
                raise CannotStart(_sentence(port, setting, host=host, obstacle=obstacle))
            if time.monotonic() > deadline:
                raise CannotStart(texts.PORT_TAKEN, port=port, host=host, setting=setting)
            await asyncio.sleep(0.05)


def _sentence(port: int, setting: str, *, host: str, obstacle: OSError) -> str:
    """Something else than a server that listens there already; only the host of the API can be set."""
    if obstacle.errno == errno.EACCES:
        return said(texts.PORT_DENIED, port=port, setting=setting)
    reason = obstacle.strerror or str(obstacle)
    return said(texts.NOT_HEARD, host=host, why=reason)


def free_ports(count: int) -> list[int]:
    """Different ports nobody listens on, below the range from which the system serves outgoing connections.

    None of them is given to anybody else on this machine while servers are about to listen there.
    """
    candidates = random.sample(range(20_000, 32_000), 200)
    return list(islice((port for port in candidates if is_free(port) and _promise(port)), count))


def _promise(port: int) -> bool:
    """Hold the number for datagrams, which no server of ours takes; False where another process does so already.

    The system frees it with this process; one that asks for very many gives the first ones up.
    """
    mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        mark.bind((LOOPBACK, port))
    except OSError:
        mark.close()
        return False
    _promised.append(mark)
    while len(_promised) > _MOST_PROMISED:
        _promised.popleft().close()
    return True
