"""Where the API listens and is reached, and whom webhooks may go to."""

from __future__ import annotations

from dataclasses import dataclass

from tilbake.settings.declaring import setting
from tilbake.settings.forms import flag, networks, number, port, text, url

PRODUCTION_CALLS_PER_SECOND = 50
_ALL_ADDRESSES = frozenset({"0.0.0.0", "::"})


@dataclass(frozen=True)
class Api:
    """The HTTP server."""

    api_host: str = setting(text, default="127.0.0.1", meaning="address the API listens on")
    api_port: int = setting(port, default=8080, meaning="port the API listens on")
    api_own_port: int | None = setting(
        port,
        default=None,
        meaning="a second port on which this very process answers on loopback; with one, several APIs of a machine may share "
        "`TILBAKE_API_PORT`, and the kernel sends each connection to one of them ([ADR 033](adr/033-two-of-each-on-one-machine.md))",
    )
    drain_seconds: int = setting(
        number(0, 300),
        default=0,
        meaning="so long after SIGTERM the API serves on while `/readyz` answers 503: longer than whoever sends it requests takes to "
        "see that ([deploying.md](deploying.md))",
    )
    calls_per_second: int = setting(
        number(0, 100_000),
        default=0,
        meaning="so many calls a second each person and each channel may make in the long run, ten times as many at once; counted by "
        "each API for itself; `0`: as many as they like ([security.md](security.md))",
        otherwise=lambda others, _: PRODUCTION_CALLS_PER_SECOND if others.mode == "production" else 0,
        shown="`50` in production, else `0`",
    )
    public_url: str = setting(
        url("http", "https"),
        default="http://127.0.0.1:8080",
        meaning="how people and other systems reach the API; used in links",
        otherwise=lambda others, _: others.api_url,
        shown="`http://HOST:PORT` of the API",
    )
    front_end_url: str | None = setting(
        url("https", "http"),
        default=None,
        meaning="where people look at recalls: mails and webhooks link to `URL/recalls/ID`; without one they have no link",
    )

    @property
    def api_url(self) -> str:
        """Where the API answers on this machine, whatever its public address is."""
        host = "127.0.0.1" if self.api_host in _ALL_ADDRESSES else self.api_host
        return f"http://{host}:{self.api_port}"

    @property
    def own_api_url(self) -> str:
        """Where this very API answers, if it shares its port with others."""
        return self.api_url if self.api_own_port is None else f"http://127.0.0.1:{self.api_own_port}"


@dataclass(frozen=True)
class Webhooks:
    """Which receivers are sent to."""

    webhook_http: bool = setting(flag, default=False, meaning="`1` allows receivers by plain http")
    webhook_private_networks: str = setting(
        networks,
        default="",
        meaning="networks such as `10.1.2.0/24,127.0.0.0/8` that receivers may be in although they are not public",
        shown="none",
    )
