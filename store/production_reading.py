"""Reading production: items with their stock, orders, entries of both ledgers with their cost, and who used what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from domain.production.model import Order as ProductionOrder
from store import visibility
from store.database import Connection, Row, fetch
from store.paging import Listed, Order, Span, listed
from store.production_books import ENTRY, ITEM_COLUMNS, ITEM_UNITS, item_of
from store.production_books import orders as load_orders
from store.production_recalls import CAPACITY
from store.production_setup import StoredItem

_ITEMS: Final = f"select {ITEM_COLUMNS}, i.unit_id, i.description, i.stock, i.version from item i {ITEM_UNITS}"


async def items(connection: Connection, ids: Iterable[str], *, by: str | None = None) -> dict[str, StoredItem]:
    """Items by id, with their stock, those that `by` may see; None stands for the service itself, here and below."""
    where, reader = visibility.seen(visibility.production("i"), by)
    sql = f"{_ITEMS} where i.id = any(cast(:ids as uuid[])) and {where}"
    rows = await fetch(connection, sql, ids=sorted(set(ids)), **reader)
    return {row.id: _item(row) for row in rows}


ITEMS: Final = Order("items of a unit", {"number": str})
ORDERS: Final = Order("production orders of a unit", {"number": str})
ITEM_ENTRIES: Final = Order("item entries of an order", {"number": int})
CAPACITY_ENTRIES: Final = Order("capacity entries of an order", {"number": int})


async def items_page(
    connection: Connection, unit: str, span: Span, *, number: str | None, by: str
) -> Listed[StoredItem]:
    """A part of the items of a unit; or the one with a number."""
    where, reader = visibility.seen(visibility.production("i"), by)
    one = "" if number is None else "and i.number = :named"
    given = {} if number is None else {"named": number}
    sql = f"select i.id::text as id, i.number from item i where i.unit_id = :unit {one} and {where}"
    found = await listed(connection, sql, span, unit=unit, **given, **reader)
    known = await items(connection, [row.id for row in found.items])
    return found.of([known[row.id] for row in found.items])


def _item(row: Row) -> StoredItem:
    return StoredItem(item_of(row), row.unit_id, row.description, row.stock, row.version)


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """An order with its unit and version, and the numbers of the items it names."""

    order: ProductionOrder
    unit: str
    version: int
    items: dict[str, str]


async def orders(connection: Connection, ids: Sequence[str], *, by: str | None = None) -> list[StoredOrder]:
    """Orders in the order of their ids given."""
    where, reader = visibility.seen(visibility.production("o"), by)
    sql = f"""select o.id::text as id, o.unit_id, o.version from production_order o
               where o.id = any(cast(:ids as uuid[])) and {where}"""
    heads = {row.id: row for row in await fetch(connection, sql, ids=list(ids), **reader)}
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
    connection: Connection, unit: str, span: Span, *, statuses: Sequence[str], by: str
) -> Listed[StoredOrder]:
    """A part of the orders of a unit."""
    where, reader = visibility.seen(visibility.production("o"), by)
    some = "and o.status = any(:statuses)" if statuses else ""
    given = {"statuses": list(statuses)} if statuses else {}
    sql = f"select o.id::text as id, o.number from production_order o where o.unit_id = :unit {some} and {where}"
    found = await listed(connection, sql, span, unit=unit, **given, **reader)
    return found.of(await orders(connection, [row.id for row in found.items]))


_NAMES: Final = """o.number as order_number, l.line as line_number, g.number as register_number, g.unit_id, u.currency,
       g.recall_request_id::text as recall, g.created_by"""
_JOINS: Final = """join posting_register g on g.id = cast(x.register_id as uuid)
  join unit u on u.id = g.unit_id
  left join production_order o on o.id = cast(x.order_id as uuid)
  left join production_line l on l.id = cast(x.line_id as uuid)"""
_ITEM_ENTRIES: Final = f"""
select x.*, i.number as item_number, {_NAMES}
  from ({ENTRY} where e.id = any(cast(:ids as uuid[]))) x
  join item i on i.id = cast(x.item_id as uuid) {_JOINS}
"""
_CAPACITIES: Final = f"""
select x.*, {_NAMES} from ({CAPACITY} where c.id = any(cast(:ids as uuid[]))) x {_JOINS}
"""


async def item_entries_page(connection: Connection, order: str, span: Span) -> Listed[Row]:
    """A part of the item ledger entries of an order."""
    sql = "select e.id::text as id, e.number from item_entry e where e.order_id = cast(:order as uuid)"
    found = await listed(connection, sql, span, order=order)
    return found.of(await item_entries(connection, [row.id for row in found.items]))


async def item_entries(connection: Connection, ids: Sequence[str], *, by: str | None = None) -> Sequence[Row]:
    """Item ledger entries by number."""
    return await _entries(connection, _ITEM_ENTRIES, ids, by=by)


async def _entries(connection: Connection, sql: str, ids: Sequence[str], *, by: str | None) -> Sequence[Row]:
    if not ids:
        return []
    where, reader = visibility.seen(visibility.production("g"), by)
    return await fetch(connection, f"{sql} where {where} order by x.number", ids=list(ids), **reader)


async def capacity_entries_page(connection: Connection, order: str, span: Span) -> Listed[Row]:
    """A part of the capacity ledger entries of an order."""
    sql = "select c.id::text as id, c.number from capacity_entry c where c.order_id = cast(:order as uuid)"
    found = await listed(connection, sql, span, order=order)
    return found.of(await capacity_entries(connection, [row.id for row in found.items]))


async def capacity_entries(connection: Connection, ids: Sequence[str], *, by: str | None = None) -> Sequence[Row]:
    """Capacity ledger entries by number."""
    return await _entries(connection, _CAPACITIES, ids, by=by)


async def uses(connection: Connection, ids: Sequence[str]) -> Sequence[Row]:
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


async def reservations(connection: Connection, ids: Sequence[str]) -> Sequence[Row]:
    """Reservations in force on entries, oldest first."""
    return await fetch(
        connection,
        """select r.id::text as id, r.entry_id::text as entry, r.quantity, r.demand, r.created_by, r.created_at
             from reservation r where r.entry_id = any(cast(:ids as uuid[])) and r.released_at is null order by r.created_at, r.id""",
        ids=list(ids),
    )
