"""docs/reliability.md names what there is: every test, every invariant that is asked for, every fault with a test and a twin."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from store.audit import QUESTIONS
from store.audit_requests import TIMES

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
FAULTS = {f"F{number}" for number in (*range(1, 7), 8, *range(11, 19), 20, 21, 22, 24, 28)}


def rows(first: str) -> dict[str, list[str]]:
    """The cells of each row of a table whose first cell is of this form."""
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in PAGE.splitlines() if "|" in line]
    return {row[0]: row[1:] for row in cells if re.fullmatch(first, row[0])}


@cache
def names_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_a_test_that_the_page_names_exists(path: str, name: str) -> None:
    assert name.startswith("test_")
    assert name in names_in(path)


def test_every_fault_has_a_test_and_a_twin() -> None:
    found = rows(r"F\d+")

    assert set(found) == FAULTS
    assert [fault for fault, (_, test, _) in found.items() if "::" not in test] == []
    assert [fault for fault, (*_, twin) in found.items() if "::" not in twin and "same test" not in twin] == []


def test_an_invariant_is_said_to_be_asked_where_it_is() -> None:
    asked = {invariant for invariant, _, _ in (*QUESTIONS, *TIMES) if invariant.startswith("I")}

    assert {name for name, row in rows(r"I\d+").items() if "`store/" in row[1]} == asked
    assert set(rows(r"I\d+")) == {f"I{number}" for number in range(1, 13)}
