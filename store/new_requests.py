"""New recall requests: written once, with their lines and what those remember of their plans."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from domain.money import Money
from domain.recall.next_step import NextStep
from domain.recall.policy import Policy
from domain.recall.request import Line, Request
from domain.recall.routing import Asked
from store.database import Connection, fetch_one
from store.history import acting_for
from store.policies import policy_values
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a line keeps of its plan: what it was made from (store.remembered), the originals it reverses and on which days."""

    basis: str
    days: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of a new request: what it names, whose it is, how it is called, its plan and, if it is a long one, its memory.

    `warned` is the code of what was worth a warning.
    """

    subject: str
    owner: str
    label: str
    plan_hash: str
    remembered: Remembered | None = None
    warned: str | None = None


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request about to be written; `holding` are subject and people of whom nobody changes unseen whether they are asked."""

    id: str
    batch: str
    unit: str
    kind: str
    subject: str
    title: str
    requester: str
    approver: str | None
    asked: Asked | None
    reason: str
    reason_code: str | None
    policy: Policy
    policy_version: int
    plan_hash: str
    amount: Money
    base_worth: Decimal
    lines: tuple[NewLine, ...]
    holding: Sequence[str]
    created_at: datetime
    business_at: datetime
    expires_at: datetime | None
    next_step: NextStep


_INSERT: Final = """
with request as (
    insert into recall_request (id, number, batch_id, unit_id, kind, subject, title, requester_id, approver_id, reason,
        reason_code, policy, policy_version, status, plan_hash, amount, currency, base_worth, created_at, business_at,
        next_step, next_step_at, expires_at, asked_id, asked_through, asked_until)
    values (cast(:id as uuid), nextval('recall_number'), cast(:batch as uuid), :unit, :kind, :subject, :title, :requester,
        :approver, :reason, :reason_code, cast(:policy as jsonb), :policy_version, 'awaiting_decision', :plan_hash, :amount,
        :currency, :base_worth, :now, :business_now, :next_step, :next_step_at, :expires_at,
        :asked, cast(:asked_through as uuid), :asked_until)
    returning number
), lines as (
    insert into recall_line (request_id, position, kind, subject_id, owner_id, label, status, plan_hash, warned, basis,
        originals, days)
    select cast(:id as uuid), t.position, :kind, t.subject, t.owner, t.label, 'open', t.hash, t.warned, t.basis,
           cast(t.originals as bigint[]), cast(t.days as date[])
      from unnest(cast(:subjects as uuid[]), cast(:owners as text[]), cast(:labels as text[]), cast(:hashes as text[]),
                 cast(:warned as text[]), cast(:bases as text[]), cast(:originals as text[]), cast(:days as text[]))
           with ordinality as t(subject, owner, label, hash, warned, basis, originals, days, position)
), parties as (
    insert into recall_party (person_id, number, concerned)
    select t.person, request.number, true from request, unnest(cast(:parties as text[])) as t(person)
), planned as (
    insert into recall_plan (request_id, plan_hash, rows) values (cast(:id as uuid), :plan_hash, cast(:plan as jsonb))
), told as (
    insert into outgoing_event (type, request_id, facts)
    select type, cast(:id as uuid), jsonb_build_object('lines', cast(:count as text))
      from (values (1, 'recall.requested'), (2, 'recall.decision_needed')) as event(place, type) order by place
), remembered as (
    insert into history (subject_kind, subject_id, event, to_status, facts, actor, on_behalf_of, business_at)
    values ('recall', :id, 'requested', 'awaiting_decision',
            jsonb_build_object('lines', cast(:count as text), 'asked', coalesce(cast(:asked as text), '')),
            :requester, :on_behalf_of, :business_now)
)
select number, (select count(*) from (select pg_advisory_xact_lock_shared(hashtextextended('asked ' || one, 0))
                                        from unnest(cast(:holding as text[])) as one) held) as held from request
"""


async def insert(connection: Connection, new: NewRequest, *, plan: str) -> int:
    """Write a request with its lines, the rows of its plan as JSON, its history and what the world is told.

    Returns its number.
    """
    row = await fetch_one(
        connection,
        _INSERT,
        id=new.id,
        batch=new.batch,
        unit=new.unit,
        kind=new.kind,
        subject=new.subject,
        title=new.title,
        requester=new.requester,
        on_behalf_of=acting_for(new.requester, [line.owner for line in new.lines]),
        approver=new.approver,
        asked=new.asked and new.asked.person,
        asked_through=new.asked and new.asked.through,
        asked_until=new.asked and new.asked.until,
        reason=new.reason,
        reason_code=new.reason_code,
        policy=json.dumps(policy_values(new.policy)),
        policy_version=new.policy_version,
        base_worth=new.base_worth,
        plan_hash=new.plan_hash,
        plan=plan,
        amount=new.amount.amount,
        currency=new.amount.currency,
        now=new.created_at,
        business_now=new.business_at,
        next_step=new.next_step.step.value,
        next_step_at=new.next_step.at,
        expires_at=new.expires_at,
        count=str(len(new.lines)),
        holding=sorted({*new.holding, *filter(None, [new.approver])}),
        subjects=[line.subject for line in new.lines],
        owners=[line.owner for line in new.lines],
        parties=sorted({new.requester, *(line.owner for line in new.lines)}),
        labels=[line.label for line in new.lines],
        hashes=[line.plan_hash for line in new.lines],
        warned=[line.warned for line in new.lines],
        **_memories(new.lines),
    )
    assert row is not None
    return int(row.number)


def _memories(lines: Sequence[NewLine]) -> dict[str, object]:
    """What lines remember, as columns; originals and days of a line are arrays of their own, so they go as literals."""
    kept = [line.remembered for line in lines]
    return {
        "bases": [one and one.basis for one in kept],
        "originals": [one and "{" + ",".join(map(str, one.days)) + "}" for one in kept],
        "days": [one and "{" + ",".join(day.isoformat() for day in one.days.values()) + "}" for one in kept],
    }


def as_stored(new: NewRequest, number: int) -> StoredRequest:
    """A request just written, as it would be read."""
    lines = {line.subject: Line(line.subject, line.owner, line.plan_hash) for line in new.lines}
    return StoredRequest(
        request=Request(new.id, new.requester, new.policy, lines, base_worth=new.base_worth),
        policy_version=new.policy_version,
        number=number,
        batch=new.batch,
        unit=new.unit,
        kind=new.kind,
        subject=new.subject,
        title=new.title,
        approver=new.approver,
        asked=new.asked,
        reason=new.reason,
        reason_code=new.reason_code,
        plan_hash=new.plan_hash,
        amount=new.amount,
        labels={line.subject: line.label for line in new.lines},
        created_at=new.created_at,
        business_at=new.business_at,
        closed_at=None,
        next_step=new.next_step.step.value,
        next_step_at=new.next_step.at,
        expires_at=new.expires_at,
        reminders=0,
        escalated_to=None,
        version=1,
        business_now=new.business_at,
    )
