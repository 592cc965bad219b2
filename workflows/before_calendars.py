"""When the steps of a request fall due that was started before its steps were told to it: all times are plain and repeat.

Histories of that time replay by this; nothing that starts now asks it.
"""

from __future__ import annotations

from workflows.contracts import RecallInput


def next_step(given: RecallInput, *, reminders: int, escalated: bool) -> tuple[str, float]:
    """The earliest of expiry, escalation and the next reminder, in seconds after the birth of the request."""
    steps = [("reminder", given.remind_after_seconds * (reminders + 1))]
    if given.escalate_to is not None and not escalated:
        steps.append(("escalation", given.escalate_after_seconds))
    if given.expire_after_seconds is not None:
        steps.append(("expiry", given.expire_after_seconds))
    return min(reversed(steps), key=lambda step: step[1])
