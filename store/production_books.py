"""What production rules ask of Postgres: orders with their lines, items, open layers, entries with what their reversals took.

Lock order: orders by id, items by id, closed days, and through its item every entry. Whoever writes an entry holds its item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from domain.money import ZERO
from domain.production.model import (
    FIGURES,
    Basis,
    Center,
    Component,
    Entry,
    EntryType,
    Figures,
    Flushing,
    Item,
    Operation,
    OperationStatus,
    Order,
    OrderLine,
    OrderStatus,
    Tracking,
    Traits,
)
from domain.production.outbound import Layer
from domain.production.rows import Ref
from store.database import Connection, Row, execute, fetch
from store.ids import is_id
from store.turns import parts


async def hold_orders(connection: Connection, ids: Iterable[str]) -> None:
    """Hold orders, in the order of their ids, until the end of the transaction."""
    sql = "select from production_order where id = any(cast(:ids as uuid[])) order by id for no key update"
    await execute(connection, sql, ids=sorted(set(ids)))


async def hold_items(connection: Connection, ids: Iterable[str]) -> None:
    """Hold items, in the order of their ids, until the end of the transaction."""
    sql = "select from item where id = any(cast(:ids as uuid[])) order by id for no key update"
    await execute(connection, sql, ids=sorted(set(ids)))


async def order_ids(connection: Connection, unit: str, numbers: Iterable[str]) -> dict[str, str]:
    """The ids of the orders of a unit with these numbers, by number."""
    sql = "select number, id::text as id from production_order where unit_id = :unit and number = any(:numbers)"
    return {row.number: row.id for row in await fetch(connection, sql, unit=unit, numbers=sorted(set(numbers)))}


async def item_ids(connection: Connection, unit: str, numbers: Iterable[str]) -> dict[str, str]:
    """The ids of the items of a unit with these numbers, by number."""
    sql = "select number, id::text as id from item where unit_id = :unit and number = any(:numbers)"
    return {row.number: row.id for row in await fetch(connection, sql, unit=unit, numbers=sorted(set(numbers)))}


async def items_of_orders(connection: Connection, orders: Iterable[str]) -> list[str]:
    """The ids of what posting output on orders can move: the items of their lines, and components that are flushed."""
    rows = await fetch(
        connection,
        """select l.item_id::text as id from production_line l where l.order_id = any(cast(:orders as uuid[]))
           union
           select c.item_id::text from production_component c join production_line l on l.id = c.line_id
            where l.order_id = any(cast(:orders as uuid[])) and c.flushing <> 'manual'""",
        orders=sorted(set(orders)),
    )
    return [row.id for row in rows]


ITEM_COLUMNS: Final = """i.id::text as id, i.number, i.unit_cost, i.base_unit, i.tracking, i.negative_stock, i.blocked,
       coalesce(u.units, '{}') as units"""
ITEM_UNITS: Final = """left join lateral (select jsonb_object_agg(unit, per_unit::text) as units from item_unit
                                            where item_id = i.id) u on true"""


async def items(connection: Connection, ids: Iterable[str]) -> dict[str, Item]:
    """Items by id."""
    sql = f"select {ITEM_COLUMNS} from item i {ITEM_UNITS} where i.id = any(cast(:ids as uuid[]))"
    return {row.id: item_of(row) for row in await fetch(connection, sql, ids=sorted(set(ids)))}


def item_of(row: Row) -> Item:
    """A row with the columns of an item."""
    return Item(
        id=row.id,
        number=row.number,
        unit_cost=row.unit_cost,
        base_unit=row.base_unit,
        tracking=Tracking(row.tracking),
        negative_stock=row.negative_stock,
        blocked=row.blocked,
        units={unit: Decimal(per) for unit, per in row.units.items()},
    )


_LINES: Final = """
select o.id::text as order_id, o.number, o.status, o.reopened, l.id::text as id, l.line, l.item_id::text as item_id, l.quantity,
       l.finished, l.variant, l.location, coalesce(p.found, '[]') as operations, coalesce(c.found, '[]') as components,
       coalesce(u.found, '{}') as consumed
  from production_order o
  left join production_line l on l.order_id = o.id
  left join lateral (
      select jsonb_agg(jsonb_build_object('number', p.operation, 'status', p.status, 'setup', p.setup::text, 'run', p.run::text,
                       'stop', p.stop::text, 'output', p.output::text, 'scrap', p.scrap::text, 'center', c.number,
                       'unit_cost', c.unit_cost::text, 'overhead_rate', c.overhead_rate::text,
                       'indirect_percent', c.indirect_percent::text, 'subcontractor', c.subcontractor, 'basis', c.basis)
                       order by p.position) as found
        from production_operation p join work_center c on c.id = p.center_id where p.line_id = l.id) p on true
  left join lateral (
      select jsonb_agg(jsonb_build_object('item', m.item_id, 'quantity_per', m.quantity_per::text, 'flushing', m.flushing,
                       'operation', m.operation) order by m.position) as found
        from production_component m where m.line_id = l.id) c on true
  left join lateral (
      select jsonb_object_agg(s.item_id, s.quantity::text) as found
        from production_consumption s where s.line_id = l.id) u on true
 where o.id = any(cast(:ids as uuid[])) order by o.id, l.line
"""


async def orders(connection: Connection, ids: Iterable[str]) -> dict[str, Order]:
    """Orders by id, with their lines, operations and components."""
    wanted = sorted({id for id in ids if is_id(id)})
    heads: dict[str, Row] = {}
    lines: dict[str, list[OrderLine]] = {}
    for row in await fetch(connection, _LINES, ids=wanted):
        heads[row.order_id] = row
        lines.setdefault(row.order_id, [])
        if row.id is not None:
            lines[row.order_id].append(_line(row))
    return {
        id: Order(id, head.number, OrderStatus(head.status), tuple(lines[id]), head.reopened)
        for id, head in heads.items()
    }


def _line(row: Row) -> OrderLine:
    return OrderLine(
        id=row.id,
        line=row.line,
        item=row.item_id,
        quantity=row.quantity,
        finished=row.finished,
        variant=row.variant,
        location=row.location,
        operations=tuple(_operation(one) for one in row.operations),
        components=tuple(_component(one) for one in row.components),
        consumed={item: Decimal(quantity) for item, quantity in row.consumed.items()},
    )


def _operation(found: Mapping[str, Any]) -> Operation:
    net = Figures(**{name: Decimal(found[name]) for name in FIGURES})
    return Operation(found["number"], _center(found), OperationStatus(found["status"]), net)


def _center(found: Mapping[str, Any]) -> Center:
    return Center(
        number=found["center"],
        unit_cost=Decimal(found["unit_cost"]),
        overhead_rate=Decimal(found["overhead_rate"]),
        indirect_percent=Decimal(found["indirect_percent"]),
        subcontractor=found["subcontractor"],
        basis=Basis(found["basis"]),
    )


def _component(found: Mapping[str, Any]) -> Component:
    return Component(found["item"], Decimal(found["quantity_per"]), Flushing(found["flushing"]), found["operation"])


_RESERVED: Final = """left join lateral (
      select sum(r.quantity) as quantity, array_agg(r.demand order by r.created_at) as demands
        from reservation r where r.entry_id = e.id and r.released_at is null) held on true"""
_TAKEN_BACK: Final = """left join lateral (
      select -sum(x.quantity) as quantity, -sum((select sum(v.amount) from value_entry v where v.item_entry_id = x.id)) as amount
        from item_entry x where x.reverses_id = {entry}.id) back on true"""
_LAYERS: Final = f"""
select f.id::text as id, f.item_id::text as item_id, f.quantity, f.remaining, f.reserved, f.variant, f.location, f.lot, f.serial,
       coalesce((select sum(v.amount) from value_entry v where v.item_entry_id = f.id), 0) as cost,
       coalesce(back.quantity, 0) as taken_back, coalesce(back.amount, 0) as cost_taken_back
  from unnest(cast(:items as uuid[]), cast(:needs as numeric[])) as t(item, need)
 cross join lateral (
     select w.* from (
         select e.id, e.number, e.item_id, e.quantity, e.remaining, e.variant, e.location, e.lot, e.serial,
                coalesce(held.quantity, 0) as reserved,
                sum(e.remaining - coalesce(held.quantity, 0)) over (order by e.number) - e.remaining + coalesce(held.quantity, 0) as before
           from item_entry e {_RESERVED}
          where e.item_id = t.item and e.remaining > 0 and (t.need is null or e.variant is null)) w
      where t.need is null or w.before < t.need) f
  {_TAKEN_BACK.format(entry="f")}
 order by f.number
"""


async def layers(connection: Connection, needs: Mapping[str, Decimal | None]) -> dict[str, dict[Ref, Layer]]:
    """The open layers of items, oldest first: as many as cover what is needed, or all where that is None."""
    found: dict[str, dict[Ref, Layer]] = {item: {} for item in needs}
    if needs:
        for row in await fetch(connection, _LAYERS, items=list(needs), needs=list(needs.values())):
            found[row.item_id][row.id] = Layer(
                row.id,
                row.quantity,
                row.remaining,
                row.cost,
                row.reserved,
                row.variant,
                row.location,
                row.lot,
                row.serial,
                row.taken_back,
                row.cost_taken_back,
            )
    return found


async def serials_in_stock(
    connection: Connection, items: Iterable[Item], serials: Iterable[str]
) -> Counter[tuple[str, str | None]]:
    """How many open entries there are of these serial numbers, by item and number; only of items that are tracked by them."""
    tracked = [item.id for item in items if item.tracking is Tracking.SERIAL]
    wanted = sorted(set(serials))
    if not tracked or not wanted:
        return Counter()
    rows = await fetch(
        connection,
        """select e.item_id::text as item, e.serial from item_entry e
            where e.item_id = any(cast(:items as uuid[])) and e.remaining > 0 and e.serial = any(:serials)""",
        items=tracked,
        serials=wanted,
    )
    return Counter((row.item, row.serial) for row in rows)


ENTRY: Final = f"""
select e.id::text as id, e.number, e.type, e.quantity, e.remaining, e.reversed, e.reverses_id is not null as is_reversal,
       e.item_id::text as item_id, e.variant, e.location, e.lot, e.serial, e.order_id::text as order_id, e.line_id::text as line_id,
       e.posting_date, e.document, e.unit, e.per_unit, e.register_id::text as register_id,
       e.applies_to::text as applies_to, e.applies_from::text as applies_from, e.unit_quantity,
       coalesce(cost.amount, 0) as cost, coalesce(back.quantity, 0) as taken_back, coalesce(back.amount, 0) as cost_taken_back,
       coalesce(held.quantity, 0) as reserved, held.demands, used.numbers
  from item_entry e
  left join lateral (select sum(v.amount) as amount from value_entry v where v.item_entry_id = e.id) cost on true
  {_TAKEN_BACK.format(entry="e")}
  {_RESERVED}
  left join lateral (
      select array_agg(o.number::text order by o.number) as numbers
        from item_application a join item_entry o on o.id = a.outbound_id
       where a.inbound_id = e.id and not a.cost_only and o.reverses_id is distinct from e.id) used on true
"""


async def entries(connection: Connection, ids: Iterable[str]) -> dict[str, Entry]:
    """Item ledger entries by id, with what their reversals took."""
    wanted = sorted({id for id in ids if is_id(id)})
    sql = ENTRY + "where e.id = any(cast(:ids as uuid[])) order by e.number"
    found = [entry_of(row) for part in parts(wanted) for row in await fetch(connection, sql, ids=part)]
    return {one.id: one for one in sorted(found, key=lambda one: one.number)}


async def open_outputs(connection: Connection, lines: Sequence[str]) -> dict[str, Entry]:
    """The open output entries of order lines that carry a lot or serial number."""
    sql = (
        ENTRY
        + """where e.line_id = any(cast(:lines as uuid[])) and e.type = 'output' and e.remaining > 0
               and (e.lot is not null or e.serial is not null) order by e.number"""
    )
    return {row.id: entry_of(row) for row in await fetch(connection, sql, lines=list(lines))} if lines else {}


def entry_of(row: Row) -> Entry:
    """A row of ENTRY."""
    return Entry(
        id=row.id,
        number=row.number,
        type=EntryType(row.type),
        quantity=row.quantity,
        remaining=row.remaining,
        traits=Traits(
            item=row.item_id,
            variant=row.variant,
            location=row.location,
            lot=row.lot,
            serial=row.serial,
            order=row.order_id,
            line=row.line_id,
            document=row.document,
            unit=row.unit,
            per_unit=row.per_unit,
        ),
        date=row.posting_date,
        cost=row.cost,
        register=row.register_id,
        reversed=row.reversed,
        reserved=row.reserved or ZERO,
        taken_back=row.taken_back,
        cost_taken_back=row.cost_taken_back,
        is_reversal=row.is_reversal,
        used_by=tuple(row.numbers or ()),
        demands=tuple(row.demands or ()),
    )
