"""What a release is looked at for: contents, licences, known faults, and one version everywhere."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from scripts import _release
from scripts._audit import audited
from scripts._licences import PAGE, page
from scripts._wheel import faults, shipped
from tests.unit.deploy.deployed import ROOT
from tilbake.version import VERSION

pytestmark = pytest.mark.unit

COMMITTED = [
    "worker.py",
    "api/main.py",
    "store/migrations/0001_foundation.sql",
    "tests/unit/test_money.py",
    "README.md",
]
WHEEL = dict.fromkeys(COMMITTED[:3], b"") | {"tilbake-1.2.3.dist-info/METADATA": b""}
FAULT = {"id": "PYSEC-1", "fix_versions": [], "aliases": [], "description": ""}


def report(*packages: dict[str, Any]) -> dict[str, Any]:
    return {"dependencies": list(packages), "fixes": []}


def test_a_whole_wheel_has_no_faults() -> None:
    assert faults(WHEEL, committed=COMMITTED, version="1.2.3") == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            {"store/migrations/0001_foundation.sql": None},
            "store/migrations/0001_foundation.sql is missing from the wheel.",
        ),
        ({"tests/unit/test_money.py": b""}, "tests/unit/test_money.py does not belong into the wheel."),
        ({"api/key.pem": b""}, "api/key.pem does not belong into the wheel."),
        (
            {"api/main.py": b"-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNQFaA2Hwf1duRSxKtLYX5CB04f"},
            "api/main.py holds a private key.",
        ),
        ({"tilbake-1.2.3.dist-info/METADATA": None}, "The wheel does not say that it is version 1.2.3."),
    ],
)
def test_a_wheel_that_lacks_or_has_too_much_is_told_what(change: dict[str, bytes | None], fault: str) -> None:
    found = {name: content for name, content in (WHEEL | change).items() if content is not None}

    assert faults(found, committed=COMMITTED, version="1.2.3") == [fault]


def test_every_package_of_the_project_is_shipped_and_said_to_be() -> None:
    committed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    rooms = {name.partition("/")[0] for name in shipped(committed)} - {"worker.py"}
    written = [name for name in shipped(committed) if name.endswith(".sql")]

    assert {f"{room}*" for room in rooms} == set(said["packages"]["find"]["include"])
    assert said["py-modules"] == ["worker"]
    assert {name.rpartition("/")[0] for name in written} == {"store/migrations"}
    assert said["package-data"] == {"store": ["migrations/*.sql"]}


def test_a_fault_nobody_explained_is_told_and_one_that_is_explained_is_told_too() -> None:
    asked = report({"name": "six", "version": "1", "vulns": [FAULT]}, {"name": "rich", "version": "2", "vulns": []})

    silent, spoken = audited(asked, {}), audited(asked, {"PYSEC-1": "we never call it."})

    assert (silent.asked, silent.not_asked) == (2, [])
    assert silent.unexplained == ["six 1 has PYSEC-1; there is no word on it in deploy/audit.yaml."]
    assert (spoken.unexplained, spoken.explained) == ([], ["six 1 has PYSEC-1: we never call it."])


def test_an_explanation_that_is_needed_no_longer_is_told() -> None:
    found = audited(report({"name": "rich", "version": "2", "vulns": []}), {"PYSEC-1": "we never call it."})

    assert found.outdated == ["PYSEC-1 is explained in deploy/audit.yaml, and nothing has it any more."]


def test_a_package_nobody_knows_anything_of_counts_as_not_asked() -> None:
    found = audited(report({"name": "six", "skip_reason": "not found"}), {})

    assert (found.asked, found.not_asked, found.unexplained) == (0, ["six"], [])


@pytest.mark.parametrize(
    ("audit", "licences", "code", "last"),
    [
        (_release.GOOD, _release.GOOD, 0, "Release "),
        (_release.NOT_ASKED, _release.GOOD, 3, "Exit code 3: everything that could be looked at is good, but nobody"),
        (_release.NOT_ASKED, _release.WRONG, 1, "Exit code 1: what is marked WRONG"),
    ],
)
def test_the_last_line_says_why_the_exit_code_is_not_nought(  # noqa: PLR0917 - parameters and fixtures by name
    audit: int,
    licences: int,
    code: int,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for step in ("changelog", "wheel", "bill_of_materials"):
        monkeypatch.setattr(_release, step, lambda: _release.GOOD)
    monkeypatch.setattr(_release, "audit", lambda: audit)
    monkeypatch.setattr(_release, "licences", lambda: licences)
    monkeypatch.setattr(_release, "git", lambda *_: "abcdef0\n")
    monkeypatch.setattr(_release, "ROOT", tmp_path)
    monkeypatch.setattr(_release, "OUT", tmp_path / "release")

    assert _release.main() == code
    assert capsys.readouterr().out.splitlines()[-1].startswith(last)


def test_the_licences_are_those_of_what_is_installed() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python scripts/_licences.py"
    assert "does not say" not in page()


def test_the_newest_section_of_the_changelog_is_of_this_version() -> None:
    sections = re.findall(r"^## \[([^\]]+)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert sections[:2] == ["Unreleased", VERSION]
