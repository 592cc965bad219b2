"""Everything that the production ledgers and a request say, without ids, order and numbers of registers, to compare two plays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from store.database import fetch
from tests.plant import Plant

# What people posted is named by its place, what a request wrote by what it takes back, so it does not matter in which order
# a request wrote.
_NAMES: Final = """
with posted as (
    select 'item' as ledger, e.id, row_number() over (order by e.number)::text as name
      from item_entry e join posting_register g on g.id = e.register_id where g.kind <> 'recall'
    union all
    select 'work', c.id, row_number() over (order by c.number)::text
      from capacity_entry c join posting_register g on g.id = c.register_id where g.kind <> 'recall'
    union all
    select 'register', g.id, row_number() over (order by g.number)::text from posting_register g where g.kind <> 'recall'
), named as (
    select * from posted
    union all
    select 'item', r.id, concat('back of ', p.name, ' by ', q.number)
      from item_entry r join posting_register g on g.id = r.register_id join recall_request q on q.id = g.recall_request_id
      join posted p on p.id = r.reverses_id
    union all
    select 'work', r.id, concat('back of ', p.name, ' by ', q.number)
      from capacity_entry r join posting_register g on g.id = r.register_id join recall_request q on q.id = g.recall_request_id
      join posted p on p.id = r.reverses_id
)
"""
_QUESTIONS: Final[Mapping[str, str]] = {
    "entries": """
        select n.name, e.type, i.number, e.quantity, e.remaining, e.open, e.reversed, e.closes, e.variant, e.location, e.lot, e.serial,
               o.number, l.line, e.posting_date, e.document, e.unit, e.per_unit, e.unit_quantity, g.kind, g.created_by,
               f.name, t.name,
               (select array_agg(concat_ws(' ', v.kind, v.amount, v.expected, v.valued_quantity, v.register_id = e.register_id)
                                 order by v.id)
                  from value_entry v where v.item_entry_id = e.id)
          from item_entry e join named n on n.id = e.id join item i on i.id = e.item_id join posting_register g on g.id = e.register_id
          left join production_order o on o.id = e.order_id left join production_line l on l.id = e.line_id
          left join named t on t.id = e.applies_to left join named f on f.id = e.applies_from""",
    "work": """
        select n.name, o.number, l.line, c.operation, w.number, c.setup, c.run, c.stop, c.output, c.scrap, c.reversed, c.closes,
               c.posting_date, c.document, g.kind, b.name, r.name,
               (select array_agg(concat_ws(' ', v.kind, v.amount, v.expected, v.valued_quantity, v.register_id = c.register_id)
                                 order by v.id)
                  from value_entry v where v.capacity_entry_id = c.id)
          from capacity_entry c join named n on n.id = c.id join work_center w on w.id = c.center_id
          join posting_register g on g.id = c.register_id join production_order o on o.id = c.order_id
          join production_line l on l.id = c.line_id
          left join named b on b.id = c.item_entry_id left join named r on r.id = c.reverses_id""",
    "applications": """
        select i.name, o.name, a.quantity, a.cost_only, a.register_id = e.register_id
          from item_application a join named i on i.id = a.inbound_id join named o on o.id = a.outbound_id
          join item_entry e on e.id = a.outbound_id""",
    "items": "select number, stock from item",
    "lines": """
        select o.number, l.line, o.status, l.finished,
               (select array_agg(concat_ws(' ', i.number, c.quantity) order by i.number)
                  from production_consumption c join item i on i.id = c.item_id where c.line_id = l.id)
          from production_line l join production_order o on o.id = l.order_id""",
    "operations": """
        select o.number, p.operation, p.status, p.setup, p.run, p.stop, p.output, p.scrap
          from production_operation p join production_line l on l.id = p.line_id join production_order o on o.id = l.order_id""",
    "requests": """
        select q.number, q.status, n.ledger, n.name, l.status, l.blocked_code, l.blocked_facts::text
          from recall_request q join recall_line l on l.request_id = q.id join named n on n.id = l.subject_id""",
    "decisions": """
        select q.number, d.verdict, d.outcome, d.refused_code, n.ledger, n.name, l.outcome, l.code, l.facts::text
          from decision d join recall_request q on q.id = d.request_id join decision_line l on l.decision_id = d.id
          join named n on n.id = l.subject_id""",
    "told": "select event, from_status, to_status, actor, (facts - 'plan_hash')::text from history where subject_kind = 'recall'",
}


async def snapshot(plant: Plant) -> dict[str, list[str]]:
    """The answers to all questions, each in an order of its own."""
    async with plant.database.begin() as connection:
        return {
            name: sorted(str(tuple(row)) for row in await fetch(connection, f"{_NAMES} {sql}"))
            for name, sql in _QUESTIONS.items()
        }
