"""What is linted beside Python: the container file, the compose file, manifests, and every shell script."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_NOT_OURS = {".venv", ".git", "build", "mutants"}
_SHELLS = ("#!/bin/sh", "#!/usr/bin/env sh", "#!/bin/bash", "#!/usr/bin/env bash")


def checks() -> dict[str, list[str]]:
    """By name the program of the virtual environment that checks, and its words."""
    return {
        "container file": ["hadolint", "--config", "deploy/containers/hadolint.yaml", "deploy/containers/Dockerfile"],
        "compose file": ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "deploy/compose/compose.yaml"],
        "manifests": ["kubernetes-validate", "--strict", *manifests()],
        "shell scripts": ["shellcheck", *shell_scripts()],
    }


def manifests() -> list[str]:
    """Every resource for Kubernetes, as it stands before kustomize puts overlays on it; patches are no resources."""
    found = (ROOT / "deploy" / "kustomize").rglob("*.yaml")
    return sorted(str(path.relative_to(ROOT)) for path in found if not path.name.startswith(("kustomization", "patch")))


def shell_scripts() -> list[str]:
    """Every file of ours that a shell runs, whatever its name: those that say so in their first line."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in _NOT_OURS]
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file() and path.suffix in {"", ".sh"})
    return sorted(str(path.relative_to(ROOT)) for path in files if _is_shell(path))


def _is_shell(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline(40).decode(errors="replace").strip().startswith(_SHELLS)
