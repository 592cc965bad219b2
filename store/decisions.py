"""Decisions in Postgres: stored once for each source event before anything acts on them, settled once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.recall.deciding import Decision
from domain.recall.request import Verdict
from domain.refusals import Code, Refusal
from store.database import execute, fetch, fetch_one
from store.outbox import Message
from store.turns import aside


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


async def insert(connection: AsyncConnection, new: NewDecision, *, told: Message) -> Message | None:
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
           )
           insert into outbox (request_id, kind, workflow_id, payload)
           select cast(:request as uuid), :kind, :workflow, cast(:payload as jsonb) from stored
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
        subjects=list(new.seen),
        hashes=list(new.seen.values()),
        kind=told.kind,
        workflow=told.workflow,
        payload=json.dumps(dict(told.payload)),
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
    on_behalf_of: str | None


_SELECT: Final = """
select d.*, d.id::text as decision, d.request_id::text as request, l.subject_id::text as subject, l.plan_hash,
       l.outcome as line_outcome, l.code, l.facts
  from decision d
  left join decision_line l on l.decision_id = d.id
"""


async def by_id(connection: AsyncConnection, id: str) -> StoredDecision | None:
    """The decision with this id."""
    return next(iter(_grouped(await fetch(connection, _SELECT + "where d.id = cast(:id as uuid)", id=id))), None)


async def by_event(connection: AsyncConnection, source: str, event: str) -> StoredDecision | None:
    """The decision that a source event brought."""
    rows = await fetch(
        connection, _SELECT + "where d.source = :source and d.event_id = :event", source=source, event=event
    )
    return next(iter(_grouped(rows)), None)


async def of_requests(connection: AsyncConnection, requests: Sequence[str]) -> list[StoredDecision]:
    """All decisions of the requests, in the order they came."""
    sql = _SELECT + "where d.request_id = any(cast(:requests as uuid[])) order by d.sequence"
    rows = await fetch(connection, sql, requests=list(requests))
    return await aside(len(rows), lambda: _grouped(rows))


def _grouped(rows: Sequence[Row[Any]]) -> list[StoredDecision]:
    grouped: dict[str, list[Row[Any]]] = {}
    for row in rows:
        grouped.setdefault(row.decision, []).append(row)
    return [_decision(members) for members in grouped.values()]


def _decision(rows: Sequence[Row[Any]]) -> StoredDecision:
    first = rows[0]
    lines = [row for row in rows if row.subject is not None]
    return StoredDecision(
        id=first.decision,
        request=first.request,
        source=first.source,
        event=first.event_id,
        body_hash=first.body_hash,
        decision=Decision(first.decided_by, Verdict(first.verdict), tuple(row.subject for row in lines), first.park),
        comment=first.comment,
        seen={row.subject: row.plan_hash for row in lines},
        outcome=first.outcome,
        refused=None if first.refused_code is None else Refusal(Code(first.refused_code), first.request),
        outcomes={row.subject: (row.line_outcome, _refusal(row)) for row in lines},
        received_at=first.received_at,
        on_behalf_of=first.on_behalf_of,
    )


def _refusal(row: Row[Any]) -> Refusal | None:
    return None if row.code is None else Refusal(Code(row.code), row.subject, row.facts or {})


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """How a decision ended for one line."""

    subject: str
    outcome: str
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a decision ended: applied or refused, what refused it as a whole, and how each line ended."""

    applied: bool
    refused: Refusal | None
    lines: Sequence[LineOutcome]


async def settle(connection: AsyncConnection, decision: str, outcome: Outcome, *, now: datetime) -> None:
    """Write how a decision ended, and forget the signal that was to tell the workflow about it.

    A signal that is being delivered just now is held by the dispatcher, which forgets it itself: nobody waits for that.
    """
    await execute(
        connection,
        """with lines as (
               update decision_line l set outcome = t.outcome, code = t.code, facts = t.facts
                 from unnest(cast(:subjects as uuid[]), cast(:outcomes as text[]), cast(:codes as text[]), cast(:facts as jsonb[]))
                      as t(subject, outcome, code, facts)
                where l.decision_id = cast(:decision as uuid) and l.subject_id = t.subject
           ), told as (
               delete from outbox where id in (
                   select o.id from outbox o join decision d on o.request_id = d.request_id
                    where d.id = cast(:decision as uuid) and o.kind = 'decision' and o.payload ->> 'decision' = cast(d.id as text)
                      for update of o skip locked)
           )
           update decision set outcome = :outcome, refused_code = :refused, settled_at = :now where id = cast(:decision as uuid)
        returning pg_notify('tilbake_settled', cast(id as text))""",
        decision=decision,
        outcome="applied" if outcome.applied else "refused",
        refused=None if outcome.refused is None else outcome.refused.code.value,
        now=now,
        subjects=[line.subject for line in outcome.lines],
        outcomes=[line.outcome for line in outcome.lines],
        codes=[line.refusal.code.value if line.refusal else None for line in outcome.lines],
        facts=[json.dumps(dict(line.refusal.facts)) if line.refusal else None for line in outcome.lines],
    )


async def refuse_pending(connection: AsyncConnection, request: str, *, code: Code, now: datetime) -> None:
    """Refuse what is left of the decisions on a request that are stored and not settled.

    One that has counted for some lines before (a long one, between its chunks) was applied; only its other lines are refused.
    """
    await execute(
        connection,
        """with late as (
               update decision d set outcome = case when exists (select from decision_line l where l.decision_id = d.id
                                                                    and l.outcome in ('recalled', 'rejected', 'approved', 'parked'))
                                                    then 'applied' else 'refused' end,
                                     refused_code = :code, settled_at = :now
                where request_id = cast(:request as uuid) and outcome = 'pending'
            returning id, pg_notify('tilbake_settled', cast(id as text))
           )
           update decision_line l set outcome = 'refused', code = :code from late
            where l.decision_id = late.id and l.outcome is null""",
        request=request,
        code=code.value,
        now=now,
    )
