"""Settings by which any Temporal cluster is reached."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tilbake.settings import Settings, SettingsInvalid
from tilbake.temporal.credentials import credentials

pytestmark = pytest.mark.unit
PREFIX = "TILBAKE_TEMPORAL_"


@pytest.mark.parametrize(
    "given",
    [
        {"TLS": "1"},
        {"API_KEY": "key"},
        {"API_KEY_FILE": "key"},
        {"TLS_CA_FILE": "ca.pem"},
        {"TLS_CERT_FILE": "us.pem", "TLS_KEY_FILE": "us.key"},
    ],
)
def test_the_connection_is_encrypted_as_soon_as_something_needs_it(given: dict[str, str]) -> None:
    settings = Settings.from_environment({f"{PREFIX}{name}": value for name, value in given.items()})

    assert settings.uses_temporal_tls
    assert not replace(Settings(), temporal_headers=("a=b",)).uses_temporal_tls


def test_headers_go_with_each_call_and_are_shown_to_nobody() -> None:
    settings = Settings.from_environment({f"{PREFIX}HEADERS": "x-proxy=hemmelig=1, x-tenant=acme"})

    assert credentials(settings).headers == {"x-proxy": "hemmelig=1", "x-tenant": "acme"}
    assert "hemmelig" not in repr(settings)
    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    "value", ["hemmelig", "X-Proxy=hemmelig", "x proxy=hemmelig", "x-proxy=", "x=hemmelig\x07", "grpc-x=1"]
)
def test_a_header_of_another_form_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(SettingsInvalid, match=r"^TILBAKE_TEMPORAL_HEADERS must be NAME=VALUE, with commas") as refusal:
        Settings.from_environment({f"{PREFIX}HEADERS": value})

    assert "hemmelig" not in str(refusal.value)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"TLS_CERT_FILE": "us.pem"}, "TILBAKE_TEMPORAL_TLS_CERT_FILE and TILBAKE_TEMPORAL_TLS_KEY_FILE are set both"),
        ({"TLS_KEY_FILE": "us.key"}, "TILBAKE_TEMPORAL_TLS_CERT_FILE and TILBAKE_TEMPORAL_TLS_KEY_FILE are set both"),
        (
            {"API_KEY": "a", "API_KEY_FILE": "b"},
            "TILBAKE_TEMPORAL_API_KEY and TILBAKE_TEMPORAL_API_KEY_FILE cannot both",
        ),
    ],
)
def test_settings_that_do_not_go_together_are_named(given: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{problem}"):
        Settings.from_environment({f"{PREFIX}{name}": value for name, value in given.items()})


def test_a_key_in_a_file_is_read_when_it_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "key"
    settings = Settings.from_environment({f"{PREFIX}API_KEY_FILE": str(file)})

    for key in ("first", "second"):
        file.write_text(f"{key}\n")

        assert credentials(settings).api_key == key
