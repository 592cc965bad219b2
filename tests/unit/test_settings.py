"""Settings: defaults that work on one machine, and a sentence for each value that does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tilbake.settings import Settings, SettingsInvalid
from tilbake.settings_page import PAGE, page

pytestmark = pytest.mark.unit


def test_without_variables_everything_is_embedded_and_on_loopback(tmp_path: Path) -> None:
    settings = Settings.from_environment({"HOME": str(tmp_path)})

    assert settings.database_url is None
    assert settings.temporal_address is None
    assert settings.api_url == settings.public_url == "http://127.0.0.1:8080"
    assert settings.data_dir == tmp_path / ".local" / "share" / "tilbake"
    assert settings.cache_dir == tmp_path / ".cache" / "tilbake"
    assert settings.issuer_key_path.parent == settings.data_dir


def test_the_owner_of_the_database_is_the_application_unless_named() -> None:
    settings = Settings.from_environment({"TILBAKE_DATABASE_URL": "postgresql://a:b@db/tilbake"})

    assert settings.owner_database_url == settings.database_url


def test_what_one_process_writes_the_next_one_reads(tmp_path: Path) -> None:
    given = {
        "HOME": str(tmp_path),
        "TILBAKE_DATABASE_URL": "postgresql://a:b@db:5433/tilbake",
        "TILBAKE_TEMPORAL_ADDRESS": "temporal:7233",
        "TILBAKE_TEST_CLOCK": "1",
        "TILBAKE_API_PORT": "9000",
    }
    settings = Settings.from_environment(given)

    assert Settings.from_environment(settings.as_environment()) == settings


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("TILBAKE_API_PORT", "80a", "must be a number from 1 to 65535"),
        ("TILBAKE_POSTGRES_PORT", "0", "must be a number from 1 to 65535"),
        ("TILBAKE_TEMPORAL_PORT", "65536", "must be a number from 1 to 65535"),
        ("TILBAKE_MODE", "staging", "must be one of development, production"),
        ("TILBAKE_TEST_CLOCK", "yes", "must be one of 0, 1"),
        ("TILBAKE_LOG_LEVEL", "loud", "must be one of debug, info, warning, error"),
        ("TILBAKE_TEMPORAL_ADDRESS", "temporal", "must be HOST:PORT"),
        ("TILBAKE_WORKER_METRICS_ADDRESS", "9464", "must be HOST:PORT"),
        ("TILBAKE_OTLP_ENDPOINT", "collector:4318", "must be a URL that begins with http://"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "grpc://collector", "must be a URL that begins with http://"),
        ("TILBAKE_TEMPORAL_ADDRESS", "http://temporal:7233", "must be HOST:PORT"),
        ("TILBAKE_PUBLIC_URL", "tilbake.example", "must be a URL that begins with http://"),
        ("TILBAKE_PUBLIC_URL", "http://[", "must be a URL that begins with http://"),
        ("TILBAKE_OIDC_ISSUER", "login.example", "must be a URL that begins with https://"),
        ("TILBAKE_OIDC_ISSUER", "http://login.example", "must be a URL that begins with https://"),
        ("TILBAKE_OIDC_ALGORITHMS", "RS256,HS256", "must name some of ES256"),
        ("TILBAKE_OIDC_ALGORITHMS", "none", "must name some of ES256"),
        ("TILBAKE_OIDC_LEEWAY_SECONDS", "301", "must be a number from 0 to 300"),
        ("TILBAKE_TEMPORAL_ADDRESS", "temporal:70000", "must be HOST:PORT with a port from 1 to 65535"),
        ("TILBAKE_DATABASE_URL", "mysql://db/tilbake", "must be a URL that begins with postgresql://"),
        ("TILBAKE_DATABASE_URL", "postgresql://db:port/tilbake", "must be a URL .* a port from 1 to 65535"),
        ("TILBAKE_DATABASE_URL", "postgresql://db:70000/tilbake", "must be a URL .* a port from 1 to 65535"),
        ("TILBAKE_DATABASE_URL", "postgresql://a:pass/word@db/tilbake", "must be a URL .* %2F"),
        ("TILBAKE_DATABASE_URL", "postgresql://:5432/tilbake", "must be a URL that .* names a host"),
        ("TILBAKE_POSTGRES_PORT", "8080", "must be another port than TILBAKE_API_PORT, not '8080'"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(name: str, value: str, rule: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"^{name} {rule}") as refusal:
        Settings.from_environment({name: value})

    assert len(str(refusal.value).splitlines()) == 1


def test_a_port_that_nobody_will_use_is_not_compared() -> None:
    given = {"TILBAKE_POSTGRES_PORT": "8080", "TILBAKE_DATABASE_URL": "postgresql://db/tilbake"}

    assert Settings.from_environment(given).ports.keys() == {
        "TILBAKE_API_PORT",
        "TILBAKE_TEMPORAL_PORT",
        "TILBAKE_TEMPORAL_UI_PORT",
    }


def test_traces_go_where_the_standard_variable_says_unless_ours_says_otherwise() -> None:
    standard = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318/"}
    ours = {"TILBAKE_OTLP_ENDPOINT": "https://traces.example/tilbake"}

    assert Settings.from_environment({}).otlp_endpoint is None
    assert Settings.from_environment(standard).otlp_endpoint == "http://collector:4318"
    assert Settings.from_environment(standard | ours).otlp_endpoint == "https://traces.example/tilbake"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+asyncpg"])
def test_every_way_to_begin_the_address_of_a_database_is_the_same_address(scheme: str) -> None:
    settings = Settings.from_environment({"TILBAKE_DATABASE_URL": f"{scheme}://a:b@db/tilbake"})

    assert settings.database_url == "postgresql://a:b@db/tilbake"


def test_every_bad_value_is_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment({"TILBAKE_API_PORT": "x", "TILBAKE_MODE": "y"})

    assert len(str(refusal.value).splitlines()) == 2


def test_an_issuer_is_named_as_its_tokens_name_it() -> None:
    given = {"TILBAKE_OIDC_ISSUER": "https://login.example/", "TILBAKE_OIDC_AUDIENCE": "tilbake"}

    settings = Settings.from_environment(given | {"TILBAKE_OIDC_CLIENTS": "web, app,"})

    assert settings.oidc_issuer == "https://login.example/"
    assert settings.oidc_clients == ("web", "app")
    assert Settings.from_environment(settings.as_environment()) == settings


def test_an_issuer_needs_an_audience() -> None:
    with pytest.raises(SettingsInvalid, match="TILBAKE_OIDC_AUDIENCE must be set"):
        Settings.from_environment({"TILBAKE_OIDC_ISSUER": "https://login.example"})


def test_production_has_no_issuer_without_encryption() -> None:
    given = {"TILBAKE_OIDC_ISSUER": "http://127.0.0.1:9000", "TILBAKE_OIDC_AUDIENCE": "tilbake"}
    Settings.from_environment(given)

    with pytest.raises(SettingsInvalid, match="TILBAKE_OIDC_ISSUER must be a URL that begins with https://, not"):
        Settings.from_environment(given | {"TILBAKE_MODE": "production"})


def test_production_refuses_the_test_clock() -> None:
    with pytest.raises(SettingsInvalid, match="TILBAKE_TEST_CLOCK must be 0"):
        Settings.from_environment({"TILBAKE_MODE": "production", "TILBAKE_TEST_CLOCK": "1"})


def test_passwords_are_in_no_message_and_no_representation() -> None:
    settings = Settings.from_environment({"TILBAKE_DATABASE_URL": "postgresql://a:hemmelig@db/tilbake"})
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment({"TILBAKE_DATABASE_URL": "mysql://a:hemmelig@db/tilbake"})

    assert "hemmelig" not in repr(settings) + str(refusal.value)


def test_the_table_for_people_says_what_is_declared() -> None:
    text = PAGE.read_text(encoding="utf-8")
    names = Settings().as_environment().keys()

    assert text == page(text), "run: python -m tilbake.settings_page"
    assert [name for name in names if f"`{name}`" not in text] == []


def test_every_kind_of_default_is_written_as_the_variable_would_be() -> None:
    table = page(PAGE.read_text(encoding="utf-8"))

    assert "| `TILBAKE_API_PORT` | `8080` |" in table
    assert "| `TILBAKE_TEST_CLOCK` | `0` |" in table
    assert "| `TILBAKE_SMTP_HOST` | none |" in table
    assert "| `TILBAKE_OIDC_ALGORITHMS` | `ES256`, `ES384`," in table
