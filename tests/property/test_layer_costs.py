"""What is drawn from a layer of stock, in parts and in any order, costs what the layer cost: to the cent, and never more on the way."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.money import ZERO
from domain.production.costing import cost_of_take, share_of_entry
from domain.production.model import Entry
from domain.production.outbound import Layer
from tests.counts import count
from tests.production_examples import CONSUMPTION, OUTPUT

pytestmark = pytest.mark.property
often = settings(max_examples=count(300, 10_000), deadline=None)
CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
CENTS = {"USD": -2, "JPY": 0, "KWD": -3}
PARTS = st.lists(st.tuples(st.booleans(), st.integers(1, 7)), min_size=1, max_size=12)
COSTS = st.integers(0, 40) | st.integers(0, 10**9)


def as_layer(entry: Entry) -> Layer:
    """The same entry as outbound use sees it."""
    back, cost = entry.taken_back, entry.cost_taken_back
    return Layer(entry.id, entry.quantity, entry.remaining, entry.cost, taken_back=back, cost_taken_back=cost)


def given_back(entry: Entry, quantity: Decimal, currency: str) -> tuple[Entry, Decimal]:
    """An entry after a reversal of some of it, and the cost of that."""
    cost = share_of_entry(entry, quantity, currency=currency)
    taken = entry.taken_back + quantity
    return replace(entry, taken_back=taken, cost_taken_back=entry.cost_taken_back + cost), cost


@often
@given(PARTS, COSTS, CURRENCIES)
def test_uses_and_reversals_of_a_whole_layer_sum_to_its_cost(
    parts: list[tuple[bool, int]], cost: int, currency: str
) -> None:
    whole = Decimal(sum(size for _, size in parts))
    entry = replace(OUTPUT, quantity=whole, remaining=whole, cost=Decimal(cost).scaleb(CENTS[currency]))
    drawn = ZERO

    for is_use, size in parts:
        quantity = Decimal(size)
        if is_use:
            taken = cost_of_take(as_layer(entry), quantity, currency=currency)
        else:
            entry, taken = given_back(entry, quantity, currency)
        entry = replace(entry, remaining=entry.remaining - quantity)
        drawn += taken
        assert taken >= ZERO
        assert drawn <= entry.cost

    assert entry.remaining == ZERO
    assert drawn == entry.cost


@often
@given(PARTS, COSTS, CURRENCIES)
def test_a_consumption_given_back_in_parts_gives_back_its_cost(
    parts: list[tuple[bool, int]], cost: int, currency: str
) -> None:
    whole = Decimal(sum(size for _, size in parts))
    entry = replace(CONSUMPTION, quantity=-whole, cost=-Decimal(cost).scaleb(CENTS[currency]))

    for _, size in parts:
        entry, given = given_back(entry, Decimal(-size), currency)
        assert given <= ZERO
        assert entry.cost <= entry.cost_taken_back <= ZERO

    assert entry.cost_taken_back == entry.cost
