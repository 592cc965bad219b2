"""Writing the production ledgers: one register, its rows, and all that is kept with them, set by set.

What is kept (remaining, stock, finished, consumed, flags) follows from the rows alone, so nobody else changes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.money import ZERO, multiply, round_quantity
from domain.production.model import FIGURES, EntryType
from domain.production.rows import NewCapacity, NewEntry, Ref, Rows
from store.database import Connection, columns, execute, fetch_one
from store.history import Act
from store.ids import new_ordered_id


@dataclass(frozen=True, slots=True)
class Register:
    """Which act posts: its unit and kind, and the request that a recall settles."""

    unit: str
    kind: str
    recall: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a posting wrote: its register, and the ids of its entries in the order of the rows."""

    register: str
    number: int
    entries: tuple[str, ...]
    capacities: tuple[str, ...]


async def write(connection: Connection, rows: Rows, register: Register, *, act: Act) -> Written:
    """Write the rows as one register. Orders, items and entries they touch must be held."""
    id, number = await open_register(connection, register, act)
    entries = tuple(new_ordered_id() for _ in rows.entries)
    capacities = tuple(new_ordered_id() for _ in rows.capacities)
    written = Written(id, number, entries, capacities)
    await _write_entries(connection, rows.entries, written)
    await _write_capacities(connection, rows.capacities, written)
    await _write_values(connection, rows, written)
    await _write_applications(connection, rows.entries, written)
    await _keep_entries(connection, rows.entries, written)
    await _keep_items(connection, rows.entries)
    await _keep_lines(connection, rows.entries)
    await _keep_operations(connection, rows)
    return written


async def open_register(connection: Connection, register: Register, act: Act) -> tuple[str, int]:
    """A new register: its id and number."""
    id = new_ordered_id()
    row = await fetch_one(
        connection,
        """insert into posting_register (id, unit_id, kind, recall_request_id, created_by, on_behalf_of, business_at)
           values (cast(:id as uuid), :unit, :kind, cast(:recall as uuid), :by, :on_behalf_of, :at) returning number""",
        id=id,
        unit=register.unit,
        kind=register.kind,
        recall=register.recall,
        by=act.by,
        on_behalf_of=act.on_behalf_of,
        at=act.at,
    )
    assert row is not None
    return id, int(row.number)


_ENTRY: Final[Mapping[str, str]] = {
    "id": "uuid",
    "type": "text",
    "item_id": "uuid",
    "variant": "text",
    "location": "text",
    "lot": "text",
    "serial": "text",
    "quantity": "numeric",
    "remaining": "numeric",
    "reversed": "boolean",
    "applies_to": "uuid",
    "applies_from": "uuid",
    "closes": "boolean",
    "order_id": "uuid",
    "line_id": "uuid",
    "posting_date": "date",
    "document": "text",
    "unit": "text",
    "per_unit": "numeric",
    "unit_quantity": "numeric",
}
_CAPACITY: Final[Mapping[str, str]] = {
    "id": "uuid",
    "order_id": "uuid",
    "line_id": "uuid",
    "operation": "text",
    **dict.fromkeys(FIGURES, "numeric"),
    "reversed": "boolean",
    "reverses_id": "uuid",
    "closes": "boolean",
    "item_entry_id": "uuid",
    "posting_date": "date",
    "document": "text",
}


def _unnest(types: Mapping[str, str]) -> str:
    arrays = ", ".join(f"cast(:{name} as {type}[])" for name, type in types.items())
    return f"unnest({arrays}) with ordinality as t({', '.join(types)}, position)"


_INSERT_ENTRIES: Final = f"""
insert into item_entry (register_id, {", ".join(_ENTRY)})
select cast(:register as uuid), {", ".join(f"t.{name}" for name in _ENTRY)} from {_unnest(_ENTRY)} order by t.position
"""
_INSERT_CAPACITIES: Final = f"""
insert into capacity_entry (register_id, center_id, {", ".join(_CAPACITY)})
select cast(:register as uuid), p.center_id, {", ".join(f"t.{name}" for name in _CAPACITY)}
  from {_unnest(_CAPACITY)} join production_operation p on p.line_id = t.line_id and p.operation = t.operation
 order by t.position
"""


async def _write_entries(connection: Connection, entries: Sequence[NewEntry], written: Written) -> None:
    if entries:
        rows = [_entry_columns(id, entry) for id, entry in zip(written.entries, entries, strict=True)]
        await execute(connection, _INSERT_ENTRIES, register=written.register, **columns(rows))


def _entry_columns(id: str, entry: NewEntry) -> dict[str, object]:
    traits = entry.traits
    in_unit = entry.quantity if traits.per_unit == 1 else multiply(entry.quantity, 1 / traits.per_unit)
    return {
        "id": id,
        "type": entry.type.value,
        "item_id": traits.item,
        "variant": traits.variant,
        "location": traits.location,
        "lot": traits.lot,
        "serial": traits.serial,
        "quantity": entry.quantity,
        "remaining": entry.remaining,
        "reversed": entry.reverses is not None,
        "applies_to": entry.applies_to,
        "applies_from": entry.applies_from,
        "closes": entry.closes,
        "order_id": traits.order,
        "line_id": traits.line,
        "posting_date": entry.date,
        "document": traits.document,
        "unit": traits.unit,
        "per_unit": traits.per_unit,
        "unit_quantity": round_quantity(in_unit),
    }


async def _write_capacities(connection: Connection, capacities: Sequence[NewCapacity], written: Written) -> None:
    if not capacities:
        return
    rows = [_capacity_columns(id, one, written) for id, one in zip(written.capacities, capacities, strict=True)]
    await execute(connection, _INSERT_CAPACITIES, register=written.register, **columns(rows))
    closed = [one.reverses for one in capacities if one.closes]
    if closed:
        sql = "update capacity_entry set reversed = true where id = any(cast(:ids as uuid[]))"
        await execute(connection, sql, ids=closed)


def _capacity_columns(id: str, capacity: NewCapacity, written: Written) -> dict[str, object]:
    return {
        "id": id,
        "order_id": capacity.order,
        "line_id": capacity.line,
        "operation": capacity.operation,
        **{name: getattr(capacity.figures, name) for name in FIGURES},
        "reversed": capacity.reverses is not None,
        "reverses_id": capacity.reverses,
        "closes": capacity.closes,
        "item_entry_id": None if capacity.with_entry is None else _id_of(capacity.with_entry, written),
        "posting_date": capacity.date,
        "document": capacity.document,
    }


def _id_of(ref: Ref, written: Written) -> str:
    return ref if isinstance(ref, str) else written.entries[ref]


async def _write_values(connection: Connection, rows: Rows, written: Written) -> None:
    """A value entry for each part of a cost that is not nothing."""
    values: list[tuple[str | None, str | None, str, Decimal, bool, Decimal]] = []
    for id, entry in zip(written.entries, rows.entries, strict=True):
        values.append((id, None, "direct", entry.cost, entry.expected, entry.quantity))
    for id, one in zip(written.capacities, rows.capacities, strict=True):
        pieces = one.figures.output + one.figures.scrap
        values.append((None, id, "direct", one.cost.direct, False, pieces))
        values.append((None, id, "indirect", one.cost.indirect, False, pieces))
    names = ("items", "capacities", "kinds", "amounts", "expected", "quantities")
    kept = [value for value in values if value[3] != ZERO]
    if kept:
        arrays = dict(zip(names, map(list, zip(*kept, strict=True)), strict=True))
        await execute(
            connection,
            """insert into value_entry (register_id, item_entry_id, capacity_entry_id, kind, amount, expected, valued_quantity)
               select cast(:register as uuid), t.item, t.capacity, t.kind, t.amount, t.expected, t.quantity
                 from unnest(cast(:items as uuid[]), cast(:capacities as uuid[]), cast(:kinds as text[]),
                             cast(:amounts as numeric[]), cast(:expected as boolean[]), cast(:quantities as numeric[]))
                      with ordinality as t(item, capacity, kind, amount, expected, quantity, position)
                order by t.position""",
            register=written.register,
            **arrays,
        )


async def _write_applications(connection: Connection, entries: Sequence[NewEntry], written: Written) -> None:
    """Which outbound quantity used which inbound entry; a consumption given back is applied for its cost only."""
    found: list[tuple[str, str, Decimal, bool]] = []
    for id, entry in zip(written.entries, entries, strict=True):
        found += [(_id_of(take.layer, written), id, take.quantity, False) for take in entry.takes]
        if entry.applies_to is not None:
            found.append((entry.applies_to, id, -entry.quantity, False))
        if entry.applies_from is not None:
            found.append((id, entry.applies_from, entry.quantity, True))
    if found:
        inbound, outbound, quantities, cost_only = map(list, zip(*found, strict=True))
        await execute(
            connection,
            """insert into item_application (register_id, inbound_id, outbound_id, quantity, cost_only)
               select cast(:register as uuid), t.inbound, t.outbound, t.quantity, t.cost_only
                 from unnest(cast(:inbound as uuid[]), cast(:outbound as uuid[]), cast(:quantities as numeric[]),
                             cast(:cost_only as boolean[])) as t(inbound, outbound, quantity, cost_only)""",
            register=written.register,
            inbound=inbound,
            outbound=outbound,
            quantities=quantities,
            cost_only=cost_only,
        )


async def _keep_entries(connection: Connection, entries: Sequence[NewEntry], written: Written) -> None:
    """What remains of the entries used, and whether the originals taken back are closed."""
    used: defaultdict[str, Decimal] = defaultdict(Decimal)
    closed: set[str] = set()
    for entry in entries:
        for take in entry.takes:
            used[_id_of(take.layer, written)] += take.quantity
        if entry.applies_to is not None:
            used[entry.applies_to] -= entry.quantity
        if entry.closes and entry.reverses is not None:
            closed.add(entry.reverses)
            used[entry.reverses] += ZERO
    if used:
        await execute(
            connection,
            """update item_entry e set remaining = e.remaining - t.quantity, reversed = e.reversed or t.closed
                 from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[]), cast(:closed as boolean[]))
                      as t(id, quantity, closed)
                where e.id = t.id""",
            ids=list(used),
            quantities=list(used.values()),
            closed=[id in closed for id in used],
        )


async def _keep_items(connection: Connection, entries: Sequence[NewEntry]) -> None:
    changes: defaultdict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        changes[entry.traits.item] += entry.quantity
    if changes:
        await execute(
            connection,
            """update item i set stock = i.stock + t.quantity
                 from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[])) as t(id, quantity) where i.id = t.id""",
            ids=list(changes),
            quantities=list(changes.values()),
        )


async def _keep_lines(connection: Connection, entries: Sequence[NewEntry]) -> None:
    """What is finished on order lines, and what was consumed for them."""
    finished: defaultdict[str, Decimal] = defaultdict(Decimal)
    consumed: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        if entry.traits.line is not None and entry.type is EntryType.OUTPUT:
            finished[entry.traits.line] += entry.quantity
        if entry.traits.line is not None and entry.type is EntryType.CONSUMPTION:
            consumed[entry.traits.line, entry.traits.item] -= entry.quantity
    if finished:
        await execute(
            connection,
            """update production_line l set finished = l.finished + t.quantity
                 from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[])) as t(id, quantity) where l.id = t.id""",
            ids=list(finished),
            quantities=list(finished.values()),
        )
    if consumed:
        await execute(
            connection,
            """insert into production_consumption as c (line_id, item_id, quantity)
               select * from unnest(cast(:lines as uuid[]), cast(:items as uuid[]), cast(:quantities as numeric[]))
               on conflict (line_id, item_id) do update set quantity = c.quantity + excluded.quantity""",
            lines=[line for line, _ in consumed],
            items=[item for _, item in consumed],
            quantities=list(consumed.values()),
        )


async def _keep_operations(connection: Connection, rows: Rows) -> None:
    """What was posted on operations, and their statuses."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for one in rows.capacities:
        key = (one.line, one.operation)
        before = found.get(key) or dict.fromkeys(FIGURES, ZERO)
        found[key] = {name: before[name] + getattr(one.figures, name) for name in FIGURES}
    for key in rows.statuses:
        found.setdefault(key, dict.fromkeys(FIGURES, ZERO))
    if found:
        sums = ", ".join(f"{name} = p.{name} + t.{name}" for name in FIGURES)
        arrays = ", ".join(f"cast(:{name} as numeric[])" for name in FIGURES)
        await execute(
            connection,
            f"""update production_operation p set {sums}, status = coalesce(t.status, p.status)
                  from unnest(cast(:lines as uuid[]), cast(:operations as text[]), cast(:statuses as text[]), {arrays})
                       as t(line, operation, status, {", ".join(FIGURES)})
                 where p.line_id = t.line and p.operation = t.operation""",
            lines=[line for line, _ in found],
            operations=[operation for _, operation in found],
            statuses=[rows.statuses[key].value if key in rows.statuses else None for key in found],
            **columns(list(found.values())),
        )
