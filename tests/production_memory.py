"""A ledger of production in memory: the rules alone, with the little that keeps what they decide. No Postgres, no clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from application.work import Refused
from domain.money import ZERO
from domain.production.books import Books, Desk
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.consumption import decide_consumption, decide_receipt, decide_shipment
from domain.production.journal import Journal, decide_journal
from domain.production.model import (
    Capacity,
    Center,
    Component,
    Entry,
    EntryType,
    Flushing,
    Item,
    Operation,
    Order,
    OrderLine,
    OrderStatus,
)
from domain.production.originals import check_free
from domain.production.posting import decide_output
from domain.production.recall_facts import Choice, ConsumptionPart, OutputPart, Part, ProductionFacts
from domain.production.recall_rules import ProductionEntries, planned
from domain.production.rows import NewCapacity, NewEntry, Rows, joined
from domain.recall.kinds import Context
from domain.recall.policy import Policy
from domain.refusals import Refusal
from tests.production_play import MADE, MATERIAL, MINUTE, PER_PIECE, STARTING_COSTS, Seen

Line = TypeVar("Line")
TODAY: Final = Context(date(2026, 3, 2), Policy())
KIND: Final = ProductionEntries()
CENTER: Final = Center("100", MINUTE)


def _opened() -> Books:
    """Two released orders: RPO-1 makes bolts of steel, RPO-2 frames of nothing."""
    made = OrderLine(
        "line-1",
        1,
        MADE,
        Decimal(100),
        operations=(Operation("10", CENTER),),
        components=(Component(MATERIAL, PER_PIECE, Flushing.BACKWARD),),
    )
    lines = {"RPO-1": made, "RPO-2": OrderLine("line-2", 1, "FRAME", Decimal(5))}
    return Books(
        desk=Desk(TODAY.today, "USD", needs_approval=False),
        orders={number: Order(number, number, OrderStatus.RELEASED, (line,)) for number, line in lines.items()},
        items={number: Item(number, number, cost) for number, cost in STARTING_COSTS.items()},
        numbers={number: number for number in STARTING_COSTS},
    )


@dataclass
class MemoryLedger:
    """Implements tests.production_play.Ledger. Items and orders have their numbers as ids; all entries stand in the books."""

    books: Books = field(default_factory=_opened)
    capacities: dict[str, Capacity] = field(default_factory=dict)

    @property
    def entries(self) -> Sequence[Entry]:
        return list(self.books.originals.values())

    async def item_rows(self) -> Sequence[tuple[str, Seen]]:
        return [
            (one.id, (one.type, one.traits.item, one.quantity, one.remaining, one.reversed, one.cost))
            for one in self.entries
        ]

    async def work_rows(self) -> Sequence[Seen]:
        return [
            (one.figures.setup, one.figures.run, one.figures.output, one.reversed, one.cost.total)
            for one in self.capacities.values()
        ]

    async def stock(self, item: str) -> Decimal:
        return sum((one.quantity for one in self.entries if one.traits.item == item), ZERO)

    async def finished(self) -> Decimal:
        return self.books.lines["line-1"].finished

    async def output(self, line: OutputLine) -> None:
        self._post(line, decide_output)

    async def consume(self, line: ConsumptionLine) -> None:
        self._post(line, decide_consumption)

    async def ship(self, line: Shipment) -> None:
        self._post(line, decide_shipment)

    async def receive(self, line: Receipt) -> None:
        self._post(line, decide_receipt)

    async def reserve(self, entry: str, quantity: Decimal) -> None:
        found = self.books.originals[entry]
        if refusal := next(check_free(found, quantity), None):
            raise Refused(refusal)
        self._set_reserved(entry, found.reserved + quantity)

    async def release(self, entry: str) -> None:
        self._set_reserved(entry, ZERO)

    async def reprice(self, item: str, cost: Decimal) -> None:
        self.books.items = {**self.books.items, item: replace(self.books.items[item], unit_cost=cost)}

    async def take_back(self, choice: Choice) -> None:
        """Asked and approved at once; what is in the way of a request is in the way of its approval."""
        facts = ProductionFacts(choice, (self._part(choice),), "pia", "plant", "USD")
        refusal = KIND.check_request(facts, TODAY).refusal
        assert refusal == KIND.check_decision(facts, TODAY)
        if refusal is not None:
            raise Refused(refusal)
        rows = joined(planned(facts, TODAY))
        assert len(KIND.plan(facts, TODAY).rows) == len(rows.entries) + len(rows.capacities)
        self.books.apply(rows)
        self._keep(rows, first=0)

    def _part(self, choice: Choice) -> Part:
        entry = self.books.originals[choice.subject]
        order = self.books.orders[entry.traits.order or ""]
        if entry.type is EntryType.CONSUMPTION:
            return ConsumptionPart(entry, order)
        beside = next((one for one in self.capacities.values() if one.item_entry == entry.id), None)
        return OutputPart(entry, self.books.items[entry.traits.item], order, beside)

    def _post(self, line: Line, decide: Callable[[Line, Books], Rows | Refusal]) -> None:
        first = self.books.written
        outcome = decide_journal([line], self.books, decide)
        if not isinstance(outcome, Journal):
            raise Refused(*outcome)
        (rows,) = outcome.lines
        self._keep(rows, first=first)

    def _set_reserved(self, id: str, quantity: Decimal) -> None:
        entry = self.books.originals[id]
        self.books.originals[id] = replace(entry, reserved=quantity)
        layers = self.books.layers[entry.traits.item]
        if id in layers:
            layers[id] = replace(layers[id], reserved=quantity)

    def _keep(self, rows: Rows, *, first: int) -> None:
        """Give what was written its ids; `first` is the place its rows know their first entry by."""
        place = self.books.written - len(rows.entries)
        ids = [self._keep_entry(entry) for entry in rows.entries]
        for layers in self.books.layers.values():
            for ref in [ref for ref in layers if isinstance(ref, int)]:
                id = ids[ref - place]
                layers[id] = replace(layers.pop(ref), ref=id)
        for capacity in rows.capacities:
            beside = None if capacity.with_entry is None else int(capacity.with_entry) - first
            entry = None if beside is None else rows.entries[beside]
            original = capacity.reverses or (self._work_of(entry.applies_to) if entry and entry.applies_to else None)
            self._keep_capacity(capacity, None if beside is None else ids[beside], original=original)

    def _work_of(self, entry: str) -> str | None:
        """The row that stands with an entry: what a typed line took back of it counts as taken (output-reversal 4.2)."""
        return next((one.id for one in self.capacities.values() if one.item_entry == entry), None)

    def _keep_entry(self, new: NewEntry) -> str:
        number = len(self.books.originals) + 1
        id, is_reversal = f"entry-{number}", new.reverses is not None
        self.books.originals[id] = Entry(
            id=id,
            number=number,
            type=new.type,
            quantity=new.quantity,
            remaining=new.remaining,
            traits=new.traits,
            date=new.date,
            cost=new.cost,
            register=id,
            reversed=is_reversal,
            is_reversal=is_reversal,
        )
        return id

    def _keep_capacity(self, new: NewCapacity, entry: str | None, *, original: str | None) -> None:
        if original is not None:
            found = self.capacities[original]
            self.capacities[original] = replace(
                found,
                taken=found.taken - new.figures,
                cost_taken=found.cost_taken - new.cost,
                reversed=found.reversed or new.closes,
            )
        number = len(self.capacities) + 1
        self.capacities[f"capacity-{number}"] = Capacity(
            id=f"capacity-{number}",
            number=number,
            order=new.order,
            line=new.line,
            operation=new.operation,
            center=CENTER,
            figures=new.figures,
            cost=new.cost,
            date=new.date,
            document=new.document,
            register="",
            reversed=new.reverses is not None,
            is_reversal=new.reverses is not None,
            item_entry=entry,
        )
