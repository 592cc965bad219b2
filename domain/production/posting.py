"""Posting a line of the output journal: its checks in their order, and the rows it writes (output-reversal 2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from domain.money import ZERO
from domain.production.books import Books, Desk
from domain.production.commands import OutputLine
from domain.production.costing import capacity_cost, output_cost, share_of_entry
from domain.production.flushing import Out, flush
from domain.production.model import (
    Entry,
    EntryType,
    Figures,
    Item,
    Operation,
    OperationStatus,
    Tracking,
    Traits,
)
from domain.production.originals import check_output, find_output
from domain.production.rows import NewCapacity, NewEntry, Rows
from domain.production.targets import Target, base_units, check_blocked, check_released, find_target, in_base
from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class _Job:
    """A typed line with what it is about; figures are in base units."""

    line: OutputLine
    target: Target
    item: Item
    figures: Figures
    per_unit: Decimal

    @property
    def operation(self) -> Operation | None:
        return self.target.line.operation(self.line.operation)

    @property
    def is_last(self) -> bool:
        return self.target.line.is_last(self.line.operation)

    @property
    def makes_entry(self) -> bool:
        """Only the last operation moves stock, and only by its output quantity."""
        return self.is_last and self.figures.output != ZERO

    @property
    def takes_back(self) -> bool:
        return self.is_last and self.figures.output < ZERO

    @property
    def traits(self) -> Traits:
        line = self.target.line
        return Traits(
            item=line.item,
            variant=line.variant,
            location=line.location,
            lot=self.line.lot,
            serial=self.line.serial,
            order=self.target.order.id,
            line=line.id,
            document=self.line.document,
            unit=self.line.unit or self.item.base_unit,
            per_unit=self.per_unit,
        )


def decide_output(line: OutputLine, books: Books) -> Rows | Refusal:
    """The rows a line writes, or the first thing that is in the way."""
    if line.figures.any_negative and books.desk.needs_approval:
        return Refusal(Code.APPROVAL_REQUIRED)
    job = _job(line, books)
    if isinstance(job, Refusal):
        return job
    original = _original(job, books)
    refusal = next(_before_original(job), None) or (original if isinstance(original, Refusal) else None)
    if refusal is not None:
        return refusal
    assert not isinstance(original, Refusal)
    day = posting_day(line.date, original, books.desk)
    refusal = next(_after_original(job, day, books), None)
    if refusal is not None:
        return refusal
    flushed = _flushed(job, day, books)
    return flushed if isinstance(flushed, Refusal) else _rows(job, original, flushed, day=day, books=books)


def _job(line: OutputLine, books: Books) -> _Job | Refusal:
    target = find_target(line.order, line.line, books)
    if isinstance(target, Refusal):
        return target
    item = books.items[target.line.item]
    per_unit = base_units(item, line.unit)
    if isinstance(per_unit, Refusal):
        return per_unit
    typed = line.figures
    output, scrap = in_base(typed.output, per_unit), in_base(typed.scrap, per_unit)
    return _Job(line, target, item, Figures(typed.setup, typed.run, typed.stop, output, scrap), per_unit)


def _before_original(job: _Job) -> Iterator[Refusal]:
    """Checks 2 to 6."""
    if refusal := check_released(job.target.order):
        yield refusal
    if not job.figures or not (job.target.line.operations or job.figures.output):
        yield Refusal(Code.EMPTY_LINE)
    if job.target.line.operations and job.operation is None:
        yield Refusal(Code.OPERATION_REQUIRED)
    if refusal := check_blocked(job.item):
        yield refusal
    done = job.operation
    if done and done.center.subcontractor and (job.figures.setup or job.figures.run or job.figures.output):
        yield Refusal(Code.SUBCONTRACTED, facts={"operation": done.number})


def _original(job: _Job, books: Books) -> Entry | Refusal | None:
    """Check 7: the rules of route 1."""
    if not job.takes_back:
        return None
    quantity = -job.figures.output
    found = find_output(books.originals, job.line.applies_to, job.traits, quantity)
    if isinstance(found, Refusal):
        return found
    return next(check_output(found, job.traits, quantity), None) or found


def posting_day(given: date | None, original: Entry | None, desk: Desk) -> date:
    """The day given; else that of the original if it is open; else today (output-reversal 3)."""
    if given is not None:
        return given
    if original is not None and desk.periods.is_open(original.date):
        return original.date
    return desk.today


def _after_original(job: _Job, day: date, books: Books) -> Iterator[Refusal]:
    """Checks 8 to 12."""
    if job.line.applies_to is not None and not job.takes_back:
        yield Refusal(Code.WRONG_SIGN)
    if not books.desk.periods.is_open(day):
        yield Refusal(Code.PERIOD_CLOSED, facts={"date": day.isoformat()})
    done = job.operation
    if done and done.status is OperationStatus.FINISHED and not (job.figures.any_negative or job.line.confirm_finished):
        yield Refusal(Code.OPERATION_FINISHED, facts={"operation": done.number})
    if job.makes_entry and not is_tracked(job.item, job.figures.output, lot=job.line.lot, serial=job.line.serial):
        yield Refusal(Code.TRACKING_MISMATCH)
    if job.makes_entry and not job.takes_back and (refusal := check_new_serial(job.item, job.line.serial, books)):
        yield refusal
    if job.is_last and job.target.line.finished + job.figures.output < ZERO:
        yield Refusal(Code.FINISHED_NEGATIVE)


def is_tracked(item: Item, quantity: Decimal, *, lot: str | None, serial: str | None) -> bool:
    """Whether a line carries what its item is tracked by; a serial number is one piece."""
    match item.tracking:
        case Tracking.NONE:
            return True
        case Tracking.LOT:
            return lot is not None
        case Tracking.SERIAL:
            return serial is not None and quantity in (-1, 0, 1)


def check_new_serial(item: Item, serial: str | None, books: Books) -> Refusal | None:
    """A serial number is one piece: what is in stock under it comes in no second time."""
    if item.tracking is not Tracking.SERIAL or books.in_stock[item.id, serial] <= 0:
        return None
    facts = {"why": "in_stock", "serial": serial or "", "item": item.number}
    return Refusal(Code.TRACKING_MISMATCH, facts=facts)


def _flushed(job: _Job, day: date, books: Books) -> Sequence[NewEntry] | Refusal:
    """Check 13, and step 4 of what is written."""
    output = job.figures.output
    if output <= ZERO:
        return ()
    out = Out(EntryType.CONSUMPTION, day, job.line.document, job.target.order.id, job.target.line.id)
    return flush(job.target, job.line.operation, output, out=out, books=books)


def _rows(job: _Job, original: Entry | None, flushed: Sequence[NewEntry], *, day: date, books: Books) -> Rows:
    entries = list(flushed)
    ref = None
    if job.makes_entry:
        ref = books.written + len(entries)
        entries.append(_entry(job, original, day, currency=books.desk.currency))
    done = job.operation
    if done is None:
        return Rows(tuple(entries))
    key = (job.target.line.id, done.number)
    worked = Figures(job.figures.setup, job.figures.run, ZERO, job.figures.output, job.figures.scrap)
    status = OperationStatus.FINISHED if job.line.finished else OperationStatus.IN_PROGRESS
    capacities = [
        replace(_capacity(job, done, figures, day=day, currency=books.desk.currency), with_entry=ref)
        for figures in (Figures(stop=job.figures.stop), worked)
        if figures
    ]
    return Rows(tuple(entries), tuple(capacities), {key: status} if worked else {})


def _capacity(job: _Job, done: Operation, figures: Figures, *, day: date, currency: str) -> NewCapacity:
    return NewCapacity(
        order=job.target.order.id,
        line=job.target.line.id,
        operation=done.number,
        figures=figures,
        cost=capacity_cost(done.center, figures, currency=currency),
        date=day,
        document=job.line.document,
    )


def _entry(job: _Job, original: Entry | None, day: date, *, currency: str) -> NewEntry:
    """Output: open, at its expected cost. Taken back: at the original cost, with nothing remaining."""
    quantity = job.figures.output
    if original is None:
        cost = output_cost(quantity, job.item.unit_cost, currency=currency)
        return NewEntry(EntryType.OUTPUT, quantity, quantity, job.traits, day, cost, expected=True)
    return NewEntry(
        type=EntryType.OUTPUT,
        quantity=quantity,
        remaining=ZERO,
        traits=job.traits,
        date=day,
        cost=-share_of_entry(original, -quantity, currency=currency),
        expected=True,
        applies_to=original.id,
        closes=-quantity == original.left,
    )
