"""How the routes about people's addresses, approval channels, subscriptions and deliveries are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.roles.cast import Asked, Call, Cast

_EVENTS: Final = ["recall.recalled"]


def _nobody_else(cast: Cast) -> Asked:
    return Asked({"subject": cast.world.people["bob"]}, {"language": "en"})


def _channel(body: Any = None, *, rotated: bool = False) -> Call:
    def call(cast: Cast) -> Asked:
        channel, _ = cast.world.channel()
        if rotated:
            cast.make(f"/v1/channels/{channel}/rotate", {})
        return Asked({"channel": channel}, body)

    return call


def _new_subscription(cast: Cast) -> Asked:
    """At an address that is allowed, where nobody listens."""
    url = f"https://127.9.9.9/{cast.fresh('s')}"
    return Asked(body={"unit": cast.unit, "url": url, "events": _EVENTS})


def _subscribed(cast: Cast) -> str:
    return str(cast.make("/v1/subscriptions", _new_subscription(cast).body)["id"])


def _subscription(body: Any = None, *, rotated: bool = False) -> Call:
    def call(cast: Cast) -> Asked:
        subscription = _subscribed(cast)
        if rotated:
            cast.make(f"/v1/subscriptions/{subscription}/rotate", {})
        return Asked({"subscription": subscription}, body)

    return call


def _delivery(cast: Cast) -> Asked:
    return Asked({"delivery": str(cast.make(f"/v1/subscriptions/{_subscribed(cast)}/ping", {})["id"])})


def _no_delivery(_cast: Cast) -> Asked:
    """One that is not there: of one that is, it depends on how far it came whether it can be sent again."""
    return Asked({"delivery": "00000000-0000-4000-8000-000000000000"}, {})


def _listed(_cast: Cast) -> Asked:
    return Asked(query="limit=200")


CHANNEL_CALLS: Final[Mapping[str, Call]] = {
    "get_person": _nobody_else,
    "change_person": _nobody_else,
    "list_channels": _listed,
    "get_channel": _channel(),
    "change_channel": _channel({"people": []}),
    "rotate_channel": _channel({}),
    "retire_channel_secret": _channel({}, rotated=True),
    "disable_channel": _channel({}),
    "enable_channel": _channel({}),
    "create_subscription": _new_subscription,
    "list_subscriptions": _listed,
    "get_subscription": _subscription(),
    "change_subscription": _subscription({"language": "nb"}),
    "delete_subscription": _subscription(),
    "rotate_subscription": _subscription({}),
    "retire_subscription_secret": _subscription({}, rotated=True),
    "disable_subscription": _subscription({}),
    "enable_subscription": _subscription({}),
    "ping_subscription": _subscription({}),
    "list_deliveries": _listed,
    "list_subscription_deliveries": _subscription(),
    "get_delivery": _delivery,
    "replay_delivery": _no_delivery,
}
