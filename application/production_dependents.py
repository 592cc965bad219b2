"""What has used an entry, in the order in which it would have to be taken back; and reservations of entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from application.production_setup import require_planner
from application.work import Refused, Work, note
from domain.money import plain
from domain.production.model import Entry
from domain.production.originals import check_free
from domain.refusals import Code, Refusal
from store import production_books, production_reading, production_setup
from store.database import Row
from store.history import Happened
from store.ids import is_id
from store.projects import StoredUnit

DEEPEST: Final = 20
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class Dependent:
    """An entry that stands in the way: how much it uses, of which entry, and how many steps away."""

    row: Row
    quantity: Decimal
    uses: str
    depth: int


@dataclass(frozen=True, slots=True)
class Dependents:
    """What stands in the way of an entry; `complete` is False where there is more than was looked at."""

    entries: Sequence[Dependent]
    reservations: Sequence[Row]
    complete: bool


async def entry_of(work: Work, id: str) -> Row:
    """The item ledger entry, or the refusal unknown_entry."""
    found = await production_reading.item_entries(work.connection, [id], by=work.person) if is_id(id) else []
    if not found:
        raise Refused(Refusal(Code.UNKNOWN_ENTRY, id))
    return found[0]


async def capacity_of(work: Work, id: str) -> Row:
    """The capacity ledger entry, or the refusal unknown_entry."""
    found = await production_reading.capacity_entries(work.connection, [id], by=work.person) if is_id(id) else []
    if not found:
        raise Refused(Refusal(Code.UNKNOWN_ENTRY, id))
    return found[0]


async def dependents(work: Work, id: str) -> Dependents:
    """What used an entry and what used that in turn: the farthest and latest first, as it would be taken back.

    A consumption leads on to the output of its order line: the material is in it.
    """
    await entry_of(work, id)
    found: dict[str, tuple[Decimal, str, int]] = {}
    frontier, depth = [id], 0
    while frontier and depth < DEEPEST and len(found) < MOST:
        depth += 1
        uses = [one for one in await production_reading.uses(work.connection, frontier) if one.id != id]
        found |= {one.id: (one.quantity, one.used, depth) for one in uses}
        frontier = sorted({one.id for one in uses})
    rows = await production_reading.item_entries(work.connection, list(found))
    entries = [Dependent(row, *found[row.id]) for row in rows]
    entries.sort(key=lambda one: (one.depth, one.row.number), reverse=True)
    held = await production_reading.reservations(work.connection, [id, *found])
    return Dependents(entries[:MOST], held, complete=not frontier and len(entries) <= MOST)


async def reserve(work: Work, id: str, quantity: Decimal, *, demand: str) -> Sequence[Row]:
    """Keep a quantity of an open entry for a demand; no more than is free."""
    unit, entry = await _held(work, id)
    refusal = next(check_free(entry, quantity), None)
    if refusal is not None:
        raise Refused(refusal)
    await production_setup.reserve(work.connection, id, quantity, demand=demand, by=work.person)
    facts = {"quantity": plain(quantity), "demand": demand}
    await note(work, unit, Happened("item_entry", id, "reserved", facts=facts))
    return await production_reading.reservations(work.connection, [id])


async def release(work: Work, id: str) -> Sequence[Row]:
    """End all reservations of an entry."""
    unit, _ = await _held(work, id)
    if await production_setup.release(work.connection, id, by=work.person, now=work.now):
        await note(work, unit, Happened("item_entry", id, "reservation_released"))
    return await production_reading.reservations(work.connection, [id])


async def _held(work: Work, id: str) -> tuple[StoredUnit, Entry]:
    """The entry and its unit, its item held: whoever uses or takes back stock holds the item first."""
    row = await entry_of(work, id)
    unit = await require_planner(work, row.unit_id)
    await production_books.hold_items(work.connection, [row.item_id])
    return unit, (await production_books.entries(work.connection, [id]))[id]
