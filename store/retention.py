"""What may be forgotten after its time: kept answers, deliveries with their attempts, events that went out (docs/retention.md).

Each takes a few rows at a time, the oldest first. Nothing else is ever removed: the ledger, requests, decisions and the history have
no statement here, and no right.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from store.database import Connection, execute, fetch_one

_TURN: Final = 7_414_228


async def take_turn(connection: Connection) -> bool:
    """Be the one who forgets, until the end of the transaction; False where somebody else is."""
    row = await fetch_one(connection, "select pg_try_advisory_xact_lock(cast(:turn as bigint)) as held", turn=_TURN)
    return row is not None and bool(row.held)


async def forget_answers(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop answers that were kept by an idempotency key for longer than that; how many there were."""
    return await execute(
        connection,
        """delete from idempotency where (principal, key) in (
               select principal, key from idempotency where created_at < now() - cast(:older_than as interval)
                order by created_at limit :most)""",
        older_than=older_than,
        most=most,
    )


async def forget_deliveries(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop deliveries that ended longer ago than that, with their attempts; how many there were. At least seven days.

    What somebody holds just now, as who has it delivered again, is left for the next time.
    """
    return await execute(
        connection,
        """delete from delivery where id in (
               select id from delivery where ended_at < now() - cast(:older_than as interval)
                order by ended_at limit :most for update skip locked)""",
        older_than=older_than,
        most=most,
    )


async def forget_events(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop events older than that which have been looked at and have no delivery; how many there were. At least seven days."""
    return await execute(
        connection,
        """delete from outgoing_event where id in (
               select e.id from outgoing_event e, delivery_progress p
                where e.at < now() - cast(:older_than as interval) and (e.turn, e.id) <= (p.turn, p.event_id)
                  and not exists (select from delivery d where d.event_id = e.id)
                order by e.id limit :most)""",
        older_than=older_than,
        most=most,
    )
