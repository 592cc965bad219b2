"""The plan: the exact rows a recall will write. Preview, approver and ledger see this same object (architecture, Rules of the house)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows taking back one subject writes, as plain text values, in the order they are written."""

    subject: str
    rows: tuple[Row, ...]

    @property
    def hash(self) -> str:
        """A fingerprint of every value of every row."""
        return _digest([dict(row) for row in self.rows])


def request_hash(line_hashes: Mapping[str, str]) -> str:
    """The fingerprint of a request: its open lines and the plan of each. It is the ETag a decision is bound to."""
    return _digest(sorted(line_hashes.items()))


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
