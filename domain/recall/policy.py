"""The rules a unit may set for its recalls (conformance README, Policies)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class ReversalDate(StrEnum):
    """Which day a reversal carries (project-recall, section 8)."""

    ORIGINAL = "original"
    TODAY = "today"
    NEXT_OPEN_PERIOD = "next_open_period"


@dataclass(frozen=True, slots=True)
class Policy:
    """Policy values of a unit. A request keeps the values it was born under.

    `recall_window_days` counts from the date of what is recalled to the day of the request; None means no limit.
    """

    block_request_on_draft_invoice: bool = False
    allow_self_decision: bool = False
    recall_window_days: int | None = None
    reversal_date: ReversalDate = ReversalDate.ORIGINAL
    quorum: int = 1
    escalate_to: str | None = None
    escalate_after: timedelta = timedelta(hours=72)
    remind_after: timedelta = timedelta(hours=24)
    expire_after: timedelta | None = None
    withdraw_allowed: bool = True
    output_reversal_needs_approval: bool = True

    def is_within_reach(self, deciders: int) -> bool:
        """Whether a quorum of more than one can be complete where so many people may decide sooner or later."""
        return self.quorum == 1 or self.quorum <= deciders
