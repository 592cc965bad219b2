"""Lists page by page: their order, where a page begins, and what follows it.

A page begins behind the sort values of the last item of the page before, not behind a number of items: what is added or
removed in front of that place moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

from store.database import Connection, Row, fetch

Key = str | int | date | datetime | UUID
Place = tuple[Key, ...]
Item = TypeVar("Item")
Other = TypeVar("Other")

_SQL_TYPES: Final[Mapping[type[Key], str]] = {
    str: "text",
    int: "bigint",
    date: "date",
    datetime: "timestamptz",
    UUID: "uuid",
}


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a list: columns with the type of their values, which together are the item's alone and never null.

    `name` says which list and which sort of it, so that a place in one is none in another.
    """

    name: str
    columns: Mapping[str, type[Key]]
    descending: bool = False


def both_ways(list_name: str, sort: str, columns: Mapping[str, type[Key]]) -> dict[str, Order]:
    """A sort of a list and, with a minus, its reverse."""
    orders = {sort: False, f"-{sort}": True}
    return {name: Order(f"{list_name} {name}", columns, descending) for name, descending in orders.items()}


@dataclass(frozen=True, slots=True)
class Span:
    """The part of a list that is wanted: at most `limit` items, from after a place or from the beginning."""

    order: Order
    limit: int
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Listed(Generic[Item]):
    """Items of a list in its order; `last` is the place of the last one if more follow it, else None."""

    items: Sequence[Item]
    order: Order
    last: Place | None = None

    def of(self, items: Sequence[Other]) -> Listed[Other]:
        """The same part of the list, told by other items: those loaded by these ids."""
        return Listed(items, self.order, self.last)


@dataclass(frozen=True, slots=True)
class Part:
    """A query that brings a part of a list: by itself, or for each of some keys, which it names as `s`."""

    sql: str
    keys: str | None = None

    @property
    def whole(self) -> str:
        """All of the part, some of it perhaps more than once."""
        if self.keys is None:
            return self.sql
        return f"select found.* from ({self.keys}) s cross join lateral ({self.sql}) found"


async def listed(connection: Connection, sql: str, span: Span, **parameters: object) -> Listed[Row]:
    """A part of the rows of a query that has no order or limit of its own and selects the columns of the order."""
    return await merged(connection, [Part(sql)], span, **parameters)


async def merged(connection: Connection, parts: Sequence[Part], span: Span, **parameters: object) -> Listed[Row]:
    """A part of the rows of several queries of the same columns, each row once.

    Each query finds its own beginning, for each of its keys by an index; one that looks for all at once would find none that serves.
    """
    names = list(span.order.columns)
    way, beyond = ("desc", "<") if span.order.descending else ("asc", ">")
    places = {f"after_{name}": value for name, value in zip(names, span.after or (), strict=False)}
    casts = ", ".join(f"cast(:after_{name} as {_SQL_TYPES[kind]})" for name, kind in span.order.columns.items())
    begin = f"where ({', '.join(names)}) {beyond} ({casts})" if places else ""
    order = ", ".join(f"{name} {way}" for name in names)
    found = [_beginning(part, f"{begin} order by {order} limit :most", order=order) for part in parts]
    rows = await fetch(
        connection,
        found[0] if len(found) == 1 else f"select * from ({' union '.join(found)}) merged order by {order} limit :most",
        **parameters,
        **places,
        most=span.limit + 1,
    )
    return _cut(rows, span, place=lambda row: tuple(getattr(row, name) for name in names))


def _beginning(part: Part, cut: str, *, order: str) -> str:
    own = f"(select * from ({part.sql}) listed {cut})"
    if part.keys is None:
        return own
    return f"(select distinct found.* from ({part.keys}) s cross join lateral {own} found order by {order} limit :most)"


def listed_of(items: Sequence[Item], span: Span, *, place: Callable[[Item], Place]) -> Listed[Item]:
    """A part of items that are at hand, in the order of their places."""
    behind = items if span.after is None else [item for item in items if place(item) > span.after]
    return _cut(behind, span, place=place)


def _cut(found: Sequence[Item], span: Span, *, place: Callable[[Item], Place]) -> Listed[Item]:
    """What was found without the one that only shows that more follow."""
    page = Listed(found[: span.limit], span.order)
    return replace(page, last=place(page.items[-1])) if len(found) > span.limit else page
