"""Stock and costs as a few lists and plain fractions: what the ledgers must say after any sequence of postings and reversals.

Written apart from the rules under test. It knows one made item with one flushed material, and every way to move them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT, PLACES = Decimal("0.01"), Decimal("0.00001")
ZERO = Decimal(0)


def rounded(value: Fraction, unit: Decimal = CENT) -> Decimal:
    """Half away from zero."""
    parts = abs(value) / Fraction(unit)
    whole = parts.numerator // parts.denominator
    whole += parts - whole >= Fraction(1, 2)
    return (Decimal(whole) * unit * (1 if value >= 0 else -1)).quantize(unit, rounding=ROUND_HALF_UP)


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    return rounded(Fraction(amount) * Fraction(part) / Fraction(whole)) if whole else ZERO


class No(Exception):
    """The model refuses, with a code."""


@dataclass
class Layer:
    """An item entry. Reversals of it have taken `taken` and `cost_taken`, as positive as itself."""

    type: str
    item: str
    quantity: Decimal
    cost: Decimal
    remaining: Decimal
    reversed: bool = False
    taken: Decimal = ZERO
    cost_taken: Decimal = ZERO
    cost_used: Decimal = ZERO
    reserved: Decimal = ZERO
    is_reversal: bool = False
    work: Work | None = None

    @property
    def cost_left(self) -> Decimal:
        return self.cost - self.cost_taken - self.cost_used

    def seen(self) -> tuple[object, ...]:
        return (self.type, self.item, self.quantity, self.remaining, self.reversed, self.cost)


@dataclass
class Work:
    """A capacity entry that costs by minutes."""

    setup: Decimal
    run: Decimal
    output: Decimal
    cost: Decimal
    reversed: bool = False
    taken: list[Decimal] = field(default_factory=lambda: [ZERO, ZERO, ZERO])
    cost_taken: Decimal = ZERO

    def seen(self) -> tuple[object, ...]:
        return (self.setup, self.run, self.output, self.reversed, self.cost)


@dataclass
class Model:
    """Everything that was posted, in order. `costs` are today's unit costs, `minute` that of the work center."""

    costs: dict[str, Decimal]
    minute: Decimal
    per_piece: Decimal
    made: str = "BOLT"
    material: str = "STEEL"
    layers: list[Layer] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)

    def refuses(self, act: Callable[[], object]) -> str | None:
        """Do something; the code if it is refused, and then everything is as before."""
        before = [vars(one).copy() for one in self.layers]
        kept, work = list(self.layers), len(self.work)
        try:
            act()
        except No as no:
            self.layers = kept
            for one, was in zip(kept, before, strict=True):
                vars(one).update(was)
            del self.work[work:]
            return str(no)
        return None

    def stock(self, item: str) -> Decimal:
        return sum((one.quantity for one in self.layers if one.item == item), ZERO)

    def finished(self) -> Decimal:
        return sum((one.quantity for one in self.layers if one.type == "output"), ZERO)

    def receive(self, quantity: Decimal, cost: Decimal) -> None:
        amount = rounded(Fraction(quantity) * Fraction(cost))
        self.layers.append(Layer("positive_adjustment", self.material, quantity, amount, quantity))

    def post(self, quantity: Decimal, setup: Decimal, run: Decimal) -> Layer:
        """Output with its flushed material."""
        need = rounded(Fraction(quantity) * Fraction(self.per_piece), PLACES)
        if need:
            self._out(self.material, need, "consumption")
        cost = rounded(Fraction(quantity) * Fraction(self.costs[self.made]))
        work = Work(setup, run, quantity, rounded(Fraction(setup + run) * Fraction(self.minute)))
        layer = Layer("output", self.made, quantity, cost, quantity, work=work)
        self.work.append(work)
        self.layers.append(layer)
        return layer

    def take_out(self, quantity: Decimal, type: str) -> Layer:
        return self._out(self.made, quantity, type)

    def _out(self, item: str, quantity: Decimal, type: str) -> Layer:
        """The oldest first, never what is reserved; costs rounded at the running totals of each layer, the last use takes the rest."""
        free = [one for one in self.layers if one.item == item and one.remaining > one.reserved]
        if sum((one.remaining - one.reserved for one in free), ZERO) < quantity:
            raise No("negative_stock")
        missing, cost = quantity, ZERO
        for one in free:
            taken = min(missing, one.remaining - one.reserved)
            used = one.quantity - one.remaining - one.taken
            due = share(one.cost, used + taken, one.quantity) - share(one.cost, used, one.quantity)
            due = one.cost_left if taken == one.remaining else min(due, one.cost_left)
            one.cost_used += due
            cost += due
            one.remaining -= taken
            missing -= taken
        self.layers.append(Layer(type, item, -quantity, -cost, ZERO))
        return self.layers[-1]

    def reserve(self, layer: Layer, quantity: Decimal) -> None:
        self._free(layer, quantity)
        layer.reserved += quantity

    @staticmethod
    def _free(layer: Layer, quantity: Decimal) -> None:
        if layer.remaining < quantity:
            raise No("remaining_too_low")
        if layer.remaining - layer.reserved < quantity:
            raise No("reserved")

    def back(self, layer: Layer, quantity: Decimal) -> None:
        """The item entry of a reversal of output, by either route."""
        if layer.is_reversal:
            raise No("reversal_of_reversal")
        if layer.reversed:
            raise No("already_reversed")
        self._free(layer, quantity)
        self._reverse(layer, -quantity, remaining=ZERO, empties=layer.remaining == quantity)
        layer.remaining -= quantity

    def give_back(self, layer: Layer, quantity: Decimal) -> None:
        """Consumption comes back as a layer of its own."""
        if layer.reversed:
            raise No("already_reversed")
        if -(layer.quantity - layer.taken) < quantity:
            raise No("remaining_too_low")
        self._reverse(layer, quantity, remaining=quantity)

    def _reverse(self, layer: Layer, quantity: Decimal, *, remaining: Decimal, empties: bool = False) -> None:
        closes = layer.quantity - layer.taken + quantity == ZERO
        due = share(layer.cost, -quantity, layer.quantity)
        cost = layer.cost_left if closes or empties else min(due, layer.cost_left, key=abs)
        layer.taken -= quantity
        layer.cost_taken += cost
        layer.reversed = closes
        self.layers.append(Layer(layer.type, layer.item, quantity, -cost, remaining, reversed=True, is_reversal=True))

    def typed_work(self, layer: Layer, quantity: Decimal, run: Decimal) -> None:
        """Route 1: what was typed, at today's cost, unlinked; it counts as taken from the original."""
        cost = rounded(Fraction(-run) * Fraction(self.minute))
        self.work.append(Work(ZERO, -run, -quantity, cost))
        if layer.work is not None:
            layer.work.taken = [layer.work.taken[0], layer.work.taken[1] + run, layer.work.taken[2] + quantity]
            layer.work.cost_taken -= cost

    def work_back(self, layer: Layer, quantity: Decimal) -> None:
        """Route 2: run in proportion, the rest with the closing reversal; the cost by time, the last one what is left."""
        work = layer.work
        if work is None:
            return
        left = max(ZERO, work.run - work.taken[1])
        setup, run = (
            ZERO,
            min(left, rounded(Fraction(work.run) * Fraction(quantity) / Fraction(layer.quantity), PLACES)),
        )
        if layer.reversed:
            setup, run = max(ZERO, work.setup - work.taken[0]), left
        left = max(ZERO, work.setup - work.taken[0]) - setup + max(ZERO, work.run - work.taken[1]) - run
        cost = share(work.cost, setup + run, work.setup + work.run) if left else work.cost - work.cost_taken
        if not work.cost:
            cost = ZERO
        work.taken = [work.taken[0] + setup, work.taken[1] + run, work.taken[2] + quantity]
        work.cost_taken += cost
        work.reversed = layer.reversed
        self.work.append(Work(-setup, -run, -quantity, -cost, reversed=True))
