"""Figures for those who operate the service, of all units together: counts and ages, nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from store.database import Connection, execute, fetch

_PATIENCE: Final = "2000"
"""Milliseconds the figures may take; then they are not known this time."""

_FIGURES: Final = """
select 'oldest_open_seconds' as figure, '' as label, extract(epoch from now() - min(created_at))::float8 as value
            from recall_request where status = 'awaiting_decision'
union all select 'requests', 'awaiting_decision', count(*) from recall_request where status = 'awaiting_decision'
union all select 'overdue', '', count(*) from recall_request r join unit u on u.id = r.unit_id
           where r.status = 'awaiting_decision' and r.next_step_at < coalesce(u.business_now, now()) - interval '1 minute'
union all select 'blocked_lines', blocked_code, count(*) from recall_line where status = 'blocked' group by blocked_code
union all select 'outbox', '', count(*) from outbox
union all select 'outbox_lag_seconds', '', extract(epoch from now() - min(created_at)) from outbox
union all select 'deliveries_waiting', '', count(*) from delivery where status = 'waiting'
union all select 'deliveries_oldest_seconds', '', extract(epoch from now() - min(created_at)) from delivery where status = 'waiting'
union all select 'deliveries_failed', '', count(*) from delivery where status = 'failed'
union all select 'differences', kind, count(*) from difference where gone_at is null group by kind
union all select 'mended', kind, count(*) from difference where gone_at > now() - interval '1 day' group by kind
union all select 'repairs_tried', '', coalesce(sum(repairs), 0) from difference where gone_at is null
union all select 'repairs', '', coalesce(sum(repairs), 0) from difference"""
_TOTALS: Final = "select status, count(*)::float8 as value from recall_request group by status"


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures by their names; those that have labels, by these."""

    labelled: Mapping[str, Mapping[str, float]]

    def one(self, name: str) -> float:
        """A figure without a label; an age is 0 where there is nothing."""
        return self.labelled.get(name, {}).get("", 0.0)

    def by_label(self, name: str) -> Mapping[str, float]:
        """A figure by its labels."""
        return self.labelled.get(name, {})


async def figures(connection: Connection) -> Figures:
    """What is open, waiting or wrong now, by one statement that reads no more than that, in a transaction of the caller.

    Raises asyncpg.QueryCanceledError where it takes too long.
    """
    await execute(connection, f"set local statement_timeout = '{_PATIENCE}'")
    found: dict[str, dict[str, float]] = {}
    for row in await fetch(connection, _FIGURES):
        found.setdefault(row.figure, {})[row.label] = float(row.value or 0.0)
    return Figures(found)


async def totals(connection: Connection) -> Mapping[str, float]:
    """How many requests there are by status, for which an index of all of them is read (0.1 s a million). Raises as `figures`."""
    await execute(connection, f"set local statement_timeout = '{_PATIENCE}'")
    return {row.status: row.value for row in await fetch(connection, _TOTALS)}
