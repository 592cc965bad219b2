"""The rules a unit may set for its recalls (conformance README, Policies)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """Policy values of a unit. A request keeps the values it was born under.

    `recall_window_days` counts from the date of what is recalled to the day of the request; None means no limit.
    """

    block_request_on_draft_invoice: bool = False
    allow_self_decision: bool = False
    recall_window_days: int | None = None
    remind_after: timedelta = timedelta(hours=24)
    expire_after: timedelta | None = None
    withdraw_allowed: bool = True
