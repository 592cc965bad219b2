"""Decisions in Postgres: stored once for each source event before anything acts on them, settled once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from domain.recall.deciding import Decision
from domain.recall.request import Verdict
from domain.refusals import Code, Refusal
from store.database import Connection, Row, fetch, fetch_one
from store.outbox import Message
from store.questions import Question, answer
from store.turns import aside
from store.writes import Write


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision about to be stored; `seen` is the plan hash of each line it decides."""

    id: str
    request: str
    source: str
    event: str
    body_hash: str
    decision: Decision
    comment: str | None
    seen: Mapping[str, str]
    received_at: datetime
    business_at: datetime
    on_behalf_of: str | None = None


async def insert(connection: Connection, new: NewDecision, *, told: Message) -> Message | None:
    """Store a decision as pending, with the message its workflow is told; None if this source event is stored already."""
    row = await fetch_one(
        connection,
        """with stored as (
               insert into decision (id, request_id, source, event_id, body_hash, decided_by, on_behalf_of, verdict, comment, received_at,
                                     business_at, park, outcome)
               values (cast(:id as uuid), cast(:request as uuid), :source, :event, :body_hash, :by, :on_behalf_of, :verdict, :comment,
                       :received_at, :business_at, :park, 'pending')
               on conflict (source, event_id) do nothing
               returning id
           ), lines as (
               insert into decision_line (decision_id, subject_id, plan_hash)
               select stored.id, t.subject, t.hash
                 from stored, unnest(cast(:subjects as uuid[]), cast(:hashes as text[])) as t(subject, hash)
           ), parties as (
               insert into recall_party (person_id, number, concerned)
               select t.person, r.number, false
                 from stored, recall_request r, unnest(cast(:deciders as text[])) as t(person)
                where r.id = cast(:request as uuid)
               on conflict (person_id, number) do nothing
           )
           insert into outbox (request_id, kind, workflow_id, payload, traceparent)
           select cast(:request as uuid), :kind, :workflow, cast(:payload as jsonb), :traceparent from stored
        returning id""",
        id=new.id,
        request=new.request,
        source=new.source,
        event=new.event,
        body_hash=new.body_hash,
        by=new.decision.by,
        on_behalf_of=new.on_behalf_of,
        verdict=new.decision.verdict.value,
        comment=new.comment,
        park=new.decision.park,
        received_at=new.received_at,
        business_at=new.business_at,
        deciders=sorted({new.decision.by, new.on_behalf_of or new.decision.by}),
        subjects=list(new.seen),
        hashes=list(new.seen.values()),
        kind=told.kind,
        workflow=told.workflow,
        payload=json.dumps(dict(told.payload)),
        traceparent=told.traceparent,
    )
    return None if row is None else replace(told, id=row.id)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A stored decision and how far it got."""

    id: str
    request: str
    source: str
    event: str
    body_hash: str
    decision: Decision
    comment: str | None
    seen: Mapping[str, str]
    outcome: str
    refused: Refusal | None
    outcomes: Mapping[str, tuple[str | None, Refusal | None]]
    received_at: datetime
    business_at: datetime
    on_behalf_of: str | None
    client: str | None


_SELECT: Final = """
select d.*, d.id::text as decision, d.request_id::text as request, l.subject_id::text as subject, l.plan_hash,
       l.outcome as line_outcome, l.code, l.facts
  from decision d
  left join decision_line l on l.decision_id = d.id
"""


async def by_id(connection: Connection, id: str) -> StoredDecision | None:
    """The decision with this id."""
    return of_answer(await answer(connection, question(id)))


def question(id: str) -> Question:
    """Which decision has this id, a row for each of its lines."""
    return Question(f"{_SELECT} where d.id = cast(:id as uuid)", {"id": id})


def of_answer(rows: Sequence[Row]) -> StoredDecision | None:
    """The decision of the answer, if there is one."""
    return next(iter(_grouped(rows)), None)


async def by_event(connection: Connection, source: str, event: str) -> StoredDecision | None:
    """The decision that a source event brought."""
    rows = await fetch(
        connection, _SELECT + "where d.source = :source and d.event_id = :event", source=source, event=event
    )
    return next(iter(_grouped(rows)), None)


async def of_requests(connection: Connection, requests: Sequence[str]) -> list[StoredDecision]:
    """All decisions of the requests, in the order they came."""
    sql = _SELECT + "where d.request_id = any(cast(:requests as uuid[])) order by d.sequence"
    rows = await fetch(connection, sql, requests=list(requests))
    return await aside(len(rows), lambda: _grouped(rows))


async def heads_of_requests(connection: Connection, requests: Sequence[str]) -> list[StoredDecision]:
    """All decisions of the requests, in the order they came, without what they say of each line."""
    rows = await fetch(
        connection,
        """select d.*, d.id::text as decision, d.request_id::text as request from decision d
            where d.request_id = any(cast(:requests as uuid[])) order by d.sequence""",
        requests=list(requests),
    )
    return [_head(row, Decision(row.decided_by, Verdict(row.verdict), None, row.park), ()) for row in rows]


def _grouped(rows: Sequence[Row]) -> list[StoredDecision]:
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.decision, []).append(row)
    return [_decision(members) for members in grouped.values()]


def _decision(rows: Sequence[Row]) -> StoredDecision:
    first = rows[0]
    lines = [row for row in rows if row.subject is not None]
    said = Decision(first.decided_by, Verdict(first.verdict), tuple(row.subject for row in lines), first.park)
    return _head(first, said, lines)


def _head(row: Row, said: Decision, lines: Sequence[Row]) -> StoredDecision:
    """A decision from its own columns and the lines at hand."""
    return StoredDecision(
        id=row.decision,
        request=row.request,
        source=row.source,
        event=row.event_id,
        body_hash=row.body_hash,
        decision=said,
        comment=row.comment,
        seen={line.subject: line.plan_hash for line in lines},
        outcome=row.outcome,
        refused=None if row.refused_code is None else Refusal(Code(row.refused_code), row.request),
        outcomes={line.subject: (line.line_outcome, _refusal(line)) for line in lines},
        received_at=row.received_at,
        business_at=row.business_at,
        on_behalf_of=row.on_behalf_of,
        client=row.client,
    )


def _refusal(row: Row) -> Refusal | None:
    return None if row.code is None else Refusal(Code(row.code), row.subject, row.facts or {})


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """How a decision ended for one line."""

    subject: str
    outcome: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a decision ended: applied or refused, what refused it as a whole, and how each line ended.

    `others` is the code for the decisions on the same request that are left, if it has ended by this one.
    """

    applied: bool
    refused: Refusal | None
    lines: Sequence[LineOutcome]
    others: Code | None = None


OUTCOME: Final = """case when exists (select from decision_line l where l.decision_id = d.id
                        and l.outcome in ('recalled', 'rejected', 'approved', 'parked'))
           then 'applied' else 'refused' end"""
"""How decision `d` ends: applied where it has counted for a line. The audit says the same by itself."""
_REFUSE: Final = f"""
late as (
    update decision d set outcome = {OUTCOME},
                         refused_code = :others, settled_at = :now
     where request_id = {{request}} and outcome = 'pending' and {{which}}
 returning id, pg_notify('tilbake_settled', cast(id as text))
), left_out as (
    update decision_line l set outcome = 'refused', code = :others from late
     where l.decision_id = late.id and l.outcome is null
)"""
_REFUSE_ALL: Final = _REFUSE.format(request="cast(:request as uuid)", which="true")
_REFUSE_OTHERS: Final = _REFUSE.format(
    request="(select request_id from decision where id = cast(:decision as uuid))",
    which="d.id <> cast(:decision as uuid) and cast(:others as text) is not null",
)
_SETTLE: Final = f"""
decided_lines as (
    update decision_line l set outcome = t.outcome, code = t.code, facts = t.facts
      from unnest(cast(:subjects as uuid[]), cast(:outcomes as text[]), cast(:codes as text[]), cast(:facts as jsonb[]))
           as t(subject, outcome, code, facts)
     where l.decision_id = cast(:decision as uuid) and l.subject_id = t.subject
), needless as (
    delete from outbox where id in (
        select o.id from outbox o join decision d on o.request_id = d.request_id
         where d.id = cast(:decision as uuid) and o.kind = 'decision' and o.payload ->> 'decision' = cast(d.id as text)
           for update of o skip locked)
), {_REFUSE_OTHERS}, settled as (
    update decision set outcome = :outcome, refused_code = :refused, settled_at = :now where id = cast(:decision as uuid)
    returning pg_notify('tilbake_settled', cast(id as text))
)"""


def settling(decision: str, outcome: Outcome, *, now: datetime) -> Write:
    """How a decision ended; the signal that was to tell the workflow about it is forgotten.

    A signal that is being delivered just now is held by the dispatcher, which forgets it itself: nobody waits for that.
    """
    parameters = {
        "decision": decision,
        "outcome": "applied" if outcome.applied else "refused",
        "others": None if outcome.others is None else outcome.others.value,
        "refused": None if outcome.refused is None else outcome.refused.code.value,
        "now": now,
        "subjects": [line.subject for line in outcome.lines],
        "outcomes": [line.outcome for line in outcome.lines],
        "codes": [line.refusal.code.value if line.refusal else None for line in outcome.lines],
        "facts": [json.dumps(dict(line.refusal.facts)) if line.refusal else None for line in outcome.lines],
    }
    return Write("decision", _SETTLE, parameters, {"settled": 1})


def refusing_pending(request: str, *, code: Code, now: datetime) -> Write:
    """What is left of the decisions on a request that are stored and not settled is refused.

    One that has counted for some lines before (a long one, between its chunks) was applied; only its other lines are refused.
    """
    return Write("others", _REFUSE_ALL, {"request": request, "others": code.value, "now": now})
