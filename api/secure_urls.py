"""Which addresses of others are safe to ask and to trust: https, or on this machine where that is allowed."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_secure(address: str, *, loopback: bool) -> bool:
    """Whether an address is https without a user or a fragment; with `loopback` also http of this very machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    return parts.scheme == "https" or (loopback and parts.scheme == "http" and is_this_machine(host))


def is_this_machine(host: str) -> bool:
    """Whether a host, by its address or name, is reached without a network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
