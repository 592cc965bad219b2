"""What the plans of whole outputs in long requests were made from, and their reversals written from their originals alone.

A plan of a whole output is a pure function of its entry, its capacity rows, their costs, reservations, the order, the item and the
closed days. While an entry's whole quantity remains, nobody has used it or taken anything of it back. What was revalued since it was
posted is not remembered: a plan takes its cost back as one amount, not amount by amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.production.model import FIGURES
from store.database import Connection, execute, fetch
from store.production_recalls import KIND

_CLOSED: Final = """
closed as materialized (
    select coalesce(string_agg(day::text, ',' order by day), '') as days
      from period_closing where unit_id = :unit and reopened_at is null
)"""
_BASIS: Final = f"""
 cross join lateral (
     select e.number, e.quantity, e.remaining, work.figures, coalesce(held.quantity, 0) as reserved,
            money.rows <= 1 and coalesce(work.once, true) as as_posted,
            md5(concat_ws('|', closed.days, o.status, i.blocked, e.remaining, e.reversed, held.quantity, money.rows, money.amount,
                          work.rows)) as basis
       from item_entry e
       join item i on i.id = e.item_id
       join production_order o on o.id = e.order_id
      cross join lateral (select sum(r.quantity) as quantity from reservation r where r.entry_id = e.id and r.released_at is null) held
      cross join lateral (select count(*) as rows, sum(v.amount) as amount from value_entry v where v.item_entry_id = e.id) money
      cross join lateral (
          select string_agg(concat(c.id, c.reversed, v.amounts), ',' order by c.id) as rows, bool_and(v.once) as once,
                 coalesce(sum({" + ".join(f"c.{name}" for name in FIGURES)}), 0) as figures
            from capacity_entry c
           cross join lateral (
               select string_agg(v.kind || v.amount, ' ' order by v.id) as amounts,
                      greatest(count(*) filter (where v.kind = 'direct'), count(*) filter (where v.kind = 'indirect')) <= 1 as once
                 from value_entry v where v.capacity_entry_id = c.id) v
           where c.item_entry_id = e.id) work
      where e.id = s.id and e.type = 'output' offset 0
 ) f"""
_LINE: Final = f"""
 cross join lateral (select l.basis from recall_line l
                      where l.kind = '{KIND}' and l.subject_id = s.id and l.status in ('open', 'blocked')
                        and l.request_id = cast(:request as uuid) limit 1) l"""


@dataclass(frozen=True, slots=True)
class Whole:
    """A planned reversal of a whole output: the quantity and the sum of all figures of capacity that it takes."""

    quantity: Decimal
    figures: Decimal


@dataclass(frozen=True, slots=True)
class Basis:
    """What the plan of a whole output was made from, and the number of its entry."""

    fingerprint: str
    number: int


async def fingerprints(connection: Connection, wholes: dict[str, Whole], *, unit: str) -> dict[str, Basis]:
    """Of these planned reversals, by entry, those that take all of an entry of which nothing was used, reserved or revalued.

    Orders, items and closed days must be held since before the plans were made.
    """
    rows = await fetch(
        connection,
        f"""with {_CLOSED}
            select s.id::text as id, f.basis, f.number
              from unnest(cast(:ids as uuid[]), cast(:quantities as numeric[]), cast(:figures as numeric[])) as s(id, quantity, figures)
             cross join closed {_BASIS}
             where f.quantity = s.quantity and f.remaining = f.quantity and f.reserved = 0 and f.figures = s.figures
               and f.as_posted""",
        unit=unit,
        ids=list(wholes),
        quantities=[one.quantity for one in wholes.values()],
        figures=[one.figures for one in wholes.values()],
    )
    return {row.id: Basis(row.basis, row.number) for row in rows}


async def unchanged(
    connection: Connection, request: str, *, unit: str, subjects: Sequence[str] | None = None
) -> frozenset[str]:
    """Of these open lines of a request, or of all, those whose remembered plan is the plan of now."""
    chosen = "select unnest(cast(:subjects as uuid[])) as id"
    if subjects is None:
        chosen = "select l.subject_id as id from recall_line l where l.request_id = cast(:request as uuid) and l.basis is not null"
    given = {} if subjects is None else {"subjects": list(subjects)}
    rows = await fetch(
        connection,
        f"""with {_CLOSED}, s as materialized ({chosen})
            select array_agg(s.id::text) as subjects from s cross join closed {_LINE} {_BASIS} where f.basis = l.basis""",
        unit=unit,
        request=request,
        **given,
    )
    return frozenset(rows[0].subjects or ())


_COPIED: Final = "type, item_id, variant, location, lot, serial, order_id, line_id, document, unit, per_unit"
_ENTRIES: Final = f"""
with plan as materialized (
    select s.id, l.days[1] as day
      from unnest(cast(:subjects as uuid[])) as s(id)
     cross join lateral (select l.days from recall_line l
                          where l.subject_id = s.id and l.request_id = cast(:request as uuid) and l.basis is not null limit 1) l
), added as (
    insert into item_entry (id, register_id, {_COPIED}, quantity, remaining, reversed, applies_to, closes, posting_date, unit_quantity)
    select gen_random_uuid(), cast(:register as uuid), {", ".join(f"o.{name}" for name in _COPIED.split(", "))}, -o.quantity, 0, true,
           o.id, true, plan.day, -o.unit_quantity
      from plan cross join lateral (select * from item_entry o where o.id = plan.id offset 0) o order by o.number
 returning id, applies_to, item_id, line_id, quantity
), applied as (
    insert into item_application (register_id, inbound_id, outbound_id, quantity, cost_only)
    select cast(:register as uuid), applies_to, id, -quantity, false from added
), valued as (
    insert into value_entry (register_id, item_entry_id, kind, amount, expected, valued_quantity)
    select cast(:register as uuid), a.id, v.kind, -v.amount, v.expected, a.quantity
      from added a cross join lateral (select * from value_entry v where v.item_entry_id = a.applies_to offset 0) v
), used as (
    update item_entry o set remaining = 0, reversed = true where o.id = any(array(select applies_to from added))
), stocked as (
    update item i set stock = i.stock + s.quantity
      from (select item_id, sum(quantity) as quantity from added group by item_id) s where i.id = s.item_id
)
update production_line l set finished = l.finished + s.quantity
  from (select line_id, sum(quantity) as quantity from added group by line_id) s where l.id = s.line_id
"""
_CAPACITIES: Final = f"""
with added as (
    insert into capacity_entry (id, register_id, order_id, line_id, operation, center_id, document, {", ".join(FIGURES)}, reversed,
                                reverses_id, closes, item_entry_id, posting_date)
    select gen_random_uuid(), r.register_id, o.order_id, o.line_id, o.operation, o.center_id, o.document,
           {", ".join(f"-o.{name}" for name in FIGURES)}, true, o.id, true, r.id, r.posting_date
      from item_entry r
     cross join lateral (select * from capacity_entry o where o.item_entry_id = r.applies_to and not o.reversed offset 0) o
     where r.register_id = cast(:register as uuid) order by o.number
 returning id, reverses_id, line_id, operation, output, scrap, {", ".join(FIGURES[:3])}
), valued as (
    insert into value_entry (register_id, capacity_entry_id, kind, amount, expected, valued_quantity)
    select cast(:register as uuid), a.id, v.kind, -v.amount, v.expected, a.output + a.scrap
      from added a cross join lateral (select * from value_entry v where v.capacity_entry_id = a.reverses_id offset 0) v
), closed as (
    update capacity_entry o set reversed = true where o.id = any(array(select reverses_id from added))
)
update production_operation p
   set {", ".join(f"{name} = p.{name} + s.{name}" for name in FIGURES)}, status = 'in_progress'
  from (select line_id, operation, {", ".join(f"sum({name}) as {name}" for name in FIGURES)} from added group by line_id, operation) s
 where p.line_id = s.line_id and p.operation = s.operation
"""


async def write_reversals(connection: Connection, subjects: Sequence[str], *, request: str, register: str) -> None:
    """Write the reversals of whole outputs on their remembered days, negated from the originals by the database."""
    await execute(connection, _ENTRIES, subjects=list(subjects), request=request, register=register)
    await execute(connection, _CAPACITIES, register=register)
