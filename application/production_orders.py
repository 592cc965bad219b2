"""The life of production orders: release, finish, reopen; and the journal lines a routing proposes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from application.production_setup import require_planner
from application.work import Refused, Work, note
from domain.production import life
from domain.production.commands import OutputLine
from domain.production.model import Order, OrderStatus
from domain.refusals import Code, Refusal
from store import production_books, production_reading, production_setup
from store.history import Happened
from store.ids import is_id
from store.production_reading import StoredOrder


async def order_of(work: Work, id: str) -> StoredOrder:
    """The order, or the refusal not_found."""
    found = await production_reading.orders(work.connection, [id], by=work.person) if is_id(id) else []
    if not found:
        raise Refused(Refusal(Code.NOT_FOUND, id, {"why": "no_such_id"}))
    return found[0]


async def release(work: Work, id: str) -> StoredOrder:
    """A planned order may be posted on from now on."""
    return await _move(work, id, "released", life.decide_release, to=OrderStatus.RELEASED)


async def finish(work: Work, id: str) -> StoredOrder:
    """Nothing is posted on the order any more (output-reversal 5)."""
    return await _move(work, id, "finished", life.decide_finish, to=OrderStatus.FINISHED)


async def reopen(work: Work, id: str) -> StoredOrder:
    """The one reopening of a finished order."""
    return await _move(work, id, "reopened", life.decide_reopen, to=OrderStatus.RELEASED)


async def _move(
    work: Work, id: str, event: str, decide: Callable[[Order], Refusal | None], *, to: OrderStatus
) -> StoredOrder:
    unit = await require_planner(work, (await order_of(work, id)).unit)
    await production_books.hold_orders(work.connection, [id])
    order = (await production_books.orders(work.connection, [id]))[id]
    refusal = decide(order)
    if refusal is not None:
        raise Refused(refusal)
    await production_setup.set_status(work.connection, id, to, reopened=event == "reopened")
    if order.status is not to:
        await note(work, unit, Happened("production_order", id, event, order.status.value, to.value))
    return await order_of(work, id)


async def explode(work: Work, unit: str, number: str, line: int | None) -> Sequence[OutputLine]:
    """A proposed journal line for each operation of an order, or of one of its lines. Posts nothing."""
    await require_planner(work, unit)
    ids = await production_books.order_ids(work.connection, unit, [number])
    if number not in ids:
        raise Refused(Refusal(Code.UNKNOWN_ORDER, None, {"order": number}))
    order = (await production_books.orders(work.connection, ids.values()))[ids[number]]
    chosen = [one for one in order.lines if line in (None, one.line)]
    if not chosen:
        raise Refused(Refusal(Code.UNKNOWN_ORDER, None, {"order": f"{number} {line}"}))
    return [proposed for one in chosen for proposed in life.explode(order, one)]
