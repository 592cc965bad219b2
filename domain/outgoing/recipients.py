"""Who is told of an event by mail: those who are asked to decide, or those whom the request is about."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Circle(StrEnum):
    """People a mail goes to, by what they are to the request."""

    ASKED = "asked"
    """Who is asked now (domain.recall.routing), and the escalation person once it is their turn."""
    HANDED = "handed"
    """Who is asked now in the place of somebody else; where that person may not decide, those who are asked."""
    ESCALATED = "escalated"
    """The escalation person, and who decides for them today."""
    PARTIES = "parties"
    """The requester and the owners."""


MAILED: Final[Mapping[str, frozenset[Circle]]] = MappingProxyType(
    {
        "recall.decision_needed": frozenset({Circle.ASKED}),
        "recall.reminded": frozenset({Circle.ASKED}),
        "recall.rerouted": frozenset({Circle.HANDED}),
        "recall.escalated": frozenset({Circle.ESCALATED}),
        "recall.blocked": frozenset({Circle.PARTIES}),
        "recall.recalled": frozenset({Circle.PARTIES}),
        "recall.partly_recalled": frozenset({Circle.PARTIES}),
        "recall.rejected": frozenset({Circle.PARTIES}),
        "recall.expired": frozenset({Circle.PARTIES}),
        "recall.withdrawn": frozenset({Circle.PARTIES, Circle.ASKED}),
    }
)
"""Events that are mailed; the others are not. Who made an event happen is not told of it."""
ASKING: Final = frozenset({"recall.decision_needed", "recall.reminded", "recall.rerouted", "recall.escalated"})
"""Those that ask somebody to decide: nobody is asked once there is nothing to decide any more."""
