"""How a case can end, and the exceptions that carry it there.

Exception
+-- CaseFailed     something is not as the case says
|   +-- NotBuilt   the case needs a verb, a key or an expectation that has no route yet
+-- Refused        the service refused a call, with the codes of its catalogue
"""

from dataclasses import dataclass


class CaseFailed(Exception):
    """What was expected and what was seen, in one line."""


class NotBuilt(CaseFailed):
    """The case needs something the public API does not offer yet; named, so that it is never mistaken for a fault."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not built yet")


class Refused(Exception):
    """The service refused: one code for each refused line, or the one code of the whole call."""

    def __init__(self, codes: tuple[str, ...], *, status: int, detail: str = "") -> None:
        self.codes = codes
        self.status = status
        self.detail = detail
        super().__init__(f"{', '.join(codes)} ({status}{': ' + detail if detail else ''})")


@dataclass(frozen=True)
class Outcome:
    """The end of one case; `problem` is empty when it passed."""

    id: str
    title: str
    seconds: float
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything was as the case says."""
        return not self.problem
