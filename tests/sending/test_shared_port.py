"""Two APIs on one port: each also has one of its own, and a port is shared with who asks for that alone."""

from __future__ import annotations

import socket
from dataclasses import replace

import pytest

from api.__main__ import _listening, _sockets
from tilbake.embedded.ports import free_ports
from tilbake.layout import ORDINARY, PRODUCTION_LIKE
from tilbake.settings import Settings

pytestmark = pytest.mark.sending


def test_each_of_two_apis_hears_the_shared_port_and_its_own() -> None:
    (port,) = free_ports(1)
    apis = PRODUCTION_LIKE.apis_of(Settings(api_port=port))

    heard = [_sockets(settings) or [] for settings in apis.values()]
    for one in (one for sockets in heard for one in sockets):
        one.listen()
    ports = [[one.getsockname()[1] for one in sockets] for sockets in heard]
    with pytest.raises(OSError, match="in use"):
        _listening(("127.0.0.1", port), is_shared=False)
    for one in (one for sockets in heard for one in sockets):
        one.close()

    assert list(apis) == ["API", "API 2"]
    assert ports == [[port, settings.api_own_port] for settings in apis.values()]
    assert len({own for _, own in ports}) == 2


def test_one_api_shares_its_port_with_nobody() -> None:
    (only,) = ORDINARY.apis_of(Settings()).values()

    assert only == Settings()
    assert _sockets(only) is None
    assert only.own_api_url == only.api_url


def test_the_own_port_is_on_this_machine_whatever_address_the_other_has() -> None:
    (port,) = free_ports(1)
    everywhere = replace(Settings(api_host="0.0.0.0", api_port=port), api_own_port=free_ports(1)[0])

    sockets = _sockets(everywhere) or []
    addresses = [one.getsockname()[0] for one in sockets]
    for one in sockets:
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        one.close()

    assert addresses == ["0.0.0.0", "127.0.0.1"]
