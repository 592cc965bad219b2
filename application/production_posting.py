"""Posting journals and other movements of stock: hold, ask the rules, write; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from application.planning import follow_entries, hold_requests_of
from application.production_setup import require_planner
from application.work import Refused, Work, business_now, today_in
from domain.money import ZERO
from domain.production.books import Books, Desk
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.consumption import decide_consumption, decide_receipt, decide_shipment
from domain.production.flushing import flushed_needs, flushes_at
from domain.production.journal import Journal, decide_journal
from domain.production.model import Entry, Item, Order
from domain.production.posting import decide_output
from domain.production.rows import Rows, concatenated
from domain.production.targets import Target, find_target, in_base
from domain.refusals import Refusal
from store import periods, production_books, production_ledger, projects
from store.production_ledger import Register, Written

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class PostedLine:
    """What one line wrote, with the ids of its entries; without ids where it was only tried."""

    rows: Rows
    entries: tuple[str, ...] = ()
    capacities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """What a journal wrote: its register, and line by line its rows."""

    lines: tuple[PostedLine, ...]
    currency: str
    register: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class _Names:
    """What the lines of a journal name: orders and items by number, entries by id.

    `searched` are the orders in which a lot or serial number is to find its original, `serials` the serial numbers that come in.
    """

    orders: frozenset[str] = frozenset()
    items: frozenset[str] = frozenset()
    originals: frozenset[str] = frozenset()
    searched: frozenset[str] = frozenset()
    serials: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Kind(Generic[Line]):
    """One sort of journal: how its lines are decided, what they name, and what they may take out of stock."""

    name: str
    decide: Callable[[Line, Books], Rows | Refusal]
    names: Callable[[Sequence[Line]], _Names]
    needs: Callable[[Sequence[Line], Books], Mapping[str, Decimal | None]]


async def post_output(work: Work, unit: str, lines: Sequence[OutputLine], *, dry: bool = False) -> Posted:
    """Post the lines of an output journal; `dry` only shows what would be written."""
    return await _post(work, unit, lines, _OUTPUT, dry=dry)


async def post_consumption(work: Work, unit: str, lines: Sequence[ConsumptionLine], *, dry: bool = False) -> Posted:
    """Post the lines of a consumption journal."""
    return await _post(work, unit, lines, _CONSUMPTION, dry=dry)


async def ship(work: Work, unit: str, line: Shipment) -> Posted:
    """Take an item out of stock for anything but production."""
    return await _post(work, unit, [line], _SHIPMENT, dry=False)


async def receive(work: Work, unit: str, line: Receipt) -> Posted:
    """Bring an item in from outside production."""
    return await _post(work, unit, [line], _RECEIPT, dry=False)


async def _post(work: Work, unit: str, lines: Sequence[Line], kind: _Kind[Line], *, dry: bool) -> Posted:
    stored = await require_planner(work, unit)
    names = kind.names(lines)
    touched = await _touched(work, unit, names)
    if not dry:
        await hold_requests_of(work, touched)
    books = await _open(work, stored, names, lock=not dry)
    books.layers = await production_books.layers(work.connection, kind.needs(lines, books))
    outcome = decide_journal(lines, books, kind.decide)
    if not isinstance(outcome, Journal):
        raise Refused(*outcome)
    if dry:
        return Posted(tuple(PostedLine(rows) for rows in outcome.lines), stored.currency)
    act = work.act(business_now(work, stored))
    register = Register(unit, kind.name)
    written = await production_ledger.write(work.connection, concatenated(outcome.lines), register, act=act)
    if touched:
        await follow_entries(work, touched)
    return Posted(tuple(_lines(outcome, written)), stored.currency, written.register, written.number)


async def _touched(work: Work, unit: str, names: _Names) -> list[str]:
    """What open requests may name of the entries that lines name or may find: themselves, and their registers."""
    ids = await production_books.order_ids(work.connection, unit, names.searched) if names.searched else {}
    orders = await production_books.orders(work.connection, ids.values()) if ids else {}
    found = await _originals(work, orders, names)
    return [id for entry in found.values() for id in (entry.id, entry.register)]


async def _open(work: Work, unit: projects.StoredUnit, names: _Names, *, lock: bool) -> Books:
    """The books, held if they are to be written: orders, items, closed days, in this order."""
    ids = await production_books.order_ids(work.connection, unit.id, names.orders)
    if lock:
        await production_books.hold_orders(work.connection, ids.values())
    numbers = await production_books.item_ids(work.connection, unit.id, names.items)
    made = await production_books.items_of_orders(work.connection, ids.values())
    if lock:
        await production_books.hold_items(work.connection, {*made, *numbers.values()})
        await periods.hold(work.connection, unit.id, to_change=False)
    closed = await periods.of_units(work.connection, [unit.id])
    orders = await production_books.orders(work.connection, ids.values())
    desk = Desk(today_in(work, unit), unit.currency, unit.policy.output_reversal_needs_approval, closed[unit.id])
    items = await production_books.items(work.connection, {*made, *numbers.values()})
    return Books(
        desk=desk,
        orders={order.number: order for order in orders.values()},
        items=items,
        numbers=numbers,
        in_stock=await production_books.serials_in_stock(work.connection, items.values(), names.serials),
        originals=await _originals(work, orders, names),
    )


async def _originals(work: Work, orders: Mapping[str, Order], names: _Names) -> dict[str, Entry]:
    """The entries that lines name, and those among which a lot or serial number finds its one."""
    named = await production_books.entries(work.connection, names.originals)
    lines = [line.id for order in orders.values() if order.number in names.searched for line in order.lines]
    return named | await production_books.open_outputs(work.connection, lines)


def _lines(journal: Journal, written: Written) -> Iterable[PostedLine]:
    """The ids divided among the lines as their rows are."""
    entry, capacity = 0, 0
    for rows in journal.lines:
        after, later = entry + len(rows.entries), capacity + len(rows.capacities)
        yield PostedLine(rows, written.entries[entry:after], written.capacities[capacity:later])
        entry, capacity = after, later


def _add(needs: dict[str, Decimal | None], item: str, quantity: Decimal | None) -> None:
    """More of an item may be taken; None stands for any layer of it."""
    before = needs.get(item, ZERO)
    needs[item] = None if before is None or quantity is None else before + quantity


def _output_names(lines: Sequence[OutputLine]) -> _Names:
    searched = {
        line.order
        for line in lines
        if line.figures.output < ZERO and line.applies_to is None and (line.lot or line.serial)
    }
    return _Names(
        orders=frozenset(line.order for line in lines),
        originals=frozenset(line.applies_to for line in lines if line.applies_to),
        searched=frozenset(searched),
        serials=frozenset(line.serial for line in lines if line.serial and line.figures.output > ZERO),
    )


def _output_needs(lines: Sequence[OutputLine], books: Books) -> dict[str, Decimal | None]:
    """What flushing may take at most: every line as if it were the first. What a line takes back is gone for the others.

    Where something is taken back, what comes after it may be the first output again, and flush forward.
    """
    needs: dict[str, Decimal | None] = {}
    takes_back = any(line.figures.output < ZERO for line in lines)
    for line in lines:
        target = find_target(line.order, line.line, books)
        if not isinstance(target, Target):
            continue
        if line.figures.output < ZERO:
            _add(needs, target.line.item, None)
        elif takes_back:
            flushed = (one.item for one in target.line.components if flushes_at(target.line, one, line.operation))
            needs |= dict.fromkeys(flushed)
        else:
            per_unit = books.items[target.line.item].units.get(line.unit or "", Decimal(1))
            output = in_base(line.figures.output, per_unit)
            for item, quantity in flushed_needs(target.line, line.operation, output):
                _add(needs, item, quantity)
    return needs


def _consumption_names(lines: Sequence[ConsumptionLine]) -> _Names:
    return _Names(
        orders=frozenset(line.order for line in lines),
        items=frozenset(line.item for line in lines),
        originals=frozenset(line.applies_from for line in lines if line.applies_from),
    )


def _receipt_names(lines: Sequence[Receipt]) -> _Names:
    return _Names(
        items=frozenset(line.item for line in lines),
        serials=frozenset(line.serial for line in lines if line.serial),
    )


def _plain_needs(lines: Sequence[ConsumptionLine] | Sequence[Shipment], books: Books) -> dict[str, Decimal | None]:
    """What plain outbound use takes; a line that names a place, lot or serial may need any layer."""
    needs: dict[str, Decimal | None] = {}
    for line in lines:
        item: Item | None = books.item_named(line.item)
        if item is not None and line.quantity > ZERO:
            variant = line.variant if isinstance(line, Shipment) else None
            named = line.lot or line.serial or line.location or variant or line.unit
            _add(needs, item.id, None if named else line.quantity)
    return needs


_OUTPUT: _Kind[OutputLine] = _Kind("output", decide_output, _output_names, _output_needs)
_CONSUMPTION: _Kind[ConsumptionLine] = _Kind("consumption", decide_consumption, _consumption_names, _plain_needs)
_SHIPMENT: _Kind[Shipment] = _Kind(
    "shipment", decide_shipment, lambda lines: _Names(items=frozenset(line.item for line in lines)), _plain_needs
)
_RECEIPT: _Kind[Receipt] = _Kind("receipt", decide_receipt, _receipt_names, lambda *_: {})
