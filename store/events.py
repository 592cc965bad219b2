"""Events: the history in the order of its transactions, as far as no transaction can come before it any more (ADR 011)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from store import visibility
from store.database import Connection, Row, fetch, fetch_one
from store.paging import Order, Span, listed

Place = tuple[int, int]
ORDER: Final = Order("events", {"turn": int, "sequence": int})


async def horizon(connection: Connection) -> int:
    """The turn of the oldest transaction that is still running: events before it are all there."""
    row = await fetch_one(connection, "select event_horizon() as turn")
    assert row is not None
    return int(row.turn)


async def now(connection: Connection) -> Place:
    """The place behind which all events come that cannot be read yet."""
    return (await horizon(connection), 0)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is told of: everything that is seen, one recall, or the inbox: the recalls that concern the reader."""

    recall: str | None = None
    inbox: bool = False

    def may_hold(self, recalls: AbstractSet[str]) -> bool:
        """Whether there may be something among events, by the recalls that those are about."""
        if self.inbox:
            return bool(recalls)
        return self.recall is None or self.recall in recalls


EVERYTHING: Final = Scope()
INBOX: Final = Scope(inbox=True)


@dataclass(frozen=True, slots=True)
class Told:
    """Some events; `place` is where to go on, and `more` says that something may be behind it already."""

    items: Sequence[Row]
    place: Place
    more: bool


LOOKED_THROUGH: Final = 2000
"""Who sees little gets pages with little, or nothing, on them: no question looks through more events than this."""
# The events that follow a place, then those of them that are seen, with the place up to which was looked.
_PAGE: Final = f"""
with following as materialized (
    select h.* from history h
     where h.turn < event_horizon() and (h.turn, h.sequence) > (cast(:turn as bigint), cast(:after as bigint))
     order by h.turn, h.sequence limit {LOOKED_THROUGH}
), shown as (
    select t.* from following t where {{seen}} order by t.turn, t.sequence limit :most
), looked as (
    select turn as last_turn, sequence as last_sequence, (select count(*) from following) as looked_through
      from following order by turn desc, sequence desc limit 1
)
select shown.*, looked.* from looked left join shown on true order by shown.turn, shown.sequence
"""


async def page(
    connection: Connection, after: Place, *, limit: int, scope: Scope = EVERYTHING, by: str | None = None
) -> Told:
    """The events behind a place that `by` may see; None stands for the service itself, which has no inbox.

    What is committed later never comes before it.
    """
    if scope.recall is not None:
        return await _of_recall(connection, scope.recall, after, limit=limit, by=by)
    seen, reader = visibility.events_of_inbox(by) if scope.inbox and by is not None else visibility.events(by)
    turn, sequence = after
    rows = await fetch(connection, _PAGE.format(seen=seen), turn=turn, after=sequence, most=limit, **reader)
    items = [row for row in rows if row.sequence is not None]
    if not rows:
        return Told((), after, more=False)
    if len(items) == limit:
        return Told(items, _place(items[-1]), more=True)
    return Told(items, (rows[0].last_turn, rows[0].last_sequence), more=rows[0].looked_through == LOOKED_THROUGH)


async def _of_recall(connection: Connection, recall: str, after: Place, *, limit: int, by: str | None) -> Told:
    seen, reader = visibility.events(by)
    sql = f"""select * from history t
               where t.turn < event_horizon() and t.subject_kind = 'recall' and t.subject_id = :recall and {seen}"""
    found = await listed(connection, sql, Span(ORDER, limit, after), recall=recall, **reader)
    return Told(found.items, _place(found.items[-1]) if found.items else after, found.last is not None)


def _place(row: Row) -> Place:
    return (row.turn, row.sequence)
