"""Where events may be sent: to public addresses by https, and beyond that only where a setting says so.

Whoever registers a receiver must not be able to make this service speak to what only it can reach: its own machine, the
networks behind it, the metadata of a cloud. So the addresses a name stands for are judged, at every attempt, not the name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

LONGEST_URL: Final = 2000
_PORTS: Final = {"https": 443, "http": 80}
_NAT64: Final = IPv6Network("64:ff9b::/96")
# What is not reachable from everywhere, by the registries of special-purpose addresses (RFC 6890). Written out, because releases
# of Python disagree about what is global.
_NOT_PUBLIC: Final = tuple(
    IPv4Network(one)
    for one in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_NOT_PUBLIC_AMONG_THEM: Final = tuple(IPv6Network(one) for one in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_PLAIN: Final = frozenset(chr(code) for code in range(0x21, 0x7F)) - frozenset('\\"<>^`{|}#')

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is allowed beyond public addresses by https: plain http, and these networks although they are not public."""

    http: bool = False
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A URL taken apart: whom to ask for by name, and what to ask for there."""

    scheme: str
    host: str
    port: int
    authority: str
    target: str


def receiver_of(url: str, *, allowed: Allowed) -> Receiver | str:
    """Where a URL leads, or a word of domain.terms.ADDRESS_PROBLEM: not_plain or not_https."""
    parts = _parts(url)
    if parts is None:
        return "not_plain"
    if parts.scheme not in (_PORTS if allowed.http else {"https"}):
        return "not_https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    port = parts.port or _PORTS[parts.scheme]
    return Receiver(parts.scheme, parts.hostname or "", port, parts.netloc, target)


def _parts(url: str) -> SplitResult | None:
    """A URL of plain ASCII with a host and nothing that could be read in two ways; None for any other."""
    if not 0 < len(url) <= LONGEST_URL or not set(url) <= _PLAIN:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = parts.hostname and "@" not in parts.netloc and "%" not in parts.netloc and port != 0
    return parts if plain else None


def refused_address(addresses: Sequence[str], *, allowed: Allowed) -> str | None:
    """The first of the addresses of a host that may not be spoken to, if there is one. One is enough to refuse them all."""
    return next((one for one in addresses if not _may_be_addressed(ip_address(one), allowed)), None)


def _may_be_addressed(address: Address, allowed: Allowed) -> bool:
    inner = _inner(address)
    if any(inner.version == network.version and inner in network for network in allowed.networks):
        return True
    if isinstance(inner, IPv4Address):
        return not any(inner in network for network in _NOT_PUBLIC)
    return inner in _GLOBAL_UNICAST and not any(inner in network for network in _NOT_PUBLIC_AMONG_THEM)


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to: written as such, or translated on the way."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address
