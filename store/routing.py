"""Who is asked about open requests: read and changed for many of them by as many statements as for one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.recall.next_step import NextStep, SoFar, Step
from domain.recall.policy import Policy
from domain.recall.routing import Asked
from store.database import Connection, Row, execute, fetch
from store.policies import policy_of
from store.recalls import asked_of


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Of an open request what says who is asked and what comes next; `so_far` with who was asked until when."""

    id: str
    number: int
    approver: str
    asked: Asked
    policy: Policy
    business_at: datetime
    promised: datetime | None
    so_far: SoFar
    next_step: NextStep
    business_now: datetime | None


async def hold_giving(connection: Connection, giver: str) -> None:
    """Whoever makes a request that asks the giver first waits for the end of this transaction, or is seen by it (ADR 023)."""
    await execute(connection, "select pg_advisory_xact_lock(hashtextextended('asked ' || :giver, 0))", giver=giver)


_HELD: Final = """
select r.*, r.id::text as request, u.business_now
  from recall_request r join unit u on u.id = r.unit_id
 where r.status = 'awaiting_decision' and r.approver_id is not null and {which}
 order by r.id for update of r"""


async def held_of_approver(connection: Connection, approver: str) -> list[OpenRequest]:
    """The open requests that a person is asked about first, held."""
    rows = await fetch(connection, _HELD.format(which="r.approver_id = :approver"), approver=approver)
    return [_open(row) for row in rows]


async def held_of_unit(connection: Connection, unit: str) -> list[OpenRequest]:
    """The open requests of a unit, held."""
    return [_open(row) for row in await fetch(connection, _HELD.format(which="r.unit_id = :unit"), unit=unit)]


async def held(connection: Connection, ids: Sequence[str]) -> list[OpenRequest]:
    """Those of some requests that are open, held."""
    rows = await fetch(connection, _HELD.format(which="r.id = any(cast(:ids as uuid[]))"), ids=list(ids))
    return [_open(row) for row in rows]


def _open(row: Row) -> OpenRequest:
    asked = asked_of(row)
    assert asked is not None, "recall_request_asked"
    return OpenRequest(
        id=row.request,
        number=row.number,
        approver=row.approver_id,
        asked=asked,
        policy=policy_of(row.policy),
        business_at=row.business_at,
        promised=row.expires_at,
        so_far=SoFar(row.reminders, row.escalated_to is not None, asked.until),
        next_step=NextStep(Step(row.next_step), row.next_step_at),
        business_now=row.business_now,
    )


async def parties(connection: Connection, numbers: Sequence[int], among: Sequence[str]) -> dict[int, set[str]]:
    """Which of some people are parties of requests, by their numbers."""
    sql = """select number, person_id from recall_party
              where person_id = any(:among) and number = any(cast(:numbers as bigint[])) and concerned"""
    found: dict[int, set[str]] = {}
    for row in await fetch(connection, sql, among=list(among), numbers=list(numbers)):
        found.setdefault(row.number, set()).add(row.person_id)
    return found


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A request about which somebody else is asked, or the same person until another time; `facts` where it is somebody else.

    `at` is when that is, in the time of the unit.
    """

    request: str
    asked: Asked
    next_step: NextStep
    at: datetime
    facts: Mapping[str, str] | None


_REROUTE: Final = """
with given as materialized (
    select * from unnest(cast(:ids as uuid[]), cast(:people as text[]), cast(:through as uuid[]), cast(:untils as timestamptz[]),
                         cast(:steps as text[]), cast(:steps_at as timestamptz[]), cast(:ats as timestamptz[]),
                         cast(:facts as jsonb[]))
                  with ordinality as t(id, person, through, until, step, step_at, at, facts, position)
), changed as (
    update recall_request r
       set asked_id = g.person, asked_through = g.through, asked_until = g.until, next_step = g.step, next_step_at = g.step_at,
           version = r.version + 1
      from given g where r.id = g.id
), remembered as (
    insert into history (subject_kind, subject_id, event, facts, actor, on_behalf_of, business_at)
    select 'recall', cast(id as text), 'rerouted', facts, :actor, :on_behalf_of, at from given where facts is not null order by position
)
insert into outgoing_event (type, request_id, facts)
select 'recall.rerouted', id, facts from given where facts is not null order by position"""


async def reroute(connection: Connection, found: Sequence[Rerouted], *, by: str, on_behalf_of: str | None) -> None:
    """Keep who is asked about held requests and what comes next, with what their history and the world are told."""
    await execute(
        connection,
        _REROUTE,
        ids=[one.request for one in found],
        people=[one.asked.person for one in found],
        through=[one.asked.through for one in found],
        untils=[one.asked.until for one in found],
        steps=[one.next_step.step.value for one in found],
        steps_at=[one.next_step.at for one in found],
        ats=[one.at for one in found],
        facts=[None if one.facts is None else json.dumps(dict(one.facts)) for one in found],
        actor=by,
        on_behalf_of=on_behalf_of,
    )
