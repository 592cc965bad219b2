"""Who may decide, asked of the store: approvers, the escalation person, and delegates of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from domain.recall.authority import Authority, Claim, WaitingDecision, authority_over
from domain.recall.delegation import Delegation, Purpose
from domain.recall.kinds import Context
from domain.recall.request import Request, Verdict
from store.database import Connection, Row
from store.history import Act
from store.questions import Question, answer
from store.writes import Write


@dataclass(frozen=True, slots=True)
class RightToDecide:
    """The question: may this person decide a request on this subject today?

    `escalated_to` may decide, too. `lines` are those to be decided, None for all open ones. `waiting_of` is the request whose
    stored decisions count although they wait; `used` are rights that such decisions of others use, where that is known already.
    Once a decision is settled, `settled_by` says whose right it has used, which must still be there.
    """

    subject: str
    person: str
    today: date
    request: Request
    escalated_to: str | None = None
    lines: tuple[str, ...] | None = None
    waiting_of: str | None = None
    used: frozenset[str] = frozenset()
    settled_by: str | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """What all lines that are settled together share: their request, the unit's day and policy, and who acts.

    `along` are changes that are written with them, in the same statement if their kind can do so. `for_whom` is the owner of each line
    for whom it is done, where that differs by line.
    """

    request: str
    context: Context
    act: Act
    along: Sequence[Write] = ()
    for_whom: Mapping[str, str] = field(default_factory=dict)


_APPROVERS_OF_PROJECT: Final = (
    "select array_agg(person_id) from project_decider where project_id = cast(q.subject as uuid)"
)
_APPROVERS_OF_UNIT: Final = "select array_agg(person_id) from unit_role where unit_id = q.subject and role = 'approver'"
_RIGHTS: Final = """
select coalesce(({approvers}), '{{}}') as deciders,
       coalesce((select jsonb_agg(jsonb_build_object('giver', giver_id, 'since', since, 'until', until, 'purpose', purpose,
                                                      'ended_on', (ended_at at time zone 'UTC')::date))
                   from delegation where taker_id = :person), '[]') as delegations,
       (select jsonb_agg(jsonb_build_object(
                   'by', d.decided_by, 'right_of', coalesce(d.on_behalf_of, d.decided_by), 'verdict', d.verdict,
                   'lines', (select jsonb_object_agg(l.subject_id, l.plan_hash) from decision_line l
                              where l.decision_id = d.id and l.outcome is null)))
          from decision d where d.request_id = q.waiting_of and d.outcome = 'pending') as waiting
  from unnest(cast(:subjects as text[]), cast(:requests as uuid[])) with ordinality as q(subject, waiting_of, place)
 order by q.place
"""


async def project_authorities(connection: Connection, rights: Sequence[RightToDecide]) -> list[Authority]:
    """The right of a person to decide requests on projects, by one statement (project-recall, section 7)."""
    return authorities_of_answer(rights, await answer(connection, project_question(rights)))


def project_question(rights: Sequence[RightToDecide]) -> Question:
    """What the store knows about these rights over projects of one person."""
    return _question(rights, approvers=_APPROVERS_OF_PROJECT)


async def unit_authorities(connection: Connection, rights: Sequence[RightToDecide]) -> list[Authority]:
    """The right of a person to decide requests on the production of units, by one statement (output-reversal 4)."""
    rows = await answer(connection, _question(rights, approvers=_APPROVERS_OF_UNIT))
    return authorities_of_answer(rights, rows, over="unit")


def _question(rights: Sequence[RightToDecide], *, approvers: str) -> Question:
    parameters = {
        "person": rights[0].person,
        "subjects": [right.subject for right in rights],
        "requests": [right.waiting_of for right in rights],
    }
    return Question(_RIGHTS.format(approvers=approvers), parameters)


def authorities_of_answer(rights: Sequence[RightToDecide], rows: Sequence[Row], *, over: str = "") -> list[Authority]:
    """The right of each question, from the answer."""
    return [_authority(right, row, over=over) for right, row in zip(rights, rows, strict=True)]


def _authority(question: RightToDecide, row: Row, *, over: str) -> Authority:
    also = [] if question.escalated_to is None else [question.escalated_to]
    claim = Claim(
        question.person,
        question.today,
        deciders=frozenset([*row.deciders, *also]),
        delegations=[_delegation(values, taker=question.person) for values in row.delegations],
        lines=question.lines,
        waiting=[_waiting(values) for values in row.waiting or ()],
        used=question.used,
        settled_by=question.settled_by,
    )
    return authority_over(question.request, claim, over=over)


def _waiting(values: dict[str, Any]) -> WaitingDecision:
    return WaitingDecision(values["by"], values["right_of"], Verdict(values["verdict"]), values["lines"] or {})


def _delegation(values: dict[str, str], *, taker: str) -> Delegation:
    since, until = (date.fromisoformat(values[name]) for name in ("since", "until"))
    ended_on = date.fromisoformat(values["ended_on"]) if values["ended_on"] else None
    return Delegation(values["giver"], taker, since, until, Purpose(values["purpose"]), ended_on)
