"""Which browser the tests drive, and what is said where there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import chromium

pytestmark = pytest.mark.unit


def program(place: Path, name: str) -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with nothing on it."""
    monkeypatch.delenv(chromium.SETTING, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    return tmp_path


def test_on_a_bare_machine_there_is_none_and_what_to_do_is_said(bare: Path) -> None:
    assert chromium.find() is None
    assert "apt-get install chromium" in chromium.MISSING
    assert chromium.SETTING in chromium.MISSING


def test_one_on_the_path_is_found(bare: Path) -> None:
    own = program(bare / "bin", "chromium-browser")

    assert chromium.find() == own


def test_that_of_playwright_is_found(bare: Path) -> None:
    own = program(bare / "browsers", "chromium-1255/chrome-linux64/chrome")

    assert chromium.find() == own


def test_the_one_that_is_set_goes_first_and_is_never_replaced(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin", "chromium")
    own = program(bare, "mine")

    monkeypatch.setenv(chromium.SETTING, str(own))
    assert chromium.find() == own
    monkeypatch.setenv(chromium.SETTING, str(bare / "nothing"))
    assert chromium.find() is None


def test_where_the_system_gives_none_nothing_is_installed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called = bare / "called"
    program(bare / "bin", "apt-get").write_text(f"#!/bin/sh\necho called > {called}\n")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    chromium.install()

    assert not called.exists()
