"""Items, orders, ledger entries and postings in JSON."""

from __future__ import annotations

from collections.abc import Sequence

from api.render.entries import action
from api.render.rows import planned_rows
from api.render.values import Json, instant, money, number
from application.production_dependents import Dependent
from application.production_posting import Posted, PostedLine
from domain.language import Language
from domain.money import ZERO
from domain.production import life
from domain.production.commands import OutputLine
from domain.production.describing import describe_capacity, describe_entry
from domain.production.model import FIGURES, EntryType, Item, OrderLine
from domain.refusals import Code, Refusal
from store.database import Row
from store.production_reading import StoredOrder
from store.production_setup import NewOperation, StoredCenter, StoredItem


def item(stored: StoredItem) -> Json:
    """An item with its stock."""
    one: Item = stored.item
    return {
        "id": one.id,
        "unit": stored.unit,
        "number": one.number,
        "description": stored.description,
        "base_unit": one.base_unit,
        "units": {unit: number(per) for unit, per in one.units.items()},
        "unit_cost": number(one.unit_cost),
        "tracking": one.tracking.value,
        "negative_stock": one.negative_stock,
        "blocked": one.blocked,
        "stock": number(stored.stock),
        "version": stored.version,
    }


def center(stored: StoredCenter) -> Json:
    """A work center."""
    one = stored.center
    return {
        "id": stored.id,
        "unit": stored.unit,
        "number": one.number,
        "unit_cost": number(one.unit_cost),
        "overhead_rate": number(one.overhead_rate),
        "indirect_percent": number(one.indirect_percent),
        "subcontractor": one.subcontractor,
        "basis": one.basis.value,
        "version": stored.version,
    }


def routing(unit: str, named: str, operations: Sequence[NewOperation]) -> Json:
    """A routing."""
    return {
        "unit": unit,
        "number": named,
        "operations": [
            {
                "operation": one.operation,
                "center": one.center,
                "setup_minutes": number(one.setup_minutes),
                "run_minutes": number(one.run_minutes),
            }
            for one in operations
        ],
    }


def order(stored: StoredOrder, *, planner: bool, language: Language) -> Json:
    """An order with its lines, what is finished on each, and what may be done with it.

    planner: whether the reader is a planner of the unit, who alone may do anything with it.
    """
    one = stored.order
    no_right = None if planner else Refusal(Code.NOT_PLANNER, stored.unit)
    decisions = {"release": life.decide_release, "finish": life.decide_finish, "reopen": life.decide_reopen}
    return {
        "id": one.id,
        "unit": stored.unit,
        "number": one.number,
        "status": one.status.value,
        "reopened": one.reopened,
        "lines": [_line(line, stored.items) for line in one.lines],
        "allowed_actions": [
            action(name, no_right or decide(one), language=language) for name, decide in decisions.items()
        ],
        "version": stored.version,
    }


def _line(line: OrderLine, items: dict[str, str]) -> Json:
    return {
        "line": line.line,
        "item": items[line.item],
        "variant": line.variant,
        "location": line.location,
        "quantity": number(line.quantity),
        "finished": number(line.finished),
        "remaining": number(line.remaining),
        "operations": [
            {
                "operation": step.number,
                "center": step.center.number,
                "status": step.status.value,
                **{name: number(getattr(step.net, name)) for name in FIGURES},
            }
            for step in line.operations
        ],
        "components": [
            {
                "item": items[part.item],
                "quantity_per": number(part.quantity_per),
                "flushing": part.flushing.value,
                "operation": part.operation,
                "consumed": number(line.consumed.get(part.item, ZERO)),
            }
            for part in line.components
        ],
    }


def item_entry(row: Row) -> Json:
    """An item ledger entry with its cost and its links."""
    return {
        "id": row.id,
        "number": row.number,
        "type": row.type,
        "item": row.item_number,
        "variant": row.variant,
        "location": row.location,
        "lot": row.lot,
        "serial": row.serial,
        "quantity": number(row.quantity),
        "remaining": number(row.remaining),
        "reserved": number(row.reserved),
        "open": row.remaining != 0,
        "reversed": row.reversed,
        "applies_to": row.applies_to,
        "applies_from": row.applies_from,
        "unit": row.unit,
        "unit_quantity": number(row.unit_quantity),
        "cost": money(row.cost, row.currency),
        **_posting(row),
    }


def _posting(row: Row) -> Json:
    return {
        "order": row.order_number,
        "order_id": row.order_id,
        "line": row.line_number,
        "date": row.posting_date.isoformat(),
        "document": row.document,
        "register": row.register_id,
        "register_number": row.register_number,
        "recall": None if row.recall is None else str(row.recall),
        "posted_by": row.created_by,
    }


def capacity_entry(row: Row) -> Json:
    """A capacity ledger entry with its cost and its links."""
    return {
        "id": row.id,
        "number": row.number,
        "type": "capacity",
        "operation": row.operation,
        "center": row.center,
        **{name: number(getattr(row, name)) for name in FIGURES},
        "reversed": row.reversed,
        "reverses": row.reverses_id,
        "item_entry": row.item_entry_id,
        "cost": money(row.direct + row.indirect, row.currency),
        "direct_cost": money(row.direct, row.currency),
        "indirect_cost": money(row.indirect, row.currency),
        **_posting(row),
    }


def posted(done: Posted) -> Json:
    """What a journal wrote or would write, line by line."""
    lines = [_posted_line(line, currency=done.currency) for line in done.lines]
    return {"register": done.register, "register_number": done.number, "lines": lines}


def _posted_line(line: PostedLine, *, currency: str) -> Json:
    ids = line.entries or (None,) * len(line.rows.entries)
    entries = planned_rows(
        [{"id": id, **describe_entry(row, currency=currency)} for id, row in zip(ids, line.rows.entries, strict=True)]
    )
    own = line.capacities or (None,) * len(line.rows.capacities)
    capacities = planned_rows(
        [
            {"id": id, **describe_capacity(row, currency=currency)}
            for id, row in zip(own, line.rows.capacities, strict=True)
        ]
    )
    worked = zip(own, line.rows.capacities, strict=True)
    stops = {bool(row.figures.stop): id for id, row in worked}
    output = [id for id, row in zip(ids, line.rows.entries, strict=True) if row.type is EntryType.OUTPUT]
    return {
        "item_entry": output[0] if output else None,
        "capacity_entry": stops.get(False),
        "stop_entry": stops.get(True),
        "entries": entries,
        "capacities": capacities,
    }


def proposal(line: OutputLine) -> Json:
    """A proposed journal line, in the form it is posted in."""
    return {
        "order": line.order,
        "line": line.line,
        "operation": line.operation,
        **{name: number(getattr(line.figures, name)) for name in FIGURES},
    }


def dependent(one: Dependent) -> Json:
    """What used an entry, how much, and through which entry."""
    return {"quantity": number(one.quantity), "uses": one.uses, "depth": one.depth, "entry": item_entry(one.row)}


def reservation(row: Row) -> Json:
    """A reservation in force."""
    return {
        "id": row.id,
        "entry": row.entry,
        "quantity": number(row.quantity),
        "demand": row.demand,
        "reserved_by": row.created_by,
        "reserved_at": instant(row.created_at),
    }
