"""Setting production up: items, work centers, routings, orders. Planners of the unit do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from application.setup import check_unit_quorum
from application.work import Check, Refused, Work, has_role, note, raise_if, require_role, unit_of
from domain.production.model import Center, Item, OrderStatus
from domain.refusals import Code, Refusal
from domain.roles import Role
from store import production_books, production_reading, production_setup, projects
from store.history import Happened
from store.ids import is_id, new_id
from store.production_setup import NewOperation, NewOrderLine, StoredCenter, StoredItem


async def require_planner(work: Work, unit: str) -> projects.StoredUnit:
    """The unit; only its planners and the administrator go on."""
    await require_role(work, unit, Role.PLANNER)
    return await unit_of(work, unit)


async def is_planner(work: Work, unit: str) -> bool:
    """Whether the person is a planner of the unit, or the administrator."""
    return await has_role(work, unit, Role.PLANNER)


async def create_item(work: Work, unit: str, item: Item, *, description: str | None) -> StoredItem:
    """Add an item; its id is made here. already_exists if the number is taken in the unit."""
    await require_planner(work, unit)
    new = replace(item, id=new_id())
    if not await production_setup.insert_item(work.connection, unit, new, description=description):
        raise Refused(Refusal(Code.ALREADY_EXISTS, item.number, {"why": "number"}))
    return await item_of(work, new.id)


async def item_of(work: Work, id: str) -> StoredItem:
    """The item, or the refusal not_found."""
    found = await production_reading.items(work.connection, [id], by=work.person) if is_id(id) else {}
    if id not in found:
        raise Refused(Refusal(Code.NOT_FOUND, id, {"why": "no_such_id"}))
    return found[id]


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What is to change of an item from now on: its unit cost, or whether it is blocked."""

    unit_cost: Decimal | None = None
    blocked: bool | None = None


async def change_item(work: Work, id: str, change: ItemChange, *, check: Check) -> StoredItem:
    """A new unit cost from now on, or blocking and unblocking; what is written stays as it is."""
    unit = await require_planner(work, (await item_of(work, id)).unit)
    await production_books.hold_items(work.connection, [id])
    stored = await item_of(work, id)
    check(stored.version)
    given = {"unit_cost": change.unit_cost, "blocked": change.blocked}
    new = {name: value for name, value in given.items() if value not in {None, getattr(stored.item, name)}}
    if new:
        await production_setup.change_item(work.connection, id, unit_cost=change.unit_cost, blocked=change.blocked)
        facts = {name: str(value) for name, value in new.items()}
        await note(work, unit, Happened("item", id, "changed", facts=facts))
    return await item_of(work, id)


async def create_center(work: Work, unit: str, center: Center) -> StoredCenter:
    """Add a work center; already_exists if the number is taken in the unit."""
    await require_planner(work, unit)
    if center.overhead_rate > center.unit_cost:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "overhead_rate", "expected": "not_above_unit_cost"}))
    id = new_id()
    if not await production_setup.insert_center(work.connection, unit, id, center):
        raise Refused(Refusal(Code.ALREADY_EXISTS, center.number, {"why": "number"}))
    return await center_of(work, id)


async def center_of(work: Work, id: str) -> StoredCenter:
    """The work center, or the refusal not_found."""
    found = await production_setup.center(work.connection, id, by=work.person) if is_id(id) else None
    if found is None:
        raise Refused(Refusal(Code.NOT_FOUND, id, {"why": "no_such_id"}))
    return found


async def change_center(work: Work, id: str, *, unit_cost: Decimal, check: Check) -> StoredCenter:
    """A new unit cost from now on."""
    unit = await require_planner(work, (await center_of(work, id)).unit)
    await production_setup.hold_center(work.connection, id)
    stored = await center_of(work, id)
    check(stored.version)
    if stored.center.overhead_rate > unit_cost:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "unit_cost", "expected": "not_below_overhead_rate"}))
    if stored.center.unit_cost != unit_cost:
        await production_setup.change_center(work.connection, id, unit_cost=unit_cost)
        await note(work, unit, Happened("work_center", id, "changed", facts={"unit_cost": str(unit_cost)}))
    return await center_of(work, id)


async def create_routing(work: Work, unit: str, number: str, operations: Sequence[NewOperation]) -> None:
    """Add a routing; its operations name their centers by number."""
    await require_planner(work, unit)
    raise_if(_once("operations", [one.operation for one in operations]))
    known = await _centers(work, unit, [one.center for one in operations])
    steps = [replace(one, center=known[one.center]) for one in operations]
    if not await production_setup.insert_routing(work.connection, unit, number, steps):
        raise Refused(Refusal(Code.ALREADY_EXISTS, number, {"why": "number"}))


async def _centers(work: Work, unit: str, numbers: Sequence[str]) -> Mapping[str, str]:
    known = await production_setup.center_ids(work.connection, unit, numbers)
    missing = [number for number in dict.fromkeys(numbers) if number not in known]
    raise_if([Refusal(Code.UNKNOWN_CENTER, None, {"center": number}) for number in missing])
    return known


def _once(field: str, values: Sequence[object]) -> list[Refusal]:
    if len(set(values)) == len(values):
        return []
    return [Refusal(Code.INVALID_VALUE, None, {"field": field, "expected": "once"})]


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line of an order as it is typed: items and centers by number, its routing by number or step by step."""

    line: NewOrderLine
    routing: str | None = None


async def create_order(work: Work, unit: str, number: str, *, status: OrderStatus, lines: Sequence[WantedLine]) -> str:
    """Add an order with its lines; returns its id. Routings are copied: changing one later changes no order.

    As with a project, a unit whose quorum its approvers could never complete gets no new one.
    """
    stored = await require_planner(work, unit)
    check_unit_quorum(stored.policy, unit, await projects.approvers_of_unit(work.connection, unit))
    raise_if(_once("lines", [one.line.line for one in lines]))
    ready = await _resolved(work, unit, lines)
    raise_if([refusal for one in ready for refusal in _check_line(one)])
    id = new_id()
    if not await production_setup.insert_order(work.connection, unit, id, number, status=status):
        raise Refused(Refusal(Code.ALREADY_EXISTS, number, {"why": "number"}))
    await production_setup.insert_lines(work.connection, id, ready)
    await note(work, stored, Happened("production_order", id, "created", None, status.value))
    return id


async def _resolved(work: Work, unit: str, lines: Sequence[WantedLine]) -> list[NewOrderLine]:
    """The lines with ids in the place of numbers."""
    numbers = {one.line.item for one in lines} | {part.item for one in lines for part in one.line.components}
    items = await production_books.item_ids(work.connection, unit, numbers)
    missing = sorted(numbers - set(items))
    raise_if([Refusal(Code.UNKNOWN_ITEM, None, {"item": name}) for name in missing])
    typed = [step for one in lines for step in one.line.operations]
    centers = await _centers(work, unit, [step.center for step in typed])
    return [
        replace(
            one.line,
            item=items[one.line.item],
            components=tuple(replace(part, item=items[part.item]) for part in one.line.components),
            operations=tuple(replace(step, center=centers[step.center]) for step in one.line.operations)
            or await _routing(work, unit, one.routing),
        )
        for one in lines
    ]


async def _routing(work: Work, unit: str, number: str | None) -> Sequence[NewOperation]:
    if number is None:
        return ()
    found = await production_setup.routing(work.connection, unit, number)
    if not found:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "routing", "expected": "known_routing"}))
    return found


def _check_line(line: NewOrderLine) -> list[Refusal]:
    """Operations once each; components at operations there are, and not made of themselves."""
    numbers = [step.operation for step in line.operations]
    found = _once("operations", numbers)
    for part in line.components:
        if part.operation is not None and part.operation not in numbers:
            found.append(Refusal(Code.OPERATION_REQUIRED))
        if part.item == line.item:
            found.append(Refusal(Code.INVALID_VALUE, None, {"field": "components", "expected": "not_of_itself"}))
    return found
