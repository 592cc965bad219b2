"""Who is asked about open requests: read and changed for many of them by as many statements as for one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.recall.delegation import Delegation
from domain.recall.next_step import NextStep, SoFar, Step
from domain.recall.policy import Policy
from domain.recall.routing import Approvals, Asked
from store import delegations
from store.database import Connection, Row, execute, fetch
from store.ids import is_id
from store.policies import policy_of
from store.questions import Question
from store.recalls import asked_of


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Of an open request what says who is asked and what comes next; `so_far` with who was asked until when."""

    id: str
    number: int
    subject: str
    approver: str | None
    asked: Asked | None
    policy: Policy
    business_at: datetime
    promised: datetime | None
    so_far: SoFar
    next_step: NextStep
    business_now: datetime | None


@dataclass(frozen=True, slots=True)
class Askable:
    """Of some subjects the approvers in their order, and the delegations that say whom of them to ask."""

    approvers: Mapping[str, Sequence[str]]
    given: Mapping[str, Delegation]

    def of(self, subject: str) -> Sequence[str]:
        """The approvers of one of the subjects."""
        return self.approvers.get(subject, ())

    def is_as_of(self, approvers: Sequence[Sequence[str]], delegated: int) -> bool:
        """Whether this is still so: the approvers as `ORDER` lists them, and how often these delegations were given and ended."""
        known = [[subject, person] for subject, people in self.approvers.items() for person in people]
        return known == approvers and delegated == sum(1 + (one.ended_on is not None) for one in self.given.values())

    def holding(self, subject: str) -> list[str]:
        """What a new request on a subject holds, so that it is seen by who changes whom to ask: it, its approvers, their delegates."""
        mine = {subject, *self.of(subject)}
        return sorted(mine | {one.taker for one in self.given.values() if one.giver in mine})


_APPROVERS: Final = """
select d.project_id::text as subject, d.person_id as person, d.position from project_decider d
 where d.project_id = any(cast(:projects as uuid[]))
 union all
select unit_id, person_id, 0 from unit_role where role = 'approver' and unit_id = any(cast(:units as text[]))"""
APPROVERS: Final = f"array(select a.person from ({_APPROVERS}) a)"
"""Who decides on some subjects, as an array; its parameters are `parameters_of`."""
ORDER: Final = f"""coalesce((select jsonb_agg(jsonb_build_array(a.subject, a.person)
                                          order by a.subject, a.position, a.person collate "C")
                           from ({_APPROVERS}) a), '[]')"""
"""The same as pairs of subject and person, in the order in which they are asked."""


def parameters_of(subjects: Sequence[str]) -> dict[str, object]:
    """Subjects as parameters: each is a project, or a unit whose production it is."""
    return {"projects": [one for one in subjects if is_id(one)], "units": list(subjects)}


def questions(subjects: Sequence[str]) -> tuple[Question, Question]:
    """Who decides on subjects in their order, and the delegations that say whom of them to ask."""
    of = parameters_of(subjects)
    return Question(f"select {ORDER} as found", of), delegations.question_for_asking(APPROVERS, of)


def askable_of(order: Sequence[Row], given: Sequence[Row]) -> Askable:
    """Both from their answers."""
    found: dict[str, list[str]] = {}
    for subject, person in order[0].found:
        found.setdefault(subject, []).append(person)
    return Askable(found, delegations.of_answer(given))


async def hold(connection: Connection, names: Sequence[str]) -> None:
    """Whoever makes a request that may ask these people, or on these subjects, waits for this transaction or is seen by it (ADR 023)."""
    sql = (
        "select pg_advisory_xact_lock(hashtextextended('asked ' || one, 0)) from unnest(cast(:names as text[])) as one"
    )
    await execute(connection, sql, names=sorted(set(names)))


_HELD: Final = """
select r.*, r.id::text as request, u.business_now
  from recall_request r join unit u on u.id = r.unit_id
 where r.status = 'awaiting_decision' and {which}
 order by r.id for update of r"""


_DECIDED_BY: Final = """(r.approver_id = :person
    or r.subject in (select project_id::text from project_decider where person_id = :person
                      union all select unit_id from unit_role where role = 'approver' and person_id = :person))"""
_CONCERNING: Final = "r.number in (select number from recall_party where person_id = :person and concerned)"


async def held_of_approver(connection: Connection, person: str) -> list[OpenRequest]:
    """The open requests that a person may be asked about, held."""
    return [_open(row) for row in await fetch(connection, _HELD.format(which=_DECIDED_BY), person=person)]


async def held_of_party(connection: Connection, person: str) -> list[OpenRequest]:
    """The open requests that a person asked for or owns a line of, held."""
    return [_open(row) for row in await fetch(connection, _HELD.format(which=_CONCERNING), person=person)]


async def held_of_subjects(connection: Connection, subjects: Sequence[str]) -> list[OpenRequest]:
    """The open requests on some projects, or on the production of units, held."""
    rows = await fetch(connection, _HELD.format(which="r.subject = any(:subjects)"), subjects=list(subjects))
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
    return OpenRequest(
        id=row.request,
        number=row.number,
        subject=row.subject,
        approver=row.approver_id,
        asked=asked,
        policy=policy_of(row.policy),
        business_at=row.business_at,
        promised=row.expires_at,
        so_far=SoFar(row.reminders, row.escalated_to is not None, asked.until if asked else None),
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


_APPROVALS: Final = """
with of as materialized (
    select l.request_id, a.key as person, coalesce(nullif(split_part(a.value, ' ', 2), ''), a.key) as giver
      from recall_line l cross join lateral jsonb_each_text(l.approved_by) a
     where l.request_id = any(cast(:ids as uuid[])) and l.status in ('open', 'blocked') and split_part(a.value, ' ', 1) = l.plan_hash
), counted as (
    select request_id, 'person' as whose, person as id, count(*) as lines from of group by request_id, person
     union all
    select request_id, 'right', giver, count(*) from of group by request_id, giver
)
select c.request_id::text as request, c.whose, c.id from counted c
 where c.lines = (select count(*) from recall_line l where l.request_id = c.request_id and l.status in ('open', 'blocked'))"""


async def approvals(connection: Connection, requests: Sequence[str]) -> dict[str, Approvals]:
    """Of requests those that have approvals on all their open lines, of the rows as they are."""
    found: dict[str, dict[str, set[str]]] = {}
    for row in await fetch(connection, _APPROVALS, ids=list(requests)):
        found.setdefault(row.request, {"person": set(), "right": set()})[row.whose].add(row.id)
    return {request: Approvals(frozenset(of["person"]), frozenset(of["right"])) for request, of in found.items()}


@dataclass(frozen=True, slots=True)
class Rerouted:
    """A request about which somebody else is asked, or the same person until another time; `facts` where it is somebody else.

    `at` is when that is, in the time of the unit.
    """

    request: str
    asked: Asked | None
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
        people=[one.asked and one.asked.person for one in found],
        through=[one.asked and one.asked.through for one in found],
        untils=[one.asked and one.asked.until for one in found],
        steps=[one.next_step.step.value for one in found],
        steps_at=[one.next_step.at for one in found],
        ats=[one.at for one in found],
        facts=[None if one.facts is None else json.dumps(dict(one.facts)) for one in found],
        actor=by,
        on_behalf_of=on_behalf_of,
    )
