"""Items, work centers, routings and orders in Postgres: what a unit sets up before it posts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from domain.production.model import Basis, Center, Item, OrderStatus
from store import visibility
from store.database import Connection, columns, execute, fetch, fetch_one
from store.ids import new_id


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with what the store keeps beside it."""

    item: Item
    unit: str
    description: str | None
    stock: Decimal
    version: int


async def insert_item(connection: Connection, unit: str, item: Item, *, description: str | None) -> bool:
    """Add an item with its units of measure; False if its number is taken in the unit."""
    touched = await execute(
        connection,
        """insert into item (id, unit_id, number, description, base_unit, unit_cost, tracking, negative_stock)
           values (cast(:id as uuid), :unit, :number, :description, :base_unit, :unit_cost, :tracking, :negative_stock)
           on conflict (unit_id, number) do nothing""",
        id=item.id,
        unit=unit,
        number=item.number,
        description=description,
        base_unit=item.base_unit,
        unit_cost=item.unit_cost,
        tracking=item.tracking.value,
        negative_stock=item.negative_stock,
    )
    if touched and item.units:
        await execute(
            connection,
            """insert into item_unit (item_id, unit, per_unit)
               select cast(:item as uuid), t.unit, t.per from unnest(cast(:units as text[]), cast(:pers as numeric[])) as t(unit, per)""",
            item=item.id,
            units=list(item.units),
            pers=list(item.units.values()),
        )
    return touched == 1


async def change_item(connection: Connection, id: str, *, unit_cost: Decimal | None, blocked: bool | None) -> None:
    """Set what is given, from now on."""
    await execute(
        connection,
        """update item set unit_cost = coalesce(:unit_cost, unit_cost), blocked = coalesce(:blocked, blocked), version = version + 1
            where id = cast(:id as uuid)""",
        id=id,
        unit_cost=unit_cost,
        blocked=blocked,
    )


async def insert_center(connection: Connection, unit: str, id: str, center: Center) -> bool:
    """Add a work center; False if its number is taken in the unit."""
    return (
        await execute(
            connection,
            """insert into work_center (id, unit_id, number, unit_cost, overhead_rate, indirect_percent, subcontractor, basis)
           values (cast(:id as uuid), :unit, :number, :unit_cost, :overhead_rate, :indirect_percent, :subcontractor, :basis)
           on conflict (unit_id, number) do nothing""",
            id=id,
            unit=unit,
            number=center.number,
            unit_cost=center.unit_cost,
            overhead_rate=center.overhead_rate,
            indirect_percent=center.indirect_percent,
            subcontractor=center.subcontractor,
            basis=center.basis.value,
        )
        == 1
    )


async def hold_center(connection: Connection, id: str) -> None:
    """Hold a work center until the end of the transaction."""
    await execute(connection, "select from work_center where id = cast(:id as uuid) for no key update", id=id)


async def change_center(connection: Connection, id: str, *, unit_cost: Decimal) -> None:
    """Set the unit cost, from now on."""
    sql = "update work_center set unit_cost = :unit_cost, version = version + 1 where id = cast(:id as uuid)"
    await execute(connection, sql, id=id, unit_cost=unit_cost)


@dataclass(frozen=True, slots=True)
class StoredCenter:
    """A work center with its id, unit and version."""

    id: str
    unit: str
    center: Center
    version: int


async def center(connection: Connection, id: str, *, by: str) -> StoredCenter | None:
    """A work center, if `by` may see it."""
    where, reader = visibility.seen(visibility.production("c"), by)
    sql = f"select c.* from work_center c where c.id = cast(:id as uuid) and {where}"
    row = await fetch_one(connection, sql, id=id, **reader)
    if row is None:
        return None
    found = Center(
        row.number, row.unit_cost, row.overhead_rate, row.indirect_percent, row.subcontractor, Basis(row.basis)
    )
    return StoredCenter(id, row.unit_id, found, row.version)


async def center_ids(connection: Connection, unit: str, numbers: Sequence[str]) -> dict[str, str]:
    """The ids of the work centers of a unit with these numbers, by number."""
    sql = "select number, id::text as id from work_center where unit_id = :unit and number = any(:numbers)"
    return {row.number: row.id for row in await fetch(connection, sql, unit=unit, numbers=list(numbers))}


@dataclass(frozen=True, slots=True)
class NewOperation:
    """A step of a routing; minutes are for one setup, and for each piece."""

    operation: str
    center: str
    setup_minutes: Decimal = Decimal(0)
    run_minutes: Decimal = Decimal(0)


async def insert_routing(connection: Connection, unit: str, number: str, operations: Sequence[NewOperation]) -> bool:
    """Add a routing; the centers of its operations are given by id. False if its number is taken in the unit."""
    id = new_id()
    touched = await execute(
        connection,
        """insert into routing (id, unit_id, number) values (cast(:id as uuid), :unit, :number)
           on conflict (unit_id, number) do nothing""",
        id=id,
        unit=unit,
        number=number,
    )
    if touched:
        await execute(
            connection,
            """insert into routing_operation (routing_id, position, operation, center_id, setup_minutes, run_minutes)
               select cast(:routing as uuid), t.position, t.operation, t.center, t.setup, t.run
                 from unnest(cast(:operations as text[]), cast(:centers as uuid[]), cast(:setups as numeric[]),
                             cast(:runs as numeric[])) with ordinality as t(operation, center, setup, run, position)""",
            routing=id,
            operations=[one.operation for one in operations],
            centers=[one.center for one in operations],
            setups=[one.setup_minutes for one in operations],
            runs=[one.run_minutes for one in operations],
        )
    return touched == 1


async def routing(connection: Connection, unit: str, number: str) -> list[NewOperation]:
    """The operations of a routing, in order, each with its center's id; none where there is no such routing."""
    rows = await fetch(
        connection,
        """select o.operation, o.center_id::text as center, o.setup_minutes, o.run_minutes
             from routing r join routing_operation o on o.routing_id = r.id
            where r.unit_id = :unit and r.number = :number order by o.position""",
        unit=unit,
        number=number,
    )
    return [NewOperation(row.operation, row.center, row.setup_minutes, row.run_minutes) for row in rows]


@dataclass(frozen=True, slots=True)
class NewComponent:
    """Material of a new line: the item by id."""

    item: str
    quantity_per: Decimal
    flushing: str = "manual"
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class NewOrderLine:
    """A line of a new order: items and centers by id."""

    line: int
    item: str
    quantity: Decimal
    variant: str | None = None
    location: str | None = None
    operations: Sequence[NewOperation] = ()
    components: Sequence[NewComponent] = ()


async def insert_order(connection: Connection, unit: str, id: str, number: str, *, status: OrderStatus) -> bool:
    """Add an order without lines; False if its number is taken in the unit."""
    return (
        await execute(
            connection,
            """insert into production_order (id, unit_id, number, status) values (cast(:id as uuid), :unit, :number, :status)
           on conflict (unit_id, number) do nothing""",
            id=id,
            unit=unit,
            number=number,
            status=status.value,
        )
        == 1
    )


async def insert_lines(connection: Connection, order: str, lines: Sequence[NewOrderLine]) -> None:
    """Add the lines of a new order."""
    ids = [new_id() for _ in lines]
    rows = [
        {
            "ids": id,
            "lines": one.line,
            "items": one.item,
            "quantities": one.quantity,
            "variants": one.variant,
            "locations": one.location,
        }
        for id, one in zip(ids, lines, strict=True)
    ]
    await execute(
        connection,
        """insert into production_line (id, order_id, line, item_id, quantity, variant, location)
           select t.id, cast(:order as uuid), t.line, t.item, t.quantity, t.variant, t.location
             from unnest(cast(:ids as uuid[]), cast(:lines as integer[]), cast(:items as uuid[]), cast(:quantities as numeric[]),
                         cast(:variants as text[]), cast(:locations as text[])) as t(id, line, item, quantity, variant, location)""",
        order=order,
        **columns(rows),
    )
    await _insert_operations(connection, dict(zip(ids, lines, strict=True)))
    await _insert_components(connection, dict(zip(ids, lines, strict=True)))


async def _insert_operations(connection: Connection, lines: Mapping[str, NewOrderLine]) -> None:
    rows = [
        {"line_ids": id, "positions": place, "operations": one.operation, "centers": one.center}
        for id, line in lines.items()
        for place, one in enumerate(line.operations)
    ]
    if rows:
        await execute(
            connection,
            """insert into production_operation (line_id, position, operation, center_id)
               select * from unnest(cast(:line_ids as uuid[]), cast(:positions as integer[]), cast(:operations as text[]),
                                    cast(:centers as uuid[]))""",
            **columns(rows),
        )


async def _insert_components(connection: Connection, lines: Mapping[str, NewOrderLine]) -> None:
    rows = [
        {
            "line_ids": id,
            "positions": place,
            "items": one.item,
            "quantities": one.quantity_per,
            "flushings": one.flushing,
            "operations": one.operation,
        }
        for id, line in lines.items()
        for place, one in enumerate(line.components)
    ]
    if rows:
        await execute(
            connection,
            """insert into production_component (line_id, position, item_id, quantity_per, flushing, operation)
               select * from unnest(cast(:line_ids as uuid[]), cast(:positions as integer[]), cast(:items as uuid[]),
                                    cast(:quantities as numeric[]), cast(:flushings as text[]), cast(:operations as text[]))""",
            **columns(rows),
        )


async def set_status(connection: Connection, order: str, status: OrderStatus, *, reopened: bool = False) -> None:
    """Set the status of an order; reopening uses up its one chance and puts its operations in progress again."""
    await execute(
        connection,
        """update production_order set status = :status, reopened = reopened or :reopened, version = version + 1
            where id = cast(:order as uuid)""",
        order=order,
        status=status.value,
        reopened=reopened,
    )
    if reopened:
        await execute(connection, _IN_PROGRESS, order=order)


_IN_PROGRESS: Final = """
update production_operation p set status = 'in_progress' from production_line l
 where l.id = p.line_id and l.order_id = cast(:order as uuid)
"""


async def reserve(connection: Connection, entry: str, quantity: Decimal, *, demand: str, by: str) -> str:
    """Keep a quantity of an entry for a demand; returns the reservation's id."""
    id = new_id()
    await execute(
        connection,
        """insert into reservation (id, entry_id, quantity, demand, created_by)
           values (cast(:id as uuid), cast(:entry as uuid), :quantity, :demand, :by)""",
        id=id,
        entry=entry,
        quantity=quantity,
        demand=demand,
        by=by,
    )
    return id


async def release(connection: Connection, entry: str, *, by: str, now: datetime) -> int:
    """End all reservations of an entry; returns how many there were."""
    sql = """update reservation set released_by = :by, released_at = :now
              where entry_id = cast(:entry as uuid) and released_at is null"""
    return await execute(connection, sql, entry=entry, by=by, now=now)
