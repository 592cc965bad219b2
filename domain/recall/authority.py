"""What is known about a person who decides: whose right it is, for whom they may ask, what of theirs waits to be carried out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from domain.recall.delegation import DecisionRight, Delegation, acts_for, decision_right
from domain.recall.request import Request, Verdict


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


@dataclass(frozen=True, slots=True)
class WaitingDecision:
    """A stored decision that is not settled: who gave it by whose right, and the plan hash it has seen of each line it decides."""

    by: str
    right_of: str
    verdict: Verdict
    lines: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A person who would decide on a day, and what their right may come from (project-recall, section 7).

    `deciders` decide by a right of their own; `delegations` are those the person took. `lines` are those to be decided, None for
    all open ones. `waiting` are the stored decisions on the request that are not settled, `used` the rights that such decisions
    of others use where only that is known. Once a decision is settled, `settled_by` says whose right it has used, which must
    still be there.
    """

    person: str
    today: date
    deciders: frozenset[str]
    delegations: Sequence[Delegation]
    lines: tuple[str, ...] | None = None
    waiting: Sequence[WaitingDecision] = ()
    used: frozenset[str] = frozenset()
    settled_by: str | None = None


def authority_over(request: Request, claim: Claim, *, over: str = "") -> Authority:
    """What the person may decide of the request, and by whose right."""
    right = _right(request, claim)
    return Authority(
        is_approver=right.granted,
        acts_for=acts_for(claim.person, today=claim.today, delegations=claim.delegations),
        on_behalf_of=right.on_behalf_of,
        ended_on=right.ended_on,
        waiting=_waiting_of(claim, right_of=right.on_behalf_of or claim.person),
        over=over,
    )


def _right(request: Request, claim: Claim) -> DecisionRight:
    """Whose right is used: that of the stored decision, or the one that is of most use."""
    deciders = claim.deciders if claim.settled_by is None else claim.deciders & {claim.settled_by}
    return decision_right(
        claim.person,
        deciders=deciders,
        today=claim.today,
        delegations=claim.delegations,
        in_vain=lambda giver: _in_vain(request, claim, giver=giver),
    )


def _in_vain(request: Request, claim: Claim, *, giver: str) -> int:
    """For how many lines an approval by the right of a giver would not count; one more where it is refused altogether."""
    lines = request.open_lines
    chosen = [lines[name] for name in claim.lines or lines if name in lines]
    if giver in request.parties and not request.policy.allow_self_decision:
        return len(chosen) + 1
    if giver in claim.used:
        return len(chosen)
    waiting = _waiting_of(claim, right_of=giver)
    return sum(
        line.has_approval(by=claim.person, right_of=giver) or waiting.decides(line.subject, line.plan_hash)
        for line in chosen
    )


def _waiting_of(claim: Claim, *, right_of: str) -> Waiting:
    """What waits of the person or of the right, line by line."""
    approved: dict[str, set[str]] = {}
    rejected: set[str] = set()
    for one in claim.waiting:
        if {one.by, one.right_of}.isdisjoint({claim.person, right_of}):
            continue
        if one.verdict is Verdict.REJECT:
            rejected |= one.lines.keys()
        else:
            for line, plan_hash in one.lines.items():
                approved.setdefault(line, set()).add(plan_hash)
    return Waiting({line: frozenset(hashes) for line, hashes in approved.items()}, frozenset(rejected))
