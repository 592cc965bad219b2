"""What a catalogue page is made of."""

from dataclasses import dataclass
from enum import StrEnum

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
class Meaning:
    """What a code says, what can be done about it, and what sort of answer it is."""

    text: Text
    advice: Advice
    kind: Kind = Kind.REFUSED
