"""From events to deliveries: what nobody has looked at yet, who has subscribed to it, and what has to be started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from store.database import Connection, Row, execute, fetch, fetch_one
from store.deliveries import MESSAGE_ID, Event


@dataclass(frozen=True, slots=True)
class ToDo:
    """Whether there are events nobody has looked at, somebody who listens, and deliveries to start."""

    news: bool
    listeners: bool
    to_start: bool


_NEWS: Final = """(e.turn, e.id) > ((select turn from delivery_progress), (select event_id from delivery_progress))
                  and e.turn < event_horizon()"""
_SOMEBODY_LISTENS: Final = "exists (select from subscription where enabled and deleted_at is null)"


LOOK: Final = f"""
select exists (select from outgoing_event e where {_NEWS}) as news,
       {_SOMEBODY_LISTENS} as listeners,
       exists (select from delivery where started_at is null and due_at <= now()) as to_start"""


async def to_do(connection: Connection) -> ToDo:
    """A cheap look at all three; asked every second."""
    row = await fetch_one(connection, LOOK)
    assert row is not None
    return ToDo(row.news, row.listeners, row.to_start)


async def hold_progress(connection: Connection) -> bool:
    """Hold how far events were looked at, until the end of the transaction; False where somebody else looks now."""
    row = await fetch_one(connection, "select turn from delivery_progress for update skip locked")
    return row is not None


async def pass_over(connection: Connection) -> None:
    """Nobody listens: every event there is now has been looked at.

    Somebody may have begun to listen since that was asked, and an act after it must not be passed over: it is asked here again.
    """
    await execute(
        connection,
        f"""update delivery_progress p set turn = newest.turn, event_id = newest.id
             from (select turn, id from outgoing_event where turn < event_horizon() order by turn desc, id desc limit 1) newest
            where (newest.turn, newest.id) > (p.turn, p.event_id) and not {_SOMEBODY_LISTENS}""",
    )


async def take(connection: Connection, *, limit: int) -> list[Event]:
    """The next events, in the order of turns; from now on they count as looked at."""
    rows = await fetch(
        connection,
        f"""with fresh as materialized (
                select e.* from outgoing_event e where {_NEWS} order by e.turn, e.id limit :limit
            ), moved as (
                update delivery_progress p set turn = f.turn, event_id = f.id
                  from (select turn, id from fresh order by turn desc, id desc limit 1) f
            )
            select * from fresh order by turn, id""",
        limit=limit,
    )
    return [Event(row.id, row.type, str(row.request_id), row.facts, row.at) for row in rows]


async def add_for_subscribers(connection: Connection, events: Sequence[Event]) -> None:
    """A delivery for each event and each subscription that was there for it when it happened."""
    await execute(
        connection,
        f"""insert into delivery (event_id, event_type, request_id, subscription_id, message_id)
           select e.id, e.type, e.request_id, s.id, {MESSAGE_ID}
             from unnest(cast(:ids as bigint[])) with ordinality as given(id, position)
             join outgoing_event e on e.id = given.id
             join recall_request r on r.id = e.request_id
             join subscription s on s.unit_id = r.unit_id and s.enabled and s.deleted_at is null
              and e.type = any(s.events) and s.created_at <= e.at
            order by given.position, s.created_at
           on conflict (event_id, subscription_id, round) where subscription_id is not null do nothing""",
        ids=[event.id for event in events],
    )


@dataclass(frozen=True, slots=True)
class ToStart:
    """A delivery whose workflow has to be started: which event of which request goes to a receiver of which unit."""

    id: str
    event: int | None
    event_type: str
    subscription: str | None
    person: str | None
    round: int
    unit: str
    number: int | None


_TO_START: Final = """d.id::text as id, d.event_id, d.event_type, d.subscription_id::text as subscription, d.person_id, d.round,
                      coalesce(r.unit_id, s.unit_id) as unit, r.number"""
_ITS_UNIT: Final = """left join recall_request r on r.id = d.request_id
                      left join subscription s on s.id = d.subscription_id"""


LEASE: Final = timedelta(seconds=15)
"""Longer than a start may take; a courier that died with what it had taken is waited for as long."""


async def to_start(connection: Connection, *, limit: int) -> list[ToStart]:
    """Deliveries nobody has started, oldest first; for a moment nobody else is given them.

    They are not held meanwhile: what is started is under way at once, and has to write down how it went.
    """
    rows = await fetch(
        connection,
        f"""with due as materialized (
               select d.id from delivery d where d.started_at is null and d.due_at <= now()
                order by d.sequence limit :limit for no key update skip locked
           ), taken as (
               update delivery d set due_at = now() + cast(:lease as interval) from due where d.id = due.id returning d.*
           )
           select {_TO_START} from taken d {_ITS_UNIT} order by d.sequence""",
        limit=limit,
        lease=LEASE,
    )
    return [_to_start(row) for row in rows]


async def under_way(connection: Connection, *, since: timedelta) -> list[ToStart]:
    """Deliveries that were started longer than that ago and have not ended."""
    rows = await fetch(
        connection,
        f"""select {_TO_START} from delivery d {_ITS_UNIT}
             where d.status = 'waiting' and d.started_at < now() - cast(:since as interval) order by d.sequence""",
        since=since,
    )
    return [_to_start(row) for row in rows]


def _to_start(row: Row) -> ToStart:
    return ToStart(
        row.id, row.event_id, row.event_type, row.subscription, row.person_id, row.round, row.unit, row.number
    )


async def started(connection: Connection, ids: Sequence[str]) -> None:
    """These have been started."""
    await execute(
        connection, "update delivery set started_at = now() where id = any(cast(:ids as uuid[]))", ids=list(ids)
    )


async def postpone(connection: Connection, ids: Sequence[str]) -> None:
    """Try to start these again later: after 1 s, doubling up to a minute."""
    await execute(
        connection,
        """update delivery set postponed = postponed + 1,
                  due_at = now() + least(60, power(2, least(postponed, 6))) * interval '1 second'
            where id = any(cast(:ids as uuid[]))""",
        ids=list(ids),
    )
