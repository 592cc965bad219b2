"""What may be forgotten after its time: kept answers, deliveries with their attempts, events that went out (docs/retention.md).

Each takes a few rows at a time, the oldest first, leaves out what somebody holds, and may be run by several processes at once.
Nothing else is ever removed: the ledger, requests, decisions and the history have no statement here.
"""

from __future__ import annotations

from datetime import timedelta

from store.database import Connection, execute, fetch_one


async def forget_answers(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop answers that were kept by an idempotency key for longer than that; how many there were."""
    return await execute(
        connection,
        """delete from idempotency where (principal, key) in (
               select principal, key from idempotency where created_at < now() - cast(:older_than as interval)
                order by created_at limit :most for update skip locked)""",
        older_than=older_than,
        most=most,
    )


async def forget_deliveries(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop deliveries that ended longer ago than that, with their attempts; how many there were. At least seven days."""
    return await _forgotten(connection, "forget_deliveries", older_than, most)


async def forget_events(connection: Connection, *, older_than: timedelta, most: int) -> int:
    """Drop events older than that which have been looked at and have no delivery; how many there were. At least seven days."""
    return await _forgotten(connection, "forget_events", older_than, most)


async def _forgotten(connection: Connection, function: str, older_than: timedelta, most: int) -> int:
    sql = f"select {function}(cast(:older_than as interval), cast(:most as integer)) as rows"
    row = await fetch_one(connection, sql, older_than=older_than, most=most)
    assert row is not None
    return int(row.rows)
