"""Posting a line of the consumption journal, and other outbound and inbound movements of stock (output-reversal 2.2 and 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.money import ZERO, product
from domain.production.books import Books, Desk
from domain.production.commands import ConsumptionLine, Receipt, Shipment
from domain.production.costing import share_of_entry
from domain.production.flushing import Out, issue
from domain.production.model import Entry, EntryType, Item, Traits
from domain.production.originals import check_consumption
from domain.production.outbound import Need
from domain.production.posting import check_new_serial, is_tracked, posting_day
from domain.production.rows import NewEntry, Rows
from domain.production.targets import Target, base_units, check_blocked, check_released, find_target, in_base
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class _Job:
    """A typed line with what it is about; the quantity is in base units."""

    line: ConsumptionLine
    target: Target
    item: Item
    quantity: Decimal
    per_unit: Decimal


def decide_consumption(line: ConsumptionLine, books: Books) -> Rows | Refusal:
    """The rows a line writes, or the first thing that is in the way."""
    if line.quantity < ZERO and books.desk.needs_approval:
        return Refusal(Code.APPROVAL_REQUIRED)
    job = _job(line, books)
    if isinstance(job, Refusal):
        return job
    refusal = next(_refusals(job), None)
    if refusal is not None:
        return refusal
    return _given_back(job, books) if job.quantity < ZERO else _consumed(job, books)


def _job(line: ConsumptionLine, books: Books) -> _Job | Refusal:
    target = find_target(line.order, line.line, books)
    measured = measure(line.item, line.quantity, line.unit, books=books)
    if isinstance(target, Refusal):
        return target
    return measured if isinstance(measured, Refusal) else _Job(line, target, *measured)


def measure(
    number: str, quantity: Decimal, unit: str | None, *, books: Books
) -> tuple[Item, Decimal, Decimal] | Refusal:
    """The item with this number, the quantity in its base units, and how many of them the unit holds."""
    item = books.item_named(number)
    if item is None:
        return Refusal(Code.UNKNOWN_ITEM, facts={"item": number})
    per_unit = base_units(item, unit)
    return per_unit if isinstance(per_unit, Refusal) else (item, in_base(quantity, per_unit), per_unit)


def _refusals(job: _Job) -> Iterator[Refusal]:
    if refusal := check_released(job.target.order):
        yield refusal
    if job.quantity == ZERO:
        yield Refusal(Code.EMPTY_LINE)
    if refusal := check_blocked(job.item):
        yield refusal
    if job.quantity > ZERO and job.line.applies_from is not None:
        yield Refusal(Code.WRONG_SIGN)


def _check_day(day: date, desk: Desk) -> Refusal | None:
    return None if desk.periods.is_open(day) else Refusal(Code.PERIOD_CLOSED, facts={"date": day.isoformat()})


def _consumed(job: _Job, books: Books) -> Rows | Refusal:
    line, target = job.line, job.target
    day = posting_day(line.date, None, books.desk)
    need = Need(job.item, job.quantity, None, line.location, line.lot, line.serial)
    out = Out(
        EntryType.CONSUMPTION,
        day,
        line.document,
        target.order.id,
        target.line.id,
        unit=line.unit,
        per_unit=job.per_unit,
    )
    found = _check_day(day, books.desk) or issue(need, out, books)
    return found if isinstance(found, Refusal) else Rows(tuple(found))


def _given_back(job: _Job, books: Books) -> Rows | Refusal:
    """A negative line: exactly what its original cost, as a stock layer of its own."""
    line = job.line
    if line.applies_from is None:
        return Refusal(Code.APPLIES_TO_REQUIRED)
    original = books.originals.get(line.applies_from)
    if original is None:
        return Refusal(Code.APPLIES_TO_MISMATCH)
    order, own = job.target.order.id, job.target.line.id
    traits = Traits(job.item.id, lot=line.lot, serial=line.serial, order=order, line=own)
    day = posting_day(line.date, original, books.desk)
    refusal = next(check_consumption(original, traits, -job.quantity), None) or _check_day(day, books.desk)
    if refusal is not None:
        return refusal
    unit = line.unit or job.item.base_unit
    kept = replace(original.traits, document=line.document, unit=unit, per_unit=job.per_unit)
    return Rows((give_back(original, -job.quantity, day, traits=kept, currency=books.desk.currency),))


def give_back(original: Entry, quantity: Decimal, day: date, *, traits: Traits, currency: str) -> NewEntry:
    """The entry that gives a consumption back: open, a layer of its own, at the exact cost (output-reversal 4.2).

    `traits` are those of the original, with the document and unit it is given back under.
    """
    return NewEntry(
        type=EntryType.CONSUMPTION,
        quantity=quantity,
        remaining=quantity,
        traits=traits,
        date=day,
        cost=-share_of_entry(original, -quantity, currency=currency),
        applies_from=original.id,
        closes=quantity == -original.left,
    )


def decide_shipment(line: Shipment, books: Books) -> Rows | Refusal:
    """A plain outbound use of an item."""
    measured = measure(line.item, line.quantity, line.unit, books=books)
    if isinstance(measured, Refusal):
        return measured
    item, quantity, per_unit = measured
    day = posting_day(line.date, None, books.desk)
    if quantity <= ZERO:
        return Refusal(Code.EMPTY_LINE)
    need = Need(item, quantity, line.variant, line.location, line.lot, line.serial)
    out = Out(EntryType.SALE, day, line.document, unit=line.unit, per_unit=per_unit)
    found = check_blocked(item) or _check_day(day, books.desk) or issue(need, out, books)
    return found if isinstance(found, Refusal) else Rows(tuple(found))


def decide_receipt(line: Receipt, books: Books) -> Rows | Refusal:
    """Stock that comes in from outside production."""
    item = books.item_named(line.item)
    if item is None:
        return Refusal(Code.UNKNOWN_ITEM, facts={"item": line.item})
    day = posting_day(line.date, None, books.desk)
    if line.quantity <= ZERO:
        return Refusal(Code.EMPTY_LINE)
    refusal = check_blocked(item) or _check_day(day, books.desk)
    if refusal is None and not is_tracked(item, line.quantity, lot=line.lot, serial=line.serial):
        refusal = Refusal(Code.TRACKING_MISMATCH)
    refusal = refusal or check_new_serial(item, line.serial, books)
    if refusal is not None:
        return refusal
    traits = Traits(
        item.id, line.variant, line.location, line.lot, line.serial, document=line.document, unit=item.base_unit
    )
    cost = product(line.quantity, line.unit_cost, currency=books.desk.currency)
    return Rows((NewEntry(EntryType.POSITIVE_ADJUSTMENT, line.quantity, line.quantity, traits, day, cost),))
