"""Events: the history in the order of its transactions, as far as no transaction can come before it any more (ADR 011)."""

from __future__ import annotations

from typing import Final

from store.database import Connection, Row, fetch_one
from store.paging import Listed, Order, Place, Span, listed

ORDER: Final = Order("events", {"turn": int, "sequence": int})
_SETTLED: Final = "select * from history where turn < event_horizon()"


async def horizon(connection: Connection) -> int:
    """The turn of the oldest transaction that is still running: events before it are all there."""
    row = await fetch_one(connection, "select event_horizon() as turn")
    assert row is not None
    return int(row.turn)


async def now(connection: Connection) -> Place:
    """The place behind which all events come that cannot be read yet."""
    return (await horizon(connection), 0)


async def page(connection: Connection, span: Span, *, recall: str | None = None) -> Listed[Row]:
    """A part of the events, of everything or of one recall; what is committed later never comes before it."""
    if recall is None:
        return await listed(connection, _SETTLED, span)
    sql = f"{_SETTLED} and subject_kind = 'recall' and subject_id = :recall"
    return await listed(connection, sql, span, recall=recall)
