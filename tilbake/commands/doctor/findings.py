"""A line of what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer; `good=None` is for what is merely not running."""

    subject: str
    good: bool | None
    text: str
