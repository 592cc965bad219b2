"""Figures of a worker's own work, beside those of the Temporal SDK: they stand where those are served, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from temporalio import activity

DECISION_LEAD: Final = "tilbake_decision_lead_seconds"
DECISIONS_SETTLED: Final = "tilbake_decisions_settled"
DELIVERY_ATTEMPTS: Final = "tilbake_delivery_attempts"
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0
BUCKETS: Final[Mapping[str, Sequence[float]]] = {
    DECISION_LEAD: [
        _MINUTE,
        5 * _MINUTE,
        15 * _MINUTE,
        _HOUR,
        4 * _HOUR,
        12 * _HOUR,
        _DAY,
        3 * _DAY,
        7 * _DAY,
        14 * _DAY,
    ],
}


def settled(*, outcome: str, verdict: str, seconds: float) -> None:
    """A decision is settled, so long after the birth of its request."""
    if not activity.in_activity():
        return
    meter = activity.metric_meter()
    said: dict[str, str | int | float | bool] = {"outcome": outcome, "verdict": verdict}
    meter.create_counter(DECISIONS_SETTLED, "Decisions that were settled").add(1, said)
    meter.create_histogram_float(DECISION_LEAD, "From the birth of a request to a settled decision").record(
        seconds, said
    )


def attempted(*, outcome: str, by: str) -> None:
    """A message was sent, or tried to be: by webhook or mail."""
    if not activity.in_activity():
        return
    said: dict[str, str | int | float | bool] = {"outcome": outcome, "by": by}
    activity.metric_meter().create_counter(DELIVERY_ATTEMPTS, "Attempts to deliver").add(1, said)
