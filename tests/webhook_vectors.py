"""The signature vectors of tests/data/webhooks.json, read into values."""

import base64
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "data" / "webhooks.json"


@dataclass(frozen=True)
class Vector:
    """One message as it arrives, and the verdict that is due."""

    name: str
    now: int
    secrets: list[str]
    headers: list[tuple[str, str]]
    body: bytes
    verdict: str
    then: str | None
    library: str | None


def vectors() -> list[Vector]:
    """Every vector, in the order of the file."""
    return [_vector(row) for row in json.loads(_FILE.read_text(encoding="utf-8"))["vectors"]]


def _vector(row: dict[str, Any]) -> Vector:
    return Vector(
        name=row["name"],
        now=row["now"],
        secrets=row["secrets"],
        headers=[(name, value) for name, value in row["headers"]],
        body=_body(row),
        verdict=row["verdict"],
        then=row.get("then"),
        library=row.get("library"),
    )


def _body(row: dict[str, Any]) -> bytes:
    if "body_base64" in row:
        return base64.b64decode(str(row["body_base64"]))
    if "body_rule" not in row:
        return str(row["body"]).encode()
    rule = row["body_rule"]
    made = str(rule["before"] + rule["repeat"] * rule["times"] + rule["after"]).encode()
    assert len(made) == rule["bytes"]
    assert hashlib.sha256(made).hexdigest() == rule["sha256"]
    return made
