"""Who may decide, asked of the store: approvers, the escalation person, and delegates of either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from domain.recall.authority import Authority, Waiting
from domain.recall.delegation import DecisionRight, Delegation, Purpose, acts_for, decision_right
from domain.recall.kinds import Context
from domain.recall.request import Request
from store.database import Connection, Row, fetch
from store.history import Act
from store.writes import Write


@dataclass(frozen=True, slots=True)
class RightToDecide:
    """The question: may this person decide a request on this subject today?

    `escalated_to` may decide, too. `waiting_of` is the request whose stored decisions count although they wait; `used` are
    rights that such decisions of others use, where that is known already. Once a decision is settled, `settled_by` says
    whose right it has used, which must still be there.
    """

    subject: str
    person: str
    today: date
    request: Request
    escalated_to: str | None = None
    waiting_of: str | None = None
    used: frozenset[str] = frozenset()
    settled_by: str | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """What all lines that are settled together share: their request, the unit's day and policy, and who acts.

    `along` are changes that are written with them, in the same statement if their kind can do so.
    """

    request: str
    context: Context
    act: Act
    along: Sequence[Write] = ()


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


async def project_authorities(connection: Connection, questions: Sequence[RightToDecide]) -> list[Authority]:
    """The right of a person to decide requests on projects, by one statement (project-recall, section 7)."""
    return await _authorities(connection, questions, approvers=_APPROVERS_OF_PROJECT)


async def unit_authorities(connection: Connection, questions: Sequence[RightToDecide]) -> list[Authority]:
    """The right of a person to decide requests on the production of units, by one statement (output-reversal 4)."""
    return await _authorities(connection, questions, approvers=_APPROVERS_OF_UNIT, over="unit")


async def _authorities(
    connection: Connection, questions: Sequence[RightToDecide], *, approvers: str, over: str = ""
) -> list[Authority]:
    rows = await fetch(
        connection,
        _RIGHTS.format(approvers=approvers),
        person=questions[0].person,
        subjects=[question.subject for question in questions],
        requests=[question.waiting_of for question in questions],
    )
    return [_authority(question, row, over=over) for question, row in zip(questions, rows, strict=True)]


def _authority(question: RightToDecide, row: Row, *, over: str) -> Authority:
    delegations = [_delegation(values, taker=question.person) for values in row.delegations]
    right = _right(question, frozenset(row.deciders), delegations, waiting=row.waiting or [])
    mine = {question.person, right.on_behalf_of or question.person}
    return Authority(
        is_approver=right.granted,
        acts_for=acts_for(question.person, today=question.today, delegations=delegations),
        on_behalf_of=right.on_behalf_of,
        ended_on=right.ended_on,
        waiting=waiting_of([one for one in row.waiting or [] if {one["by"], one["right_of"]} & mine]),
        over=over,
    )


def _right(
    question: RightToDecide, deciders: frozenset[str], delegations: Sequence[Delegation], *, waiting: list[Any]
) -> DecisionRight:
    """Whose right is used: that of the stored decision, or the one that is of use."""
    if question.escalated_to is not None:
        deciders |= {question.escalated_to}
    if question.settled_by is not None:
        deciders &= {question.settled_by}
    used = {one["right_of"] for one in waiting if one["by"] != question.person}
    avoided = question.request.parties | question.request.counted_rights | question.used | used
    return decision_right(
        question.person, deciders=deciders, today=question.today, delegations=delegations, avoided=avoided
    )


def waiting_of(decisions: Sequence[Any]) -> Waiting:
    """What stored decisions that are not settled decide, each given by its verdict and the plan hash of its open lines."""
    approved: dict[str, set[str]] = {}
    rejected: set[str] = set()
    for one in decisions:
        lines = one["lines"] or {}
        if one["verdict"] == "reject":
            rejected |= lines.keys()
        else:
            for line, plan_hash in lines.items():
                approved.setdefault(line, set()).add(plan_hash)
    return Waiting({line: frozenset(hashes) for line, hashes in approved.items()}, frozenset(rejected))


def _delegation(values: dict[str, str], *, taker: str) -> Delegation:
    since, until = (date.fromisoformat(values[name]) for name in ("since", "until"))
    ended_on = date.fromisoformat(values["ended_on"]) if values["ended_on"] else None
    return Delegation(values["giver"], taker, since, until, Purpose(values["purpose"]), ended_on)
