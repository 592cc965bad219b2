"""The table of docs/permissions.md: for every route its permission, and what comes of it for every role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.roles.cast import ROLES

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
HEADING: Final = ("permission", "routes", *ROLES)


@dataclass(frozen=True, slots=True)
class Told:
    """What the page says of a route."""

    permission: str
    outcomes: Mapping[str, str]


def table() -> dict[str, Told]:
    """What the page says, by operation id."""
    found: dict[str, Told] = {}
    for permission, routes, *cells in _rows(PAGE.read_text()):
        for route in re.findall(r"`(\w+)`", routes):
            assert route not in found, f"{route} stands twice in {PAGE.name}"
            found[route] = Told(permission.strip("`"), dict(zip(ROLES, cells, strict=True)))
    return found


def _rows(page: str) -> Iterator[list[str]]:
    """The rows of the table whose heading has all roles."""
    inside = False
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if tuple(cells) == HEADING:
            inside = True
        elif inside and not line.startswith("|"):
            return
        elif inside and not set(line) <= set("|-: "):
            yield cells


def row(permission: str, route: str, outcomes: Mapping[str, str]) -> str:
    """A row as the page would have it."""
    return f"| `{permission}` | `{route}` | " + " | ".join(outcomes[role] for role in ROLES) + " |"
