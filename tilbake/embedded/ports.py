"""Ports on the loopback interface: which are free, and a clear sentence about one that is not."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable
from itertools import islice

from tilbake.errors import CannotStart

LOOPBACK = "127.0.0.1"


def is_free(port: int, *, host: str = LOOPBACK) -> bool:
    """Whether a server could listen there now; a port in TIME_WAIT counts as free, as it does for servers."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(ports: Iterable[tuple[int, str]], *, host: str = LOOPBACK) -> None:
    """Raise CannotStart for the first taken port, naming the setting to change."""
    for port, setting in ports:
        if not is_free(port, host=host):
            raise CannotStart(f"Port {port} on {host} is taken; set {setting} to a free port.")


def free_ports(count: int) -> list[int]:
    """Different ports nobody listens on, below the range from which the system serves outgoing connections."""
    candidates = random.sample(range(20_000, 32_000), 200)
    return list(islice((port for port in candidates if is_free(port)), count))
