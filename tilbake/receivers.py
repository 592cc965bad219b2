"""From settings to where webhooks may go; asked by the API when one is registered, and by the worker at each attempt."""

from __future__ import annotations

from ipaddress import ip_network

from domain.outgoing.receivers import Allowed
from tilbake.settings import Settings


def allowed_receivers(settings: Settings) -> Allowed:
    """Where webhooks may go."""
    networks = settings.webhook_private_networks.split(",") if settings.webhook_private_networks else []
    return Allowed(settings.webhook_http, tuple(ip_network(one) for one in networks))
