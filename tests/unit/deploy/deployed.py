"""Reads the files of deploy/, for tests that hold them to the code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from api.routes import about, metrics
from tilbake.settings import Settings
from tilbake.settings.declaring import declared, file_names

ROOT = Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "deploy"
KUSTOMIZE = DEPLOY / "kustomize"
WORKER_PATHS = {"/metrics"}
API_PATHS = {str(getattr(route, "path", "")) for room in (about, metrics) for route in room.router.routes}

SECRET_WORDS = ("PASSWORD", "SECRET", "TOKEN", "PWD", "API_KEY", "DATABASE_URL", "PRIVATE_KEY")


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def documents(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))


def compose() -> dict[str, Any]:
    return dict(read_yaml(DEPLOY / "compose" / "compose.yaml"))


def known_variables() -> set[str]:
    """Every variable that `Settings` reads."""
    return {one.name for _, one in declared(Settings)} | set(file_names(Settings).values())


def unknown(names: Mapping[str, object]) -> set[str]:
    return {name for name in names if name.startswith("TILBAKE_")} - known_variables()


def literal_secrets(environment: Mapping[str, object]) -> list[str]:
    """Variables that hold a secret themselves: not one that names a file, and not one that is empty."""
    return [
        name
        for name, value in environment.items()
        if any(word in name for word in SECRET_WORDS) and not name.endswith("_FILE") and value
    ]


def strings(value: Any) -> Iterator[str]:
    """Every text in a document, however deep."""
    match value:
        case str():
            yield value
        case dict():
            for key, one in value.items():
                yield from strings(key)
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)
        case _:
            pass
