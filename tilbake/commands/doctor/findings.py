"""A line of what the doctor says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer; `good=None` is for what is merely not running, `warns` for what is good and will not stay so."""

    subject: str
    good: bool | None
    text: str
    warns: bool = False

    @property
    def mark(self) -> str:
        """What stands before the line."""
        if self.good is False:
            return "BAD "
        if self.warns:
            return "WARN"
        return "ok  " if self.good else "-   "
