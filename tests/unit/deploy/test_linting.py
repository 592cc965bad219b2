"""Nothing that can be linted is left out, and what lints is there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scripts._linting import checks, manifests, shell_scripts
from tests.unit.deploy.deployed import ROOT

pytestmark = pytest.mark.unit


def test_shell_scripts_are_found_by_their_first_line() -> None:
    found = shell_scripts()

    assert {"scripts/test", "scripts/_setup", ".ci/run", "deploy/compose/make-secrets"} <= set(found)
    assert not any(name.endswith(".py") for name in found)
    assert {path for path in found if (ROOT / path).read_text(encoding="utf-8").startswith("#!")} == set(found)


def test_every_resource_is_checked_and_patches_are_not() -> None:
    assert "deploy/kustomize/base/network.yaml" in manifests()
    assert not any("patch" in path or path.endswith("kustomization.yaml") for path in manifests())


def test_every_linter_is_installed_with_the_tests() -> None:
    programs = Path(sys.executable).parent

    assert [words[0] for words in checks().values() if not (programs / words[0]).is_file()] == []
