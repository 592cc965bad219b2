"""Policies, their versions and differences in JSON."""

from __future__ import annotations

from collections.abc import Sequence

from api.render.values import Json, instant
from domain.recall.policy_diff import Changed
from store.policies import StoredPolicy


def heading(stored: StoredPolicy) -> Json:
    """Who set a version, when and why."""
    return {
        "unit": stored.unit,
        "version": stored.version,
        "by": stored.by,
        "at": instant(stored.at),
        "comment": stored.comment,
    }


def version(stored: StoredPolicy) -> Json:
    """A version with its document."""
    return heading(stored) | {"policy": stored.document}


def changes(found: Sequence[Changed]) -> list[Json]:
    """What differs, value by value."""
    return [{"field": one.field, "before": one.before, "after": one.after} for one in found]
