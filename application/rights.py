"""Who may decide, asked of the store: approvers, the escalation person, and delegates of either."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.recall.deciding import Authority
from domain.recall.delegation import Delegation, Purpose, acts_for, decision_right
from domain.recall.kinds import Context
from store.database import fetch_one
from store.history import Act


@dataclass(frozen=True, slots=True)
class RightToDecide:
    """The question: may this person decide a request on this subject today? `escalated_to` may decide, too."""

    subject: str
    person: str
    today: date
    escalated_to: str | None = None


@dataclass(frozen=True, slots=True)
class Settling:
    """What all lines that are settled together share: their request, the unit's day and policy, and who acts."""

    request: str
    context: Context
    act: Act


_APPROVERS_OF_PROJECT: Final = (
    "select array_agg(person_id) from project_decider where project_id = cast(:subject as uuid)"
)
_APPROVERS_OF_UNIT: Final = "select array_agg(person_id) from unit_role where unit_id = :subject and role = 'approver'"
_RIGHTS: Final = """
select coalesce(({approvers}), '{{}}') as deciders,
       coalesce((select jsonb_agg(jsonb_build_object('giver', giver_id, 'since', since, 'until', until, 'purpose', purpose,
                                                      'ended_on', (ended_at at time zone 'UTC')::date))
                   from delegation where taker_id = :person), '[]') as delegations
"""


async def project_authority(connection: AsyncConnection, question: RightToDecide) -> Authority:
    """The right to decide a request on a project (project-recall, section 7)."""
    return await _authority(connection, question, approvers=_APPROVERS_OF_PROJECT)


async def unit_authority(connection: AsyncConnection, question: RightToDecide) -> Authority:
    """The right to decide a request on the production of a unit (output-reversal 4)."""
    return await _authority(connection, question, approvers=_APPROVERS_OF_UNIT)


async def _authority(connection: AsyncConnection, question: RightToDecide, *, approvers: str) -> Authority:
    sql = _RIGHTS.format(approvers=approvers)
    row = await fetch_one(connection, sql, subject=question.subject, person=question.person)
    assert row is not None
    delegations = [_delegation(values, taker=question.person) for values in row.delegations]
    deciders = frozenset(row.deciders) | ({question.escalated_to} if question.escalated_to else frozenset())
    right = decision_right(question.person, deciders=deciders, today=question.today, delegations=delegations)
    return Authority(
        is_approver=right.granted,
        acts_for=acts_for(question.person, today=question.today, delegations=delegations),
        on_behalf_of=right.on_behalf_of,
        ended_on=right.ended_on,
    )


def _delegation(values: dict[str, str], *, taker: str) -> Delegation:
    since, until = (date.fromisoformat(values[name]) for name in ("since", "until"))
    ended_on = date.fromisoformat(values["ended_on"]) if values["ended_on"] else None
    return Delegation(values["giver"], taker, since, until, Purpose(values["purpose"]), ended_on)
