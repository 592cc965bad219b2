"""Where webhooks may go: public addresses by https; every address of a host is checked, and the checked one is spoken to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain.outgoing.receivers import Allowed, Receiver, receiver_of, refused_address
from sending.addresses import addresses_of, connected
from sending.undelivered import Undelivered
from tests.receiving import LOOPBACK

pytestmark = pytest.mark.sending

NOT_PUBLIC = (
    "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
    "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::10.0.0.1", "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe", "::127.0.0.1", "3fff::1", "4000::1", "2001:2::1", "203.0.113.9", "198.51.100.9",
)  # fmt: skip
PUBLIC = ("8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::")


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert refused_address([address], allowed=Allowed()) == address


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_not(address: str) -> None:
    assert refused_address([address], allowed=Allowed()) is None


def test_one_address_that_is_not_public_refuses_all() -> None:
    assert refused_address(["8.8.8.8", "10.0.0.1", "2606:4700::1111"], allowed=Allowed()) == "10.0.0.1"


def test_a_network_of_the_settings_is_allowed_and_its_neighbours_are_not() -> None:
    allowed = Allowed(networks=(ip_network("10.1.2.0/24"), ip_network("fd00:1::/32")))

    assert refused_address(["10.1.2.3", "fd00:1::1", "::ffff:10.1.2.9"], allowed=allowed) is None
    assert refused_address(["10.1.3.3"], allowed=allowed) == "10.1.3.3"
    assert refused_address(["fd00:2::1"], allowed=allowed) == "fd00:2::1"


@given(some.ip_addresses())
def test_any_address_is_judged_as_the_library_says_or_stricter(address: Any) -> None:
    if refused_address([str(address)], allowed=Allowed()) is None:
        inner = address if address.version == 4 else address.ipv4_mapped or address.sixtofour or address
        assert inner.is_global
        assert not inner.is_multicast
        assert not ip_address(str(inner)).is_loopback


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("http://a.no/", "not_https"), ("ftp://a.no/", "not_https"), ("//a.no/", "not_https"), ("a.no", "not_plain"),
        ("https:///x", "not_plain"), ("https://u:p@a.no/", "not_plain"), ("https://u@a.no/", "not_plain"),
        ("https://a.no/#x", "not_plain"), ("https://a.no:0/", "not_plain"), ("https://a.no:99999/", "not_plain"),
        ("https://a.no\\@b.no/", "not_plain"), ("https://a.no /", "not_plain"), ("https://\u00e5.no/", "not_plain"),
        ("https://a.no/\r\nx: y", "not_plain"), ("https://a%2eno/", "not_plain"), ("https://[::1/", "not_plain"),
        ("", "not_plain"), ("https://a.no/" + "x" * 2000, "not_plain"), ("javascript:alert(1)", "not_plain"),
    ],
)  # fmt: skip
def test_a_url_has_one_plain_form_by_https(url: str, problem: str) -> None:
    assert receiver_of(url, allowed=Allowed()) == problem


def test_a_url_is_taken_apart() -> None:
    assert receiver_of("HTTPS://Hooks.example.com/a/b?c=d", allowed=Allowed()) == Receiver(
        "https", "hooks.example.com", 443, "Hooks.example.com", "/a/b?c=d"
    )
    assert receiver_of("http://[::1]:8000", allowed=LOOPBACK) == Receiver("http", "::1", 8000, "[::1]:8000", "/")


@given(some.text(max_size=60))
def test_any_text_is_a_receiver_or_a_problem_and_never_an_exception(text: str) -> None:
    for url in (text, f"https://{text}"):
        found = receiver_of(url, allowed=Allowed())
        assert found in {"not_https", "not_plain"} or isinstance(found, Receiver)


@dataclass
class Names:
    """A name server of the test: each question is answered by what stands next, the last again and again."""

    answers: list[list[str]]
    asked: list[str] = field(default_factory=list)

    async def getaddrinfo(self, host: str, port: int, **_: Any) -> list[Any]:
        answer = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append(host)
        return [(2, 1, 6, "", (address, port)) for address in answer]


@pytest.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    """What a name stands for, said by the test; literal addresses too, because nobody asks twice."""
    made = Names([[]])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", made.getaddrinfo)
    return made


def at(port: int) -> Receiver:
    return Receiver("http", "hooks.example.com", port, "hooks.example.com", "/")


async def test_a_host_that_also_stands_for_a_private_address_is_refused(names: Names) -> None:
    names.answers = [["8.8.8.8", "169.254.169.254"]]

    with pytest.raises(Undelivered, match="private"):
        await addresses_of(at(80), allowed=Allowed())


async def test_a_name_that_changes_its_meaning_is_asked_once_and_the_checked_address_is_spoken_to(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.answers = [["8.8.8.8"], ["127.0.0.1"]]
    spoken_to: list[str] = []

    async def open_connection(host: str, port: int, **_: Any) -> Any:
        spoken_to.append(host)
        return "reader", "writer"

    monkeypatch.setattr(asyncio, "open_connection", open_connection)

    await connected(at(80), allowed=Allowed(), limit=1000)
    with pytest.raises(Undelivered, match="private"):
        await connected(at(80), allowed=Allowed(), limit=1000)

    assert spoken_to == ["8.8.8.8"]
    assert names.asked == ["hooks.example.com"] * 2


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "localhost", "017700000001", "0"])
async def test_however_loopback_is_spelled_it_is_refused(host: str) -> None:
    receiver = receiver_of(f"https://{host}/", allowed=Allowed())
    assert isinstance(receiver, Receiver)

    with pytest.raises(Undelivered, match=r"private|unknown_host"):
        await addresses_of(receiver, allowed=Allowed())


async def test_a_host_nobody_knows_is_unknown() -> None:
    with pytest.raises(Undelivered, match="unknown_host"):
        await addresses_of(Receiver("https", "nobody.invalid", 443, "nobody.invalid", "/"), allowed=Allowed())
