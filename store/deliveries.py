"""What has to be delivered to whom, how it went, and every attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from store.conditions import conditions
from store.database import Connection, Row, execute, fetch, fetch_one
from store.paging import Listed, Order, Span, listed

ORDER: Final = Order("deliveries", {"sequence": int}, descending=True)
WAITING: Final = "waiting"
MESSAGE_ID: Final = "'evt_' || e.id || '_' || cast(extract(epoch from e.at) * 1000000 as bigint)"
"""By which receivers tell a repetition of event `e`. With its time: an older database gives the numbers it has forgotten again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event (None: a test ping) on its way to one receiver: a subscription, or a person by mail."""

    id: str
    event: int | None
    event_type: str
    request: str | None
    subscription: str | None
    person: str | None
    round: int
    message_id: str
    body: str | None
    status: str
    problem: str | None
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt: when it began, how it ended, the status that was answered or the word for why there was none."""

    number: int
    at: datetime
    outcome: str
    status_code: int | None
    problem: str | None
    milliseconds: int


_COLUMNS: Final = "d.*, d.id::text as delivery, d.request_id::text as request, d.subscription_id::text as subscription"


async def by_id(connection: Connection, id: str) -> Delivery | None:
    """The delivery with this id."""
    row = await fetch_one(connection, f"select {_COLUMNS} from delivery d where d.id = cast(:id as uuid)", id=id)
    return None if row is None else _delivery(row)


async def held(connection: Connection, id: str) -> Delivery | None:
    """The same, held until the end of the transaction."""
    sql = f"select {_COLUMNS} from delivery d where d.id = cast(:id as uuid) for no key update"
    row = await fetch_one(connection, sql, id=id)
    return None if row is None else _delivery(row)


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """What a list of deliveries is filtered by."""

    subscription: str | None = None
    request: str | None = None
    statuses: tuple[str, ...] = ()


_CONDITIONS: Final = {
    "subscription": "d.subscription_id = cast(:subscription as uuid)",
    "request": "d.request_id = cast(:request as uuid)",
    "statuses": "d.status = any(:statuses)",
}


async def page(connection: Connection, wanted: DeliveryFilter, span: Span) -> Listed[Delivery]:
    """A part of the deliveries, newest first."""
    where, parameters = conditions(_CONDITIONS, wanted)
    found = await listed(connection, f"select {_COLUMNS} from delivery d where true {where}", span, **parameters)
    return found.of([_delivery(row) for row in found.items])


async def attempts(connection: Connection, ids: Sequence[str]) -> dict[str, list[Attempt]]:
    """Every attempt of deliveries, in order."""
    sql = """select *, delivery_id::text as delivery from delivery_attempt
              where delivery_id = any(cast(:ids as uuid[])) order by delivery_id, number"""
    found: dict[str, list[Attempt]] = {id: [] for id in ids}
    for row in await fetch(connection, sql, ids=list(ids)):
        attempt = Attempt(row.number, row.at, row.outcome, row.status_code, row.problem, row.milliseconds)
        found[row.delivery].append(attempt)
    return found


@dataclass(frozen=True, slots=True)
class Event:
    """An event that goes out."""

    id: int
    type: str
    request: str
    facts: dict[str, Any]
    at: datetime


async def event(connection: Connection, id: int) -> Event:
    """An event; there is one for every delivery that is no ping."""
    row = await fetch_one(connection, "select * from outgoing_event where id = :id", id=id)
    assert row is not None
    return Event(row.id, row.type, str(row.request_id), row.facts, row.at)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a request is, without its lines."""

    id: str
    number: int
    title: str
    batch: str
    unit: str
    kind: str
    subject: str
    requester: str
    approver: str | None
    asked: str | None
    plan_hash: str


async def heading(connection: Connection, request: str) -> Heading:
    """What the request of an event is."""
    row = await fetch_one(connection, "select * from recall_request where id = cast(:request as uuid)", request=request)
    assert row is not None
    return Heading(
        id=request,
        number=row.number,
        title=row.title,
        batch=str(row.batch_id),
        unit=row.unit_id,
        kind=row.kind,
        subject=row.subject,
        requester=row.requester_id,
        approver=row.approver_id,
        asked=row.asked_id,
        plan_hash=row.plan_hash,
    )


async def insert_ping(connection: Connection, id: str, *, subscription: str, event_type: str) -> None:
    """A test for a subscription."""
    await execute(
        connection,
        """insert into delivery (id, event_type, subscription_id, message_id)
           values (cast(:id as uuid), :type, cast(:subscription as uuid), 'ping_' || replace(cast(:id as text), '-', ''))""",
        id=id,
        type=event_type,
        subscription=subscription,
    )


async def insert_again(connection: Connection, id: str, *, of: str) -> None:
    """The next round of a delivery: the same message to the same receiver."""
    await execute(
        connection,
        """insert into delivery (id, event_id, event_type, request_id, subscription_id, person_id, round, message_id, body)
           select cast(:id as uuid), d.event_id, d.event_type, d.request_id, d.subscription_id, d.person_id,
                  (select max(o.round) + 1 from delivery o where o.event_id is not distinct from d.event_id
                      and o.subscription_id is not distinct from d.subscription_id
                      and o.person_id is not distinct from d.person_id),
                  d.message_id, d.body
             from delivery d where d.id = cast(:of as uuid)""",
        id=id,
        of=of,
    )


async def insert_mails(connection: Connection, event: Event, people: Sequence[str]) -> None:
    """An event to these people, once each."""
    await execute(
        connection,
        f"""insert into delivery (event_id, event_type, request_id, person_id, message_id)
           select e.id, e.type, e.request_id, person, {MESSAGE_ID}
             from outgoing_event e, unnest(cast(:people as text[])) as person
            where e.id = :event
           on conflict (event_id, person_id, round) where person_id is not null do nothing""",
        event=event.id,
        people=list(people),
    )


async def keep_body(connection: Connection, id: str, body: str) -> None:
    """What the message id stands for from now on."""
    sql = "update delivery set body = :body where id = cast(:id as uuid) and body is null"
    await execute(connection, sql, id=id, body=body)


async def add_attempt(connection: Connection, id: str, attempt: Attempt) -> None:
    """Note an attempt; the same one again changes nothing.

    A workflow that takes over from a lost one counts its attempts anew: they come behind those that are noted.
    """
    await execute(
        connection,
        """insert into delivery_attempt (delivery_id, number, at, outcome, status_code, problem, milliseconds)
           select cast(:id as uuid), greatest(:number, before.number + 1), :at, :outcome, :status, :problem, :milliseconds
             from (select coalesce(max(number), 0) as number, coalesce(bool_or(at = :at), false) as is_noted
                     from delivery_attempt where delivery_id = cast(:id as uuid)) before
            where not before.is_noted
           on conflict do nothing""",
        id=id,
        number=attempt.number,
        at=attempt.at,
        outcome=attempt.outcome,
        status=attempt.status_code,
        problem=attempt.problem,
        milliseconds=attempt.milliseconds,
    )


async def end(connection: Connection, id: str, *, status: str, problem: str | None = None) -> None:
    """How a delivery that was waiting has ended; one that has ended stays as it is."""
    await execute(
        connection,
        """update delivery set status = :status, problem = :problem, ended_at = now()
            where id = cast(:id as uuid) and status = 'waiting'""",
        id=id,
        status=status,
        problem=problem,
    )


def _delivery(row: Row) -> Delivery:
    return Delivery(
        id=row.delivery,
        event=row.event_id,
        event_type=row.event_type,
        request=row.request,
        subscription=row.subscription,
        person=row.person_id,
        round=row.round,
        message_id=row.message_id,
        body=row.body,
        status=row.status,
        problem=row.problem,
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
