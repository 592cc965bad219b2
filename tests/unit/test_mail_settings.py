"""Settings of what goes out: receivers by network, and a mail server with all it needs or none at all."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from tilbake.outgoing import way_of
from tilbake.receivers import allowed_receivers
from tilbake.settings import Settings, SettingsInvalid

pytestmark = pytest.mark.unit

MAIL = {"TILBAKE_SMTP_HOST": "mail.example.com", "TILBAKE_MAIL_FROM": "tilbake@example.com"}


def read(**given: str) -> Settings:
    return Settings.from_environment({"HOME": "/home/x", **given})


def test_by_default_nothing_is_mailed_and_only_public_addresses_are_sent_to() -> None:
    way = way_of(read())

    assert way.mail_server is None
    assert (way.allowed.http, way.allowed.networks) == (False, ())
    assert way.addresses.recall("1") is None


def test_networks_are_read_in_one_plain_form() -> None:
    settings = read(TILBAKE_WEBHOOK_PRIVATE_NETWORKS=" 10.1.2.0/24, fd00::/8 ,127.0.0.1", TILBAKE_WEBHOOK_HTTP="1")

    allowed = allowed_receivers(settings)

    assert allowed.http
    assert allowed.networks == tuple(ip_network(one) for one in ("10.1.2.0/24", "fd00::/8", "127.0.0.1/32"))
    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize("value", ["10.1.2.3/24", "localhost", "10.0.0.0/33", "10.0.0.0/8;::1"])
def test_what_is_no_network_is_named(value: str) -> None:
    with pytest.raises(SettingsInvalid, match="TILBAKE_WEBHOOK_PRIVATE_NETWORKS must be networks"):
        read(TILBAKE_WEBHOOK_PRIVATE_NETWORKS=value)


@pytest.mark.parametrize(("tls", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_a_mail_server_has_the_port_of_its_kind(tls: str, port: int) -> None:
    server = way_of(read(**MAIL, TILBAKE_SMTP_TLS=tls)).mail_server

    assert server is not None
    assert (server.host, server.port, server.tls, server.sender) == (
        "mail.example.com",
        port,
        tls,
        "tilbake@example.com",
    )


def test_a_password_may_stand_in_a_file_and_is_in_no_description(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from-a-file\n")
    by_file = way_of(read(**MAIL, TILBAKE_SMTP_USER="u", TILBAKE_SMTP_PASSWORD_FILE=str(file))).mail_server
    settings = read(**MAIL, TILBAKE_SMTP_USER="u", TILBAKE_SMTP_PASSWORD="given-itself")
    given = way_of(settings).mail_server

    assert by_file is not None
    assert given is not None
    assert (by_file.read_password(), given.read_password()) == ("from-a-file", "given-itself")
    assert "given-itself" not in repr(settings) + repr(given)
    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"TILBAKE_SMTP_HOST": "m"}, "TILBAKE_MAIL_FROM must be an address"),
        ({**MAIL, "TILBAKE_MAIL_FROM": "tilbake"}, "TILBAKE_MAIL_FROM must be an address"),
        ({**MAIL, "TILBAKE_SMTP_USER": "u"}, "are set both or not at all"),
        ({**MAIL, "TILBAKE_SMTP_PASSWORD": "p"}, "are set both or not at all"),
        ({**MAIL, "TILBAKE_SMTP_USER": "u", "TILBAKE_SMTP_PASSWORD": "p", "TILBAKE_SMTP_PASSWORD_FILE": "/f"}, "cannot both be set"),
        ({**MAIL, "TILBAKE_SMTP_USER": "u", "TILBAKE_SMTP_PASSWORD": "p", "TILBAKE_SMTP_TLS": "none"}, "TILBAKE_SMTP_TLS must be"),
        ({**MAIL, "TILBAKE_SMTP_TLS": "ssl"}, "TILBAKE_SMTP_TLS must be one of"),
        ({"TILBAKE_FRONT_END_URL": "work.example.com"}, "TILBAKE_FRONT_END_URL must be a URL"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said_before_anything_runs(given: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsInvalid, match=problem):
        read(**given)
