"""Recall requests and their lines in Postgres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain.money import ZERO, Money
from domain.recall.next_step import NextStep
from domain.recall.request import (
    Approval,
    Event,
    Line,
    LineApproved,
    LineBlocked,
    LineStatus,
    Parking,
    Request,
    RequestEnded,
    RequestStatus,
    status_after,
)
from domain.recall.routing import Asked
from domain.refusals import Code, Refusal
from store import visibility
from store.database import Connection, Row, execute, fetch, fetch_one
from store.history import Act, Happened
from store.policies import policy_of
from store.questions import Question, answer
from store.turns import aside
from store.writes import Write


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request with what the store keeps beside its state; `approver` approved what is asked for, `asked` is who is asked now."""

    request: Request
    policy_version: int
    number: int
    batch: str
    unit: str
    kind: str
    subject: str
    title: str
    approver: str | None
    asked: Asked | None
    reason: str
    reason_code: str | None
    plan_hash: str
    amount: Money
    labels: Mapping[str, str]
    created_at: datetime
    business_at: datetime
    closed_at: datetime | None
    next_step: str | None
    next_step_at: datetime | None
    expires_at: datetime | None
    reminders: int
    escalated_to: str | None
    version: int
    business_now: datetime | None


_COLUMNS: Final = """
r.*, r.id::text as request, r.batch_id::text as batch, u.business_now, l.*
  from recall_request r
  join unit u on u.id = r.unit_id
  cross join lateral (
      select array_agg(l.subject_id::text order by l.position) as subjects, array_agg(l.owner_id order by l.position) as owners,
             array_agg(l.label order by l.position) as labels, array_agg(l.status order by l.position) as statuses,
             array_agg(l.blocked_code order by l.position) as codes, array_agg(l.blocked_facts order by l.position) as facts,
             array_agg(l.plan_hash order by l.position) as hashes, array_agg(nullif(l.approved_by, '{}') order by l.position) as approvals,
             array_agg(nullif(l.parked_by, '{}') order by l.position) as parkings
        from recall_line l where l.request_id = r.id
  ) l
"""


async def hold(connection: Connection, id: str, *, to_change: bool) -> None:
    """Hold a request until the end of the transaction: to change it, or only so that nobody else ends it meanwhile."""
    strength = "update" if to_change else "share"
    await execute(connection, f"select from recall_request where id = cast(:id as uuid) for {strength}", id=id)


def held_to_decide(id: str, *, by: str) -> Question:
    """Which request has this id, held so that nobody ends it meanwhile, and nobody takes in another decision of `by` on it."""
    return Question(
        """with alone as materialized (select pg_advisory_xact_lock(hashtextextended(:id || chr(10) || :by, 9)))
           select id from alone, recall_request where id = cast(:id as uuid) for share of recall_request""",
        {"id": id, "by": by},
    )


async def load(connection: Connection, id: str) -> StoredRequest | None:
    """The request with this id and all its lines."""
    return await of_answer(await answer(connection, question(id)))


def question(id: str) -> Question:
    """Which request has this id, with all its lines."""
    return Question(f"select {_COLUMNS} where r.id = cast(:id as uuid)", {"id": id})


async def of_answer(rows: Sequence[Row]) -> StoredRequest | None:
    """The request of the answer, if there is one."""
    return await aside(len(rows[0].subjects or ()), lambda: _stored(rows[0])) if rows else None


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as somebody sees it: whole, or only how it stands."""

    stored: StoredRequest
    whole: bool


async def seen(connection: Connection, id: str, *, by: str) -> SeenRequest | None:
    """The request with this id and all its lines, if somebody may see it."""
    whole, where, reader = visibility.requests(by)
    sql = f"select {whole} as whole, {_COLUMNS} where r.id = cast(:id as uuid) and {where}"
    row = await fetch_one(connection, sql, id=id, **reader)
    if row is None:
        return None
    return SeenRequest(await aside(len(row.subjects or ()), lambda: _stored(row)), row.whole)


async def is_seen(connection: Connection, id: str, *, by: str) -> bool:
    """Whether somebody may see a request, at least how it stands."""
    where, reader = visibility.seen(visibility.OUTLINES, by)
    sql = f"select 1 from recall_request r where r.id = cast(:id as uuid) and {where}"
    return await fetch_one(connection, sql, id=id, **reader) is not None


async def load_many(connection: Connection, ids: Sequence[str]) -> list[StoredRequest]:
    """The requests with these ids and all their lines, in this order."""
    rows = await fetch(connection, f"select {_COLUMNS} where r.id = any(cast(:ids as uuid[]))", ids=list(ids))
    found = {row.request: row for row in rows}
    lines = sum(len(row.subjects or ()) for row in rows)
    return await aside(lines, lambda: [_stored(found[id]) for id in ids if id in found])


def _stored(row: Row) -> StoredRequest:
    """A row of _COLUMNS: a request comes in one row, because one for each line would repeat the request thousands of times."""
    columns = (row.subjects, row.owners, row.hashes, row.statuses, row.codes, row.facts, row.approvals, row.parkings)
    lines = {values[0]: line(*values) for values in zip(*columns, strict=True)}
    return stored_request(row, lines, dict(zip(row.subjects, row.labels, strict=True)))


def stored_request(head: Row, lines: Mapping[str, Line], labels: Mapping[str, str]) -> StoredRequest:
    """A request from its own row and lines of it."""
    return StoredRequest(
        request=Request(
            id=head.request,
            requester=head.requester_id,
            policy=policy_of(head.policy),
            lines=lines,
            status=RequestStatus(head.status),
            base_worth=head.base_worth or ZERO,
        ),
        policy_version=head.policy_version,
        number=head.number,
        batch=head.batch,
        unit=head.unit_id,
        kind=head.kind,
        subject=head.subject,
        title=head.title,
        approver=head.approver_id,
        asked=asked_of(head),
        reason=head.reason,
        reason_code=head.reason_code,
        plan_hash=head.plan_hash,
        amount=Money(Decimal(head.amount), head.currency),
        labels=labels,
        created_at=head.created_at,
        business_at=head.business_at,
        closed_at=head.closed_at,
        next_step=head.next_step,
        next_step_at=head.next_step_at,
        expires_at=head.expires_at,
        reminders=head.reminders,
        escalated_to=head.escalated_to,
        version=head.version,
        business_now=head.business_now,
    )


def asked_of(head: Row) -> Asked | None:
    """Who is asked, from the own row of a request."""
    if head.asked_id is None:
        return None
    return Asked(head.asked_id, head.asked_until, head.asked_through and str(head.asked_through))


def line(*values: Any) -> Line:
    """A line from its columns: subject, owner, plan hash, status, blocked code and facts, approvals, parked approvals."""
    subject, owner, plan_hash, status, code, facts, approvals, parkings = values
    blocked_by = None if code is None else Refusal(Code(code), subject, facts or {})
    return Line(
        subject,
        owner,
        plan_hash,
        LineStatus(status),
        blocked_by,
        _approvals(approvals or {}),
        _parkings(parkings or {}),
    )


def _parkings(stored: Mapping[str, Mapping[str, str]]) -> dict[str, Parking]:
    return {person: Parking(said["effect"], said.get("giver") or person) for person, said in stored.items()}


def _parking_text(event: Event) -> str | None:
    """A parked approval as JSON; the giver where it was not given by the own right."""
    if not isinstance(event, LineBlocked) or event.parking is None:
        return None
    giver = {} if event.parking.right_of == event.parked_by else {"giver": event.parking.right_of}
    return json.dumps({"effect": event.parking.effect} | giver)


def _approvals(stored: Mapping[str, str]) -> dict[str, Approval]:
    return {person: _approval(person, said) for person, said in stored.items()}


def _approval(person: str, said: str) -> Approval:
    plan_hash, _, giver = said.partition(" ")
    return Approval(plan_hash, giver or person)


@dataclass(frozen=True, slots=True)
class Change:
    """What events did to a request: how it was, how it is, and what its history and the world are told.

    `plan_hash` where the request at hand is only a part, so that it cannot say what it stands for.
    """

    before: Request
    events: Sequence[Event]
    after: Request
    happened: Sequence[Happened]
    plan_hash: str | None = None


def changing(change: Change, *, act: Act, now: datetime) -> Write:
    """A change of a request and its lines, with what its history and the world are told: compare-and-set on the open state."""
    lines = [event for event in change.events if not isinstance(event, RequestEnded)]
    parameters = {
        "id": change.before.id,
        "status": change.after.status.value,
        "plan_hash": change.plan_hash or change.after.plan_hash,
        "now": now,
        "open": _OPEN,
        "subjects": [event.subject for event in lines],
        "statuses": [status_after(event).value for event in lines],
        "codes": [event.refusal.code.value if isinstance(event, LineBlocked) else None for event in lines],
        "facts": [facts_text(event.refusal if isinstance(event, LineBlocked) else None) for event in lines],
        "hashes": [event.plan_hash if isinstance(event, LineBlocked | LineApproved) else None for event in lines],
        "approvers": [event.by if isinstance(event, LineApproved) else None for event in lines],
        "givers": [event.giver if isinstance(event, LineApproved) else None for event in lines],
        "parkers": [event.parked_by if isinstance(event, LineBlocked) else None for event in lines],
        "parkings": [_parking_text(event) for event in lines],
        **_told(change.happened, act),
    }
    return Write("request", _CHANGE, parameters, {"changed_request": 1})


def facts_text(refusal: Refusal | None) -> str | None:
    """The facts of a refusal as JSON."""
    return None if refusal is None else json.dumps(dict(refusal.facts))


_OPEN: Final = [LineStatus.OPEN.value, LineStatus.BLOCKED.value]
# History has every line that is blocked or parked; the world is told of them together, once for each act.
_TELL: Final = """
happened as (
    select * from unnest(cast(:events as text[]), cast(:froms as text[]), cast(:tos as text[]), cast(:event_facts as jsonb[]))
                  with ordinality as t(event, from_status, to_status, facts, position)
), remembered as (
    insert into history (subject_kind, subject_id, event, from_status, to_status, facts, actor, on_behalf_of, business_at)
    select 'recall', :id, event, from_status, to_status, facts, :actor, :on_behalf_of, :at from happened order by position
), told as (
    insert into outgoing_event (type, request_id, facts)
    select 'recall.' || event, cast(:id as uuid), facts from happened where event not in ('blocked', 'parked')
     union all
    select 'recall.' || event, cast(:id as uuid),
           jsonb_build_object('lines', cast(count(*) as text), 'codes', jsonb_agg(distinct facts -> 'code')) from happened
     where event in ('blocked', 'parked') group by event
)"""
# Lines are found one by one by their subject, whatever the statistics say: `=` on the request or a literal status could make it
# cheaper, on paper, to read all lines of a request or all open lines again for each one.
_CHANGE: Final = f"""
given as materialized (
    select cast(:id as uuid) as request, t.*
      from unnest(cast(:subjects as uuid[]), cast(:statuses as text[]), cast(:codes as text[]),
                  cast(:facts as jsonb[]), cast(:hashes as text[]), cast(:approvers as text[]),
                  cast(:givers as text[]), cast(:parkers as text[]), cast(:parkings as jsonb[]))
           as t(subject, status, code, facts, hash, approver, giver, parker, parking)
), changed_lines as (
    update recall_line l
       set status = t.status, blocked_code = t.code, blocked_facts = t.facts, plan_hash = coalesce(t.hash, l.plan_hash),
           basis = case when coalesce(t.hash, l.plan_hash) = l.plan_hash then l.basis end,
           approved_by = case when t.approver is null then l.approved_by
                              else l.approved_by || jsonb_build_object(t.approver, concat_ws(' ', t.hash, t.giver)) end,
           parked_by = case when t.status <> 'blocked' then '{{}}'
                            when t.parker is null then l.parked_by
                            else l.parked_by || jsonb_build_object(t.parker, t.parking) end
      from given t
     where l.subject_id = t.subject and l.request_id is not distinct from t.request and l.status = any(cast(:open as text[]))
), {_TELL}, changed_request as (
    update recall_request
       set status = :status, plan_hash = :plan_hash, version = version + 1,
           closed_at = case when :status = 'awaiting_decision' then null else cast(:now as timestamptz) end,
           next_step = case when :status = 'awaiting_decision' then next_step end,
           next_step_at = case when :status = 'awaiting_decision' then next_step_at end
     where id = cast(:id as uuid) and status = 'awaiting_decision'
    returning 1
)"""


def _told(happened: Sequence[Happened], act: Act) -> dict[str, object]:
    return {
        "events": [one.event for one in happened],
        "froms": [one.from_status for one in happened],
        "tos": [one.to_status for one in happened],
        "event_facts": [json.dumps(dict(one.facts)) for one in happened],
        "actor": act.by,
        "on_behalf_of": act.on_behalf_of,
        "at": act.at,
    }


async def tell(connection: Connection, happened: Happened, *, act: Act) -> None:
    """Note something that happened to a request, in its history and for the world."""
    await execute(connection, f"with {_TELL} select", id=happened.subject, **_told([happened], act))


async def set_next_step(connection: Connection, request: str, *, following: NextStep, reminders: int) -> None:
    """What happens next with an open request if nobody decides, and how often was reminded."""
    await execute(
        connection,
        """update recall_request set next_step = :step, next_step_at = :at, reminders = :reminders, version = version + 1
            where id = cast(:request as uuid) and status = 'awaiting_decision'""",
        request=request,
        step=following.step.value,
        at=following.at,
        reminders=reminders,
    )


async def escalate(connection: Connection, request: str, *, to: str) -> None:
    """From now on this person may decide too."""
    await execute(
        connection,
        """with escalated as (
               update recall_request set escalated_to = :to, version = version + 1 where id = cast(:request as uuid) returning number
           )
           insert into recall_party (person_id, number, concerned) select :to, number, false from escalated
           on conflict (person_id, number) do nothing""",
        request=request,
        to=to,
    )
