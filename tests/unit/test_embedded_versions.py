"""Versions: what is pinned in one place is what another place asks for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tilbake.embedded.temporal_binary import CLI_VERSION, COMMAND, OLDEST_SERVER, server_version
from tilbake.embedded.temporal_build import MODULE, OLDEST_GO, go_version
from tilbake.embedded.temporal_programs import SCHEMA_TOOL, SERVER, SERVER_VERSION, UI, UI_VERSION

pytestmark = pytest.mark.unit


def test_the_module_pins_the_version_under_which_the_binary_is_cached() -> None:
    module = (MODULE / "go.mod").read_text()

    assert f"github.com/temporalio/cli v{CLI_VERSION}" in module
    pinned = re.search(r"go\.temporal\.io/server v(\d+)\.(\d+)\.", module)
    assert pinned
    assert tuple(map(int, pinned.groups())) >= OLDEST_SERVER
    assert f"\ngo {'.'.join(map(str, OLDEST_GO))}\n" in module


def test_the_programs_of_a_server_on_postgres_are_of_the_versions_they_are_cached_under() -> None:
    module = (MODULE / "go.mod").read_text()

    assert f"go.temporal.io/server v{SERVER_VERSION}" in module
    assert f"github.com/temporalio/ui-server/v2 v{UI_VERSION}" in module
    for program in (SERVER, SCHEMA_TOOL, UI, COMMAND):
        assert f"\t{program.package}\n" in module


def test_locks_name_hashes_and_no_index() -> None:
    for lock in (*Path("deploy").glob("requirements*.txt"), MODULE / "requirements-go.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "--find-links" not in text


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("temporal version 1.8.2 (Server 1.32.1, UI 2.55.0)", (1, 32, 1)),
        ("temporal version 1.1.0 (Server 1.25.0, UI 2.30.3)", (1, 25, 0)),
        ("something else", None),
    ],
)
def test_the_server_version_is_read_from_what_the_binary_prints(text: str, version: tuple[int, ...] | None) -> None:
    assert server_version(text) == version


@pytest.mark.parametrize(
    ("text", "new_enough"),
    [
        ("go1.26.8\n", True),
        ("go1.27.3", True),
        ("go1.28", True),
        ("go1.26.7", False),
        ("go1.27rc1", False),
        ("", False),
    ],
)
def test_only_a_released_go_that_is_new_enough_builds(text: str, *, new_enough: bool) -> None:
    assert (go_version(text) >= OLDEST_GO) is new_enough
