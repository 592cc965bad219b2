"""How things flow: what waits for Temporal, how old the oldest open request is, and where both sides disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.database import Connection, fetch, fetch_one


@dataclass(frozen=True, slots=True)
class Flow:
    """Counts, and ages in seconds; an age is 0 where there is nothing. `mended`: differences gone within a day, by kind."""

    outbox: int
    outbox_seconds: float
    open_requests: int
    oldest_seconds: float
    overdue: int
    differences: int
    repairs: int
    mended: Mapping[str, int]


async def flow(connection: Connection) -> Flow:
    """As it is now. Overdue are requests whose next step should have come more than a minute ago."""
    row = await fetch_one(
        connection,
        """select (select count(*) from outbox) as outbox,
                  coalesce((select extract(epoch from now() - min(created_at)) from outbox), 0)::float8 as outbox_seconds,
                  count(*) as open_requests,
                  coalesce(extract(epoch from now() - min(r.created_at)), 0)::float8 as oldest_seconds,
                  count(*) filter (where r.next_step_at < coalesce(u.business_now, now()) - interval '1 minute') as overdue,
                  (select count(*) from difference where gone_at is null) as differences,
                  (select coalesce(sum(repairs), 0) from difference where gone_at is null) as repairs
             from recall_request r join unit u on u.id = r.unit_id where r.status = 'awaiting_decision'""",
    )
    assert row is not None
    gone = await fetch(
        connection,
        """select kind, count(*) as number from difference where gone_at > now() - interval '1 day'
            group by kind order by kind""",
    )
    return Flow(
        row.outbox,
        row.outbox_seconds,
        row.open_requests,
        row.oldest_seconds,
        row.overdue,
        row.differences,
        int(row.repairs),
        {one.kind: one.number for one in gone},
    )
