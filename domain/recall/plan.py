"""The plan: the exact rows a recall will write. Preview, approver and ledger see this same object (architecture, Rules of the house)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows taking back one subject writes, as plain text values, in the order they are written.

    `unbound` names columns that a decision is not bound to, such as a date that is by policy the day of the decision.
    """

    subject: str
    rows: tuple[Row, ...]
    unbound: frozenset[str] = frozenset()

    @property
    def hash(self) -> str:
        """A fingerprint of every value of every row that a decision is bound to."""
        return _digest([{name: value for name, value in row.items() if name not in self.unbound} for row in self.rows])


_BRIEF: Final = (
    "reverses",
    "type",
    "billing_type",
    "customer",
    "operation",
    "quantity",
    "setup",
    "run",
    "stop",
    "output",
    "scrap",
    "amount",
    "currency",
    "accounting_date",
    "posting_date",
    "closes",
)


def brief(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The columns by which a person tells rows apart: enough to show what has changed."""
    return tuple({name: row[name] for name in _BRIEF if name in row} for row in rows)


@dataclass(frozen=True, slots=True)
class Difference:
    """How the rows of a line changed since a plan was stored: rows that are gone, and rows that are new."""

    subject: str
    gone: tuple[Row, ...]
    new: tuple[Row, ...]


def compare(subject: str, before: tuple[Row, ...], now: tuple[Row, ...]) -> Difference | None:
    """Row by row; None where nothing changed."""
    gone = tuple(row for row in before if row not in now)
    new = tuple(row for row in now if row not in before)
    return Difference(subject, gone, new) if gone or new else None


def request_hash(line_hashes: Mapping[str, str]) -> str:
    """The fingerprint of a request: its open lines and the plan of each. It is the ETag a decision is bound to."""
    return _digest(sorted(line_hashes.items()))


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
