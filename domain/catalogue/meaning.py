"""What a catalogue page is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.language import Advice, Text


class Kind(StrEnum):
    """What sort of answer a code is. How a transport says it is the transport's business."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    WRONG_METHOD = "wrong_method"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_SLOW = "too_slow"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    PRECONDITION_REQUIRED = "precondition_required"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Case:
    """Where a code says something else than elsewhere, or advises something else: what is None is as elsewhere."""

    text: Text | None = None
    advice: Advice | None = None


EVERYWHERE: Final[Mapping[str, Case]] = MappingProxyType(
    {
        "meanwhile": Case(
            Text(
                "Noen andre var raskere; dette er ikke mulig lenger.",
                "Somebody else was quicker; this is no longer possible.",
            ),
            Advice("Les det på nytt og se hva som er mulig nå.", "Read it again and see what is possible now."),
        )
    }
)
"""Cases of every code: what the database refused because it had changed since the rules were asked."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says, what can be done about it, and what sort of answer it is.

    `cases` are found by the fact `why` of a refusal, or by its status: the same code, met in another place.
    """

    text: Text
    advice: Advice
    kind: Kind = Kind.REFUSED
    cases: Mapping[str, Case] = field(default_factory=dict)

    def text_in(self, case: str) -> Text:
        """What it says in a case; one it does not know is none."""
        found = self.cases.get(case) or EVERYWHERE.get(case)
        return self.text if found is None or found.text is None else found.text

    def advice_in(self, case: str) -> Advice:
        """What it advises in a case."""
        found = self.cases.get(case) or EVERYWHERE.get(case)
        return self.advice if found is None or found.advice is None else found.advice
