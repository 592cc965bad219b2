"""The score of scripts/mutate counts every mutant, and only what a test noticed as noticed."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.unit

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "_mutate.py"
TESTS_FAILED, TESTS_PASSED, NO_TEST, INTERRUPTED, OUT_OF_TIME = 1, 0, 33, 2, -24


@pytest.fixture
def mutate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutate_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ended(*codes: int | None) -> dict[str, int | None]:
    return {f"domain.money.x_plain__mutmut_{number}": code for number, code in enumerate(codes, start=1)}


def test_what_no_test_reached_or_finished_counts_as_survived(
    mutate: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = (TESTS_FAILED, TESTS_PASSED, NO_TEST, None, INTERRUPTED, OUT_OF_TIME)

    assert mutate.report({Path("domain/money.py.meta"): ended(*codes)}) == 1

    assert capsys.readouterr().out.splitlines() == [
        "domain/money.py: 4 of 6 survived",
        "    domain.money.x_plain: 2 3 4 5",
        "score 0.333 (2 killed of 6)",
    ]


@pytest.mark.parametrize(("survivors", "exit_code"), [(3, 0), (4, 1)])
def test_less_than_85_of_100_fails(mutate: ModuleType, survivors: int, exit_code: int) -> None:
    codes = [TESTS_PASSED] * survivors + [TESTS_FAILED] * (20 - survivors)

    assert mutate.report({Path("domain/money.py.meta"): ended(*codes)}) == exit_code


def test_without_any_mutant_there_is_nothing_to_be_content_with(mutate: ModuleType) -> None:
    assert mutate.report({}) == 1
