"""What is known about a person who decides: whose right it is, for whom they may ask, what of theirs waits to be carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was decided by the person, or by the right they use, is stored and waits for the workflow.

    `approved` has the plan hashes that were approved of a line, `rejected` the lines that were rejected.
    """

    approved: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rejected: frozenset[str] = frozenset()

    def decides(self, line: str, plan_hash: str) -> bool:
        """Whether an approval of these rows of a line could only repeat what waits, or come too late."""
        return line in self.rejected or plan_hash in self.approved.get(line, ())


@dataclass(frozen=True, slots=True)
class Authority:
    """What is known about the right of a person to decide.

    `acts_for` are those for whom the person may make requests; `on_behalf_of` whose right it is, if not the own;
    `ended_on` the last day of a delegation that has ended; `over` the case of not_approver that says what approvers are of.
    """

    is_approver: bool
    acts_for: frozenset[str] = frozenset()
    on_behalf_of: str | None = None
    ended_on: date | None = None
    waiting: Waiting = field(default_factory=Waiting)
    over: str = ""
