"""docs/security.md claims nothing without a test that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.unit
ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
RISKS: Final = PAGE.partition("## OWASP API Security")[2].partition("## OWASP ASVS")[0]
REQUIREMENTS: Final = PAGE.partition("## OWASP ASVS")[2].partition("## What is not defended")[0]
NAMED: Final = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def rows(part: str) -> list[str]:
    return [line for line in part.splitlines() if line.startswith("| ") and not line.startswith("| risk ")][
        1 if "| requirement" in part else 0 :
    ]


def test_every_test_that_is_named_is_there() -> None:
    named = NAMED.findall(PAGE)

    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists()
        or not re.search(rf"^\s*(async )?def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []
    assert len(named) > 60
    assert PAGE.count("::test_") == len(named), "a test that is named in another form is not looked for"


def test_every_risk_has_an_answer_with_a_test() -> None:
    found = {re.match(r"\| (API\d+) ", row): NAMED.findall(row) for row in rows(RISKS)}

    assert [one[1] for one in found if one] == [f"API{number}" for number in range(1, 11)]
    assert all(found.values())


def test_every_requirement_is_claimed_once_by_its_number_with_a_test() -> None:
    claimed = re.findall(r"v5\.0\.0-(\d+\.\d+\.\d+)", REQUIREMENTS)

    assert len(claimed) == len(set(claimed)) > 30
    assert [row for row in rows(REQUIREMENTS) if not NAMED.search(row) or "v5.0.0-" not in row] == []


def test_what_is_not_defended_is_said() -> None:
    assert PAGE.partition("## What is not defended")[2].count("\n* ") >= 8
