"""Production refuses what is only good enough for trying out: one clear line for each, from every process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.production import PRODUCTION
from tilbake import cli
from tilbake.settings import Settings, SettingsInvalid

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
PLAIN = "postgresql://a:b@db.example/tilbake"

REFUSED = [
    ({"TILBAKE_TEST_CLOCK": "1"}, "TILBAKE_TEST_CLOCK must be 0"),
    ({"TILBAKE_OIDC_ISSUER": ""}, "TILBAKE_MODE is production, and the local token issuer is not for production"),
    ({"TILBAKE_OIDC_ISSUER": "http://127.0.0.1:9000"}, "TILBAKE_OIDC_ISSUER must be a URL that begins with https://"),
    ({"TILBAKE_PUBLIC_URL": "http://tilbake.example"}, "TILBAKE_PUBLIC_URL must begin with https://"),
    ({"TILBAKE_PUBLIC_URL": ""}, "TILBAKE_PUBLIC_URL must begin with https://"),
    ({"TILBAKE_PUBLIC_URL": "http://10.0.0.7", "TILBAKE_API_HOST": "127.0.0.1"}, "TILBAKE_PUBLIC_URL must begin with"),
    ({"TILBAKE_FRONT_END_URL": "http://time.example"}, "TILBAKE_FRONT_END_URL must begin with https://"),
    ({"TILBAKE_WEBHOOK_HTTP": "1"}, "TILBAKE_WEBHOOK_HTTP must be 0"),
    ({"TILBAKE_DATABASE_URL": PLAIN}, "TILBAKE_DATABASE_URL must ask for an encrypted connection"),
    ({"TILBAKE_DATABASE_URL": f"{PLAIN}?sslmode=prefer"}, "TILBAKE_DATABASE_URL must ask for an encrypted connection"),
    (
        {"TILBAKE_DATABASE_URL": "postgresql://a:b@localhost/tilbake?host=db.example"},
        "TILBAKE_DATABASE_URL must ask for an encrypted connection",
    ),
    ({"TILBAKE_OWNER_DATABASE_URL": PLAIN}, "TILBAKE_OWNER_DATABASE_URL must ask for an encrypted connection"),
    ({"TILBAKE_AUDITOR_DATABASE_URL": PLAIN}, "TILBAKE_AUDITOR_DATABASE_URL must ask for an encrypted connection"),
    ({"TILBAKE_TEMPORAL_TLS": "0"}, "TILBAKE_TEMPORAL_TLS must be 1"),
    (
        {"TILBAKE_TEMPORAL_UI_URL": "http://ui.example:8080/ops/temporal"},
        "TILBAKE_TEMPORAL_UI_URL must begin with https://",
    ),
    (
        {"TILBAKE_SMTP_HOST": "mail.example", "TILBAKE_SMTP_TLS": "none", "TILBAKE_MAIL_FROM": "tilbake@example.com"},
        "TILBAKE_SMTP_TLS must be starttls or tls",
    ),
]


def test_settings_of_production_are_accepted() -> None:
    assert Settings.from_environment(PRODUCTION).mode == "production"


@pytest.mark.parametrize(("spoiled", "line"), REFUSED)
def test_production_refuses_with_one_line(spoiled: dict[str, str], line: str) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment(PRODUCTION | spoiled)

    assert len(str(refusal.value).splitlines()) == 1
    assert str(refusal.value).startswith(line)


@pytest.mark.parametrize(("spoiled", "line"), REFUSED)
def test_development_has_nothing_against_it(spoiled: dict[str, str], line: str) -> None:
    del line

    assert Settings.from_environment(PRODUCTION | spoiled | {"TILBAKE_MODE": "development"}).mode == "development"


@pytest.mark.parametrize(
    "near",
    [
        {"TILBAKE_DATABASE_URL": "postgresql://a:b@127.0.0.1/tilbake"},
        {"TILBAKE_DATABASE_URL": "postgresql://a:b@[::1]:5432/tilbake"},
        {"TILBAKE_DATABASE_URL": "postgresql://a:b@localhost/tilbake?host=/var/run/postgresql"},
        {"TILBAKE_TEMPORAL_ADDRESS": "127.0.0.1:7233", "TILBAKE_TEMPORAL_TLS": "0"},
        {"TILBAKE_TEMPORAL_ADDRESS": "", "TILBAKE_TEMPORAL_TLS": "0"},
        {"TILBAKE_TEMPORAL_TLS": "0", "TILBAKE_TEMPORAL_API_KEY": "key"},
        {"TILBAKE_DATABASE_URL": PLAIN, "TILBAKE_PLAIN_HOSTS": "temporal, db.example"},
        {"TILBAKE_TEMPORAL_TLS": "0", "TILBAKE_PLAIN_HOSTS": "temporal.example"},
        {"TILBAKE_TEMPORAL_UI_URL": "http://ui.example:8080/ops/temporal", "TILBAKE_PLAIN_HOSTS": "ui.example"},
        {"TILBAKE_PUBLIC_URL": "http://127.0.0.1:8080", "TILBAKE_API_HOST": "127.0.0.1"},
    ],
)
def test_what_stays_on_this_machine_or_is_said_to_be_closed_needs_no_encryption(near: dict[str, str]) -> None:
    assert Settings.from_environment(PRODUCTION | near).mode == "production"


def test_an_issuer_of_no_use_is_told_once() -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment(PRODUCTION | {"TILBAKE_OIDC_ISSUER": "http://login.example"})

    assert [line.split()[0] for line in str(refusal.value).splitlines()] == ["TILBAKE_OIDC_ISSUER"]


def test_everything_is_told_at_once() -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment(
            {"TILBAKE_MODE": "production", "TILBAKE_TEST_CLOCK": "1", "TILBAKE_WEBHOOK_HTTP": "1"}
        )

    assert len(str(refusal.value).splitlines()) == 3


@pytest.mark.parametrize("module", [pytest.param("api", marks=pytest.mark.long), "worker"])
def test_each_process_refuses_by_itself(module: str, tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TILBAKE_MODE": "production"}

    ended = subprocess.run(
        [sys.executable, "-m", module], env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert [line.split()[0] for line in ended.stderr.splitlines()] == ["TILBAKE_MODE"]


@pytest.mark.parametrize("module", [pytest.param("api", marks=pytest.mark.long), "worker"])
def test_no_process_makes_a_key_of_its_own(module: str, tmp_path: Path) -> None:
    given = PRODUCTION | {
        "TILBAKE_SECRETS_KEY_FILE": "",
        "TILBAKE_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/tilbake",
    }

    ended = subprocess.run(
        [sys.executable, "-m", module],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **given},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert ended.returncode == 1
    assert [line.split()[0] for line in ended.stderr.splitlines()] == ["TILBAKE_SECRETS_KEY_FILE"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["start"], ["start", "--no-story"], ["token", "bob"], ["doctor"], ["migrate"]])
def test_each_command_refuses(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TILBAKE_MODE", "production")

    assert cli.main(words) == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert "local token issuer is not for production" in said.err
    assert list(tmp_path.iterdir()) == []


def test_there_are_no_tokens_of_this_machine_in_production(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)

    assert cli.main(["token", "bob"]) == 1
    assert capsys.readouterr().err.startswith("The local issuer is switched off in production")


@pytest.mark.parametrize(
    "words",
    [
        ["import", "harvest", "samples/harvest-detailed-time.csv", "--approver", "tom.field"],
        [
            "import", "contoso", "samples/contoso-coffee", "--unit-cost", "SP-SCM1009=150", "--unit-cost", "SP-BOM2000=42.50",
        ],
    ],
)  # fmt: skip
def test_no_sample_is_imported_into_production_though_it_may_be_checked(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)

    assert cli.main([*words, "--check"]) == 0
    assert cli.main(words) == 1
    assert re.search(r"is a sample, and TILBAKE_MODE is production", capsys.readouterr().err)


def test_the_story_is_refused_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, value in (PRODUCTION | {"TILBAKE_DATA_DIR": str(tmp_path), "TILBAKE_CACHE_DIR": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)

    assert cli.main(["start", "--once"]) == 1

    said = capsys.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert "start --once is for trying out" in said.err
    assert list(tmp_path.iterdir()) == []
