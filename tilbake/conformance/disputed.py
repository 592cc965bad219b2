"""The committed list of cases that are held to be wrong themselves; their failure does not fail a run."""

import re
from collections.abc import Mapping
from pathlib import Path

COMMITTED = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "disputed.md"
_ROW = re.compile(r"^\|\s*(?P<id>[^|]+?)\s*\|\s*(?P<reason>[^|]+?)\s*\|\s*$")
_FRAME = re.compile(r"^[-:\s]+$")


def read(path: Path | None = None) -> Mapping[str, str]:
    """Case id -> reason, from the table of a Markdown file; empty when there is no such file."""
    path = path or COMMITTED
    if not path.is_file():
        return {}
    rows = [match for line in path.read_text(encoding="utf-8").splitlines() if (match := _ROW.match(line))]
    return {row["id"]: row["reason"] for row in rows if row["id"] != "id" and not _FRAME.match(row["id"])}
