"""Policies as JSON values: durations in seconds, choices by their names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from domain.recall.policy import Policy, ReversalDate


def policy_values(policy: Policy) -> dict[str, object]:
    """A policy as JSON values; durations in seconds."""
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name in Policy.__dataclass_fields__
        for value in (getattr(policy, name),)
    }


def policy_of(values: Mapping[str, Any]) -> Policy:
    """The policy with these JSON values; what is not given has its default."""
    seconds = ("remind_after", "expire_after", "escalate_after")
    known = {name: value for name, value in values.items() if name in Policy.__dataclass_fields__}
    durations = {name: timedelta(seconds=known[name]) for name in seconds if known.get(name) is not None}
    dates = {"reversal_date": ReversalDate(known["reversal_date"])} if "reversal_date" in known else {}
    return Policy(**(known | durations | dates))
