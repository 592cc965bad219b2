"""The soak kills as often as a stack promises to start a part again, and no more: a part counts as new once it has run for long."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.soak.killing import IN_A_ROW, RESTED_SECONDS, Killer
from tests.soak.ledger import Ledger

LEANING = {"postgres": ["temporal"]}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """Parts that are written down as a stack does it, all of one process that is not there."""
    with subprocess.Popen([sys.executable, "-c", ""]) as gone:
        pass
    for name in ("api", "postgres", "temporal"):
        (tmp_path / name).write_text(f"{gone.pid} 1")
    return tmp_path


def has_run(part: Path, seconds: float) -> None:
    began = time.time() - seconds
    os.utime(part, (began, began))


def killer_of(stack: Path, monkeypatch: pytest.MonkeyPatch) -> Killer:
    monkeypatch.setattr("tests.soak.killing._is_ours", lambda _pid: True)
    monkeypatch.setattr("tests.soak.killing.os.kill", lambda _pid, _signal: None)
    return Killer(stack, Ledger(), random.Random(1), leaning=LEANING)


def test_a_part_that_is_slow_to_start_is_not_killed_for_the_time_its_start_took(
    stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killer = killer_of(stack, monkeypatch)
    for _ in range(IN_A_ROW):
        killer._kill("api")
    assert killer._victims(3) != []
    assert "api" not in killer._victims(3)

    has_run(stack / "api", RESTED_SECONDS - 5)
    assert "api" not in killer._victims(3)
    has_run(stack / "api", RESTED_SECONDS + 5)
    assert "api" in killer._victims(3)


def test_who_ends_with_another_has_been_killed_too(stack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killer = killer_of(stack, monkeypatch)
    for _ in range(IN_A_ROW):
        killer._kill("postgres")

    assert killer._victims(3) == ["api"]
