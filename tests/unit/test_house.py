"""The rules of the house that no linter knows: sizes, and what the domain may touch."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "activities",
    "api",
    "application",
    "domain",
    "exports",
    "files",
    "imports",
    "messaging",
    "sending",
    "store",
    "telemetry",
    "tilbake",
    "workflows",
)
LONGEST_FUNCTION = 60
LONGEST_FILE = 400
NOT_IN_THE_DOMAIN = {"asyncio", "io", "logging", "os", "pathlib", "random", "socket", "subprocess", "threading", "time"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_no_function_is_longer_than_a_screen() -> None:
    too_long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in sources(*ROOMS, "tests", "scripts")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or node.lineno) - node.lineno + 1 > LONGEST_FUNCTION
    ]

    assert too_long == []


def test_no_file_is_longer_than_a_chapter() -> None:
    too_long = [
        str(path.relative_to(ROOT))
        for path in sources(*ROOMS, "tests", "scripts")
        if len(path.read_text().splitlines()) > LONGEST_FILE
    ]

    assert too_long == []


def test_the_domain_imports_neither_packages_nor_the_world_outside() -> None:
    allowed = (sys.stdlib_module_names | {"domain"}) - NOT_IN_THE_DOMAIN
    foreign = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sources("domain")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in imported(node)
        if name.partition(".")[0] not in allowed
    ]

    assert foreign == []


def test_every_room_is_under_the_import_rules() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests"}

    assert rooms <= set(rules["root_packages"])


def test_no_private_key_is_a_part_of_the_project() -> None:
    """One that a test had made in the working directory was committed once."""
    ignored = {line.strip("/\n") for line in (ROOT / ".gitignore").read_text().splitlines()} | {".git"}
    key = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/=]{20}")
    found = [
        str(path.relative_to(ROOT))
        for top in ROOT.iterdir()
        if top.name not in ignored
        for path in ([top] if top.is_file() else top.rglob("*"))
        if path.is_file() and not path.relative_to(ROOT).as_posix().startswith(tuple(f"{one}/" for one in ignored))
        if "__pycache__" not in path.parts and key.search(path.read_bytes())
    ]

    assert found == []


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
        return [node.module]
    return []
