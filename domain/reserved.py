"""Ids that no person gets: histories name the service itself by some of them, and the others read as if they did."""

from __future__ import annotations

from typing import Final

from domain.roles import ADMINISTRATOR

CLOCK: Final = "clock"
"""Who acts where time does."""
OPERATOR: Final = "operator"
"""Who acts where a workflow is cancelled in Temporal."""
THE_SERVICE: Final = frozenset({CLOCK, OPERATOR})
RESERVED: Final = THE_SERVICE | {ADMINISTRATOR, "administrator", "root", "service", "system", "tilbake", "worker"}
_BETWEEN: Final = str.maketrans("", "", "._-")


def reads_like_the_service(id: str) -> bool:
    """Whether an id is one of these, or one with dots, dashes or underscores in it, as `clock.`."""
    return id.translate(_BETWEEN) in RESERVED
