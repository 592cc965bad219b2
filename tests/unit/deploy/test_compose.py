"""The compose file: everything hardened and pinned, every variable one that is read, every secret a file."""

from __future__ import annotations

import base64
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.unit.deploy.deployed import API_PATHS, DEPLOY, WORKER_PATHS, compose, literal_secrets, unknown
from tilbake.settings import UI_PATH, Settings
from tilbake.temporal.payload_keys import read_ring
from tilbake.version import VERSION

pytestmark = pytest.mark.unit

FOLDER = DEPLOY / "compose"
SERVICES: dict[str, dict[str, Any]] = compose()["services"]
OURS = ("migrate", "api", "worker")
WITHOUT_DIGEST = {"docker.io/temporalio/ui"}  # no public record of its digest was found


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """What make-secrets writes, in a folder of its own."""
    script = shutil.copy(FOLDER / "make-secrets", tmp_path / "make-secrets")
    subprocess.run([script], check=True, capture_output=True)
    return tmp_path / "secrets"


def environment_of(service: str, secrets: Path) -> dict[str, str]:
    """What the container is given, with the answers of env.example, and secrets where they lie here."""
    lines = (FOLDER / "env.example").read_text(encoding="utf-8").splitlines()
    answers = dict(line.partition("=")[::2] for line in lines if line and not line.startswith("#"))

    def filled(value: str) -> str:
        asked = re.fullmatch(r"\$\{(\w+):[?-](.*)\}", value)
        value = answers[asked[1]] or (asked[2] if ":-" in value else "") if asked else value
        return value.replace("/run/secrets", str(secrets))

    return {name: filled(value) for name, value in SERVICES[service]["environment"].items()}


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_write_nowhere_and_do_nothing_it_need_not(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["healthcheck"].get("test") or service["restart"] == "on-failure:5"


@pytest.mark.parametrize("name", SERVICES)
def test_an_image_is_of_this_release_or_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    plain, _, digest = image.partition("@")
    repository, _, tag = plain.rpartition(":")

    if name in OURS:
        assert tag == VERSION
    else:
        assert re.match(r"\d+\.\d+", tag)
        assert re.fullmatch("sha256:[0-9a-f]{64}", digest) or repository in WITHOUT_DIGEST


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_stands_in_the_file(name: str) -> None:
    service = SERVICES[name]
    environment = service.get("environment", {})
    named = [value.rpartition("/")[2] for value in environment.values() if value.startswith("/run/secrets/")]

    assert literal_secrets(environment) == []
    assert unknown(environment) == set()
    assert set(named) <= set(service.get("secrets", []))
    assert set(service.get("secrets", [])) <= compose()["secrets"].keys()


def test_only_the_migration_is_given_the_owner_s_address() -> None:
    holders = {name for name, one in SERVICES.items() if "owner_database_url" in one.get("secrets", [])}

    assert holders == {"migrate"}


def test_whatever_is_mounted_lies_beside_the_file() -> None:
    mounted = [mount.partition(":")[0] for one in SERVICES.values() for mount in one.get("volumes", [])]

    assert [path for path in mounted if path.startswith(".") and not (FOLDER / path).is_file()] == []


@pytest.mark.parametrize(
    ("name", "port", "variable", "paths"),
    [
        ("api", "8080", "TILBAKE_API_PORT", API_PATHS),
        ("worker", "9464", "TILBAKE_WORKER_METRICS_ADDRESS", WORKER_PATHS),
    ],
)
def test_a_health_check_asks_a_route_on_the_port_that_is_listened_on(
    name: str, port: str, variable: str, paths: set[str]
) -> None:
    *_, asked, path = SERVICES[name]["healthcheck"]["test"]

    assert asked == port == SERVICES[name]["environment"][variable].rpartition(":")[2]
    assert path in paths


def test_postgres_is_well_when_it_answers_by_tcp() -> None:
    """While its image makes roles and databases it answers on its socket alone, and ends once more after that."""
    assert "--host=127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"]


def test_there_are_two_of_each_and_the_schema_comes_first() -> None:
    for name in ("api", "worker"):
        assert SERVICES[name]["deploy"]["replicas"] == 2
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_an_api_has_time_to_drain() -> None:
    api = SERVICES["api"]

    assert int(api["stop_grace_period"].removesuffix("s")) >= int(api["environment"]["TILBAKE_DRAIN_SECONDS"]) + 10


def test_the_temporal_ui_is_for_looking_and_serves_where_the_api_passes_it_on() -> None:
    ui = SERVICES["temporal-ui"]["environment"]

    assert ui["TEMPORAL_DISABLE_WRITE_ACTIONS"] == "true"
    assert ui["TEMPORAL_UI_PUBLIC_PATH"] == UI_PATH
    assert SERVICES["api"]["environment"]["TILBAKE_TEMPORAL_UI_URL"] == f"http://temporal-ui:8080{UI_PATH}"


def test_only_the_proxy_is_reached_from_outside_and_figures_are_not() -> None:
    proxy = (FOLDER / "nginx.conf").read_text(encoding="utf-8")

    assert [name for name, one in SERVICES.items() if "ports" in one] == ["proxy"]
    assert compose()["networks"]["data"] == {"internal": True}
    assert "server api:8080 resolve" in proxy
    assert "limit_req zone=addresses" in proxy
    assert re.search(r"location = /metrics \{\s+return 404;", proxy)


def test_the_secrets_are_random_readable_and_written_once(secrets: Path) -> None:
    before = {path.name: path.read_text() for path in secrets.iterdir()}
    again = subprocess.run([secrets.parent / "make-secrets"], check=False, capture_output=True, text=True)

    assert before.keys() | {"tls_certificate", "tls_key"} == compose()["secrets"].keys()
    assert len(set(before.values())) == len(before)
    assert len(base64.b64decode(before["secrets_key"])) == 32
    assert read_ring(secrets / "payload_keys").first == "first"
    assert before["owner_password"].strip() in before["owner_database_url"]
    assert before["application_password"].strip() in before["database_url"]
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert again.returncode == 1
    assert {path.name: path.read_text() for path in secrets.iterdir()} == before


@pytest.mark.parametrize("name", OURS)
def test_the_service_begins_with_what_it_is_given(name: str, secrets: Path) -> None:
    settings = Settings.from_environment(environment_of(name, secrets))

    assert settings.mode == "production"
    assert settings.database_url == (secrets / "database_url").read_text().strip()
    assert settings.passes_ui_on


def test_no_question_of_the_example_is_left_out() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (FOLDER / "compose.yaml").read_text(encoding="utf-8")))
    answered = set(re.findall(r"^(\w+)=", (FOLDER / "env.example").read_text(encoding="utf-8"), re.MULTILINE))

    assert asked == answered
