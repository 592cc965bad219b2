"""Reading production: items with their stock, orders, entries of both ledgers with their cost, and who used what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.production.model import Order
from store.database import fetch
from store.production_books import ENTRY, ITEM_COLUMNS, ITEM_UNITS, item_of
from store.production_books import orders as load_orders
from store.production_recalls import CAPACITY
from store.production_setup import StoredItem

_ITEMS: Final = f"select {ITEM_COLUMNS}, i.unit_id, i.description, i.stock, i.version from item i {ITEM_UNITS}"


async def items(connection: AsyncConnection, ids: Iterable[str]) -> dict[str, StoredItem]:
    """Items by id, with their stock."""
    rows = await fetch(connection, _ITEMS + " where i.id = any(cast(:ids as uuid[]))", ids=sorted(set(ids)))
    return {row.id: _item(row) for row in rows}


async def items_page(
    connection: AsyncConnection, unit: str, *, number: str | None, after: str, limit: int
) -> list[StoredItem]:
    """Items of a unit by number, from after one; or the one with a number."""
    sql = (
        _ITEMS
        + """ where i.unit_id = :unit and i.number > :after and (cast(:number as text) is null or i.number = :number)
              order by i.number limit :limit"""
    )
    return [_item(row) for row in await fetch(connection, sql, unit=unit, number=number, after=after, limit=limit)]


def _item(row: Row[Any]) -> StoredItem:
    return StoredItem(item_of(row), row.unit_id, row.description, row.stock, row.version)


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order with its unit and version, and the numbers of the items it names."""

    order: Order
    unit: str
    version: int
    items: dict[str, str]


async def orders(connection: AsyncConnection, ids: Sequence[str]) -> list[StoredOrder]:
    """Orders in the order of their ids given."""
    heads = {
        row.id: row
        for row in await fetch(
            connection,
            "select id::text as id, unit_id, version from production_order where id = any(cast(:ids as uuid[]))",
            ids=list(ids),
        )
    }
    found = await load_orders(connection, heads)
    named = {line.item for order in found.values() for line in order.lines}
    named |= {part.item for order in found.values() for line in order.lines for part in line.components}
    numbers = {
        row.id: row.number
        for row in await fetch(
            connection,
            "select id::text as id, number from item where id = any(cast(:ids as uuid[]))",
            ids=sorted(named),
        )
    }
    return [StoredOrder(found[id], heads[id].unit_id, heads[id].version, numbers) for id in ids if id in found]


async def orders_page(
    connection: AsyncConnection, unit: str, *, statuses: Sequence[str], after: str, limit: int
) -> list[StoredOrder]:
    """Orders of a unit by number, from after one."""
    rows = await fetch(
        connection,
        """select id::text as id from production_order
            where unit_id = :unit and number > :after and (cardinality(cast(:statuses as text[])) = 0 or status = any(:statuses))
            order by number limit :limit""",
        unit=unit,
        after=after,
        statuses=list(statuses),
        limit=limit,
    )
    return await orders(connection, [row.id for row in rows])


_NAMES: Final = """o.number as order_number, l.line as line_number, g.number as register_number, g.unit_id, u.currency,
       g.recall_request_id::text as recall, g.created_by"""
_JOINS: Final = """join posting_register g on g.id = cast(x.register_id as uuid)
  join unit u on u.id = g.unit_id
  left join production_order o on o.id = cast(x.order_id as uuid)
  left join production_line l on l.id = cast(x.line_id as uuid)"""
_ITEM_ENTRIES: Final = f"""
select x.*, i.number as item_number, {_NAMES}
  from ({ENTRY} where {{condition}} order by e.number limit :limit) x
  join item i on i.id = cast(x.item_id as uuid) {_JOINS} order by x.number
"""
_CAPACITIES: Final = f"""
select x.*, {_NAMES} from ({CAPACITY} where {{condition}} order by c.number limit :limit) x {_JOINS} order by x.number
"""


async def item_entries(
    connection: AsyncConnection, *, order: str | None = None, item: str | None = None, after: int = 0, limit: int
) -> Sequence[Row[Any]]:
    """Entries of an order or of an item by number, from after one."""
    condition = "e.order_id = cast(:of as uuid)" if order is not None else "e.item_id = cast(:of as uuid)"
    sql = _ITEM_ENTRIES.format(condition=f"{condition} and e.number > :after")
    return await fetch(connection, sql, of=order or item, after=after, limit=limit)


async def item_entries_by_id(connection: AsyncConnection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Item ledger entries by number."""
    sql = _ITEM_ENTRIES.format(condition="e.id = any(cast(:ids as uuid[]))")
    return await fetch(connection, sql, ids=list(ids), limit=len(ids))


async def capacity_entries(
    connection: AsyncConnection, *, order: str, after: int = 0, limit: int
) -> Sequence[Row[Any]]:
    """Capacity entries of an order by number, from after one."""
    sql = _CAPACITIES.format(condition="c.order_id = cast(:of as uuid) and c.number > :after")
    return await fetch(connection, sql, of=order, after=after, limit=limit)


async def capacity_entry(connection: AsyncConnection, id: str) -> Row[Any] | None:
    """One capacity entry."""
    sql = _CAPACITIES.format(condition="c.id = cast(:id as uuid)")
    return next(iter(await fetch(connection, sql, id=id, limit=1)), None)


async def uses(connection: AsyncConnection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Who used these inbound entries and was not taken back; and the outputs such a consumption went into."""
    return await fetch(
        connection,
        """select a.inbound_id::text as used, e.id::text as id, sum(a.quantity) as quantity
             from item_application a join item_entry e on e.id = a.outbound_id
            where a.inbound_id = any(cast(:ids as uuid[])) and not a.cost_only and e.reverses_id is null and not e.reversed
            group by a.inbound_id, e.id
           union all
           select c.id::text, o.id::text, o.quantity
             from item_entry c join item_entry o on o.line_id = c.line_id and o.type = 'output' and o.quantity > 0 and not o.reversed
            where c.id = any(cast(:ids as uuid[])) and c.type = 'consumption' and c.quantity < 0""",
        ids=list(ids),
    )


async def reservations(connection: AsyncConnection, ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Reservations in force on entries, oldest first."""
    return await fetch(
        connection,
        """select r.id::text as id, r.entry_id::text as entry, r.quantity, r.demand, r.created_by, r.created_at
             from reservation r where r.entry_id = any(cast(:ids as uuid[])) and r.released_at is null order by r.created_at, r.id""",
        ids=list(ids),
    )
