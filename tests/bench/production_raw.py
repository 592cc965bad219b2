"""Raw set-based SQL that writes the reversals of a long request into plain copies of the tables: the yardstick."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import asyncpg

from tests.bench.bulk_raw import CHUNK, copy_table

_TABLES: Final = (
    "item",
    "production_line",
    "production_operation",
    "posting_register",
    "item_entry",
    "capacity_entry",
    "value_entry",
    "item_application",
    "recall_line",
)
_IDENTITIES: Final = {
    "posting_register": "number",
    "item_entry": "number",
    "capacity_entry": "number",
    "value_entry": "id",
}


async def copy_production(owner: asyncpg.Connection) -> None:
    """Plain copies: the same columns, rows and indexes, without checks, keys of other tables and triggers."""
    await owner.execute("drop schema if exists raw cascade; create schema raw")
    for table in _TABLES:
        await copy_table(owner, table)
    for table, column in (_IDENTITIES | {"item_application": "id"}).items():
        sql = (
            f"select setval(pg_get_serial_sequence('raw.{table}', '{column}'), (select max({column}) from raw.{table}))"
        )
        await owner.execute(sql)


@dataclass(slots=True)
class RawProduction:
    """Takes the outputs of a request back in the copies."""

    owner: asyncpg.Connection
    request: str
    seconds: float = 0.0

    async def subjects(self) -> list[str]:
        """The lines of the request, in the order in which they are settled."""
        sql = "select subject_id from raw.recall_line where request_id = $1::uuid order by subject_id"
        return [row["subject_id"] for row in await self.owner.fetch(sql, self.request)]

    async def settle(self, ids: Sequence[str]) -> None:
        """Lines in chunks, each a transaction and a register; the seconds are added up."""
        entries, capacities, lines = [await self.owner.prepare(one) for one in (_ENTRIES, _CAPACITIES, _LINES)]
        started = time.perf_counter()
        for start in range(0, len(ids), CHUNK):
            chunk, register = ids[start : start + CHUNK], uuid4()
            async with self.owner.transaction():
                await entries.fetch(chunk, self.request, register)
                await capacities.fetch(register)
                await lines.fetch(chunk, self.request)
        self.seconds += time.perf_counter() - started


_ENTRIES = """
with register as (
    insert into raw.posting_register (id, unit_id, kind, recall_request_id, created_by, business_at)
    values ($3::uuid, 'plant', 'recall', $2::text::uuid, 'mia', now())
), added as (
    insert into raw.item_entry (id, register_id, type, item_id, quantity, remaining, reversed, applies_to, closes, order_id, line_id,
                                posting_date, unit, per_unit, unit_quantity)
    select gen_random_uuid(), $3::uuid, o.type, o.item_id, -o.quantity, 0, true, o.id, true, o.order_id, o.line_id, o.posting_date, o.unit,
           o.per_unit, -o.unit_quantity
      from raw.item_entry o where o.id = any($1::uuid[])
 returning id, register_id, applies_to, item_id, line_id, quantity
), applied as (
    insert into raw.item_application (register_id, inbound_id, outbound_id, quantity, cost_only)
    select register_id, applies_to, id, -quantity, false from added
), valued as (
    insert into raw.value_entry (register_id, item_entry_id, kind, amount, expected, valued_quantity)
    select a.register_id, a.id, v.kind, -v.amount, v.expected, a.quantity
      from added a join raw.value_entry v on v.item_entry_id = a.applies_to
), used as (
    update raw.item_entry o set remaining = 0, reversed = true from added a where o.id = a.applies_to
), stocked as (
    update raw.item i set stock = i.stock + s.quantity
      from (select item_id, sum(quantity) as quantity from added group by item_id) s where i.id = s.item_id
)
update raw.production_line l set finished = l.finished + s.quantity
  from (select line_id, sum(quantity) as quantity from added group by line_id) s where l.id = s.line_id
"""
_CAPACITIES = """
with added as (
    insert into raw.capacity_entry (id, register_id, order_id, line_id, operation, center_id, setup, run, stop, output, scrap, reversed,
                                    reverses_id, closes, item_entry_id, posting_date)
    select gen_random_uuid(), r.register_id, o.order_id, o.line_id, o.operation, o.center_id, -o.setup, -o.run, -o.stop, -o.output,
           -o.scrap, true, o.id, true, r.id, o.posting_date
      from raw.item_entry r join raw.capacity_entry o on o.item_entry_id = r.applies_to where r.register_id = $1::uuid
 returning id, register_id, reverses_id, line_id, operation, setup, run, stop, output, scrap
), valued as (
    insert into raw.value_entry (register_id, capacity_entry_id, kind, amount, expected, valued_quantity)
    select a.register_id, a.id, v.kind, -v.amount, v.expected, -v.valued_quantity
      from added a join raw.value_entry v on v.capacity_entry_id = a.reverses_id
), closed as (
    update raw.capacity_entry o set reversed = true from added a where o.id = a.reverses_id
)
update raw.production_operation p
   set setup = p.setup + s.setup, run = p.run + s.run, output = p.output + s.output, scrap = p.scrap + s.scrap, status = 'in_progress'
  from (select line_id, operation, sum(setup) as setup, sum(run) as run, sum(output) as output, sum(scrap) as scrap
          from added group by line_id, operation) s
 where p.line_id = s.line_id and p.operation = s.operation
"""
_LINES = (
    "update raw.recall_line set status = 'recalled' where subject_id = any($1::uuid[]) and request_id = $2::text::uuid"
)
