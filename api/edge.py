"""What can be wrong at the edge, before a rule is asked: as an exception, because nothing after it may run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """One refusal and where in the request it sits.

    place: members of its element in errors[], such as {"pointer": "/entries/0"} or {"parameter": "limit"}.
    """

    refusal: Refusal
    place: Mapping[str, str | int] = field(default_factory=dict, hash=False)


class EdgeError(Exception):
    """A request that goes no further; the one exception that routes and dependencies raise on purpose.

    faults: at least one. headers: sent with the answer, such as Retry-After.
    """

    def __init__(self, *faults: Fault, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(", ".join(fault.refusal.code for fault in faults))
        self.faults = faults
        self.headers = dict(headers or {})


def edge_error(code: Code, *, place: Mapping[str, str | int] | None = None, **facts: str) -> EdgeError:
    """Make an EdgeError of one fault, to be raised; facts are what its text names."""
    return EdgeError(Fault(Refusal(code, facts=facts), place or {}))


def bad_parameter(name: str, *, expected: str) -> EdgeError:
    """A query parameter or header with a value that is not accepted; expected: a word of domain.terms.EXPECTED."""
    return edge_error(Code.INVALID_VALUE, place={"parameter": name}, field=name, expected=expected)


def require_order(since: date | None, until: date | None) -> None:
    """Only days that do not end before they begin go on, whichever list they are for. Raises EdgeError invalid_value."""
    if since is not None and until is not None and until < since:
        raise bad_parameter("until", expected="not_before_from")
