"""Random worlds for the whole service: a unit with its policy, a contract, entries as they were approved, and what people did.

A world is a description only; tests/played_worlds.py plays it through the API, any number of times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from hypothesis import strategies as st

from domain.money import plain, round_amount
from tests.project_examples import CURRENCIES, customers, decimals

Body = dict[str, Any]
StepName = Literal[
    "draft", "confirm", "remove", "delete", "change", "revise", "reprice", "correct", "close", "reopen", "vendor",
    "cancel_vendor", "again",
]  # fmt: skip
TODAY: Final = "2026-03-16"
DAYS: Final = ("2026-01-15", "2026-01-31", "2026-02-02", "2026-02-28", "2026-03-13", TODAY)
MOST_ENTRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """Something people do. `chosen` are the numbers of entries it is about, `value` and `day` what it needs besides."""

    name: StepName
    chosen: frozenset[int]
    value: str
    day: str


@dataclass(frozen=True, slots=True)
class EntryMade:
    """An entry as its owner wrote it, and what the approver changed of it."""

    written: Body
    approved: Body


@dataclass(frozen=True, slots=True)
class World:
    """What there is before the request (`before` was done to it), and what is done between request and decision."""

    currency: str
    policy: Body
    project: Body
    entries: tuple[EntryMade, ...]
    before: tuple[Step, ...]
    between: tuple[Step, ...]


_quantities = st.just(Decimal(8)) | decimals("0", "24") | decimals("0", "24", places=2) | st.just(Decimal("0.00001"))
_prices = st.just(Decimal(200)) | decimals("0", "2000", places=2) | decimals("0", "50")
_days = st.sampled_from(DAYS)
_billing_types = st.sampled_from(["chargeable", "non_chargeable", "complimentary", "not_available"])
_texts = st.none() | st.sampled_from(["Design", "Analyse"])
_policies = st.fixed_dictionaries(
    {"reversal_date": st.sampled_from(["original", "next_open_period", "today"])},
    optional={"block_request_on_draft_invoice": st.booleans()},
)
_shares = customers().map(
    lambda drawn: [{"id": one.id, "share": plain(one.share), "rounding": one.rounding} for one in drawn]
)
_projects = st.fixed_dictionaries(
    {
        "billing": st.just("time_and_materials") | st.sampled_from(["time_and_materials", "fixed_price", "internal"]),
        "currency": st.sampled_from(CURRENCIES),
        "exchange_rate": st.just("1") | decimals("0.001", "200", places=9).map(plain),
        "customers": _shares,
        "rates": st.fixed_dictionaries({"cost": _prices.map(plain), "sales": _prices.map(plain)}),
    },
    optional={
        "intercompany": st.fixed_dictionaries({"resourcing_cost": _prices.map(plain), "sales": _prices.map(plain)})
    },
)
_written = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["time", "expense", "material"]),
        "date": _days,
        "quantity": _quantities.map(plain),
        "task": _texts,
        "role": _texts,
    },
    optional={
        "cost_price": _prices.map(plain),
        "sales_price": _prices.map(plain),
        "billing_type": _billing_types,
    },
) | st.fixed_dictionaries(
    {
        "kind": st.just("expense"),
        "date": _days,
        "quantity": _quantities.map(plain),
        "amount_method": st.just("fixed"),
        "amount": decimals("-1000", "1000", places=3).map(plain),
    }
)
_approved = st.fixed_dictionaries(
    {}, optional={"billable": decimals("0", "24", places=2).map(plain), "billing_type": _billing_types}
)
_everything = frozenset(range(MOST_ENTRIES))
_chosen = st.just(_everything) | st.frozensets(st.integers(0, MOST_ENTRIES - 1), min_size=1)
_values = st.sampled_from(["0", "2", "6", "9.5"])
_any_steps = st.lists(st.builds(Step, st.sampled_from(get_args(StepName)), _chosen, _values, _days), max_size=5)
_credited: Final = ("draft", "confirm", "revise", "confirm")
_stories: Final[tuple[tuple[StepName, ...], ...]] = (
    ("draft",),
    ("draft", "confirm"),
    _credited,
    ("reprice", "correct"),
    ("again", *_credited, "reprice"),
    (*_credited, *_credited),
    ("close", *_credited, "reopen"),
)


@st.composite
def _told(draw: st.DrawFn) -> list[Step]:
    """Steps that follow from each other, about the same entries: chance alone seldom gets as far as a credit."""
    chosen, value, day = draw(_chosen), draw(_values), draw(_days)
    return [Step(name, chosen, value, day) for name in draw(st.sampled_from(_stories))]


def _fitted(world: World) -> World:
    """The same world with amounts of no more decimals than the currency of the contract has, and the rate 1 in one currency."""
    entries = tuple(replace(one, written=_in(world.project["currency"], one.written)) for one in world.entries)
    rate = "1" if world.project["currency"] == world.currency else world.project["exchange_rate"]
    return replace(world, entries=entries, project=world.project | {"exchange_rate": rate})


def _in(currency: str, written: Body) -> Body:
    amount = written.get("amount")
    return written if amount is None else written | {"amount": plain(round_amount(Decimal(amount), currency))}


_steps = (_any_steps | _told() | st.tuples(_told(), _any_steps).map(lambda both: [*both[0], *both[1]])).map(tuple)
worlds = st.builds(
    World,
    st.sampled_from(CURRENCIES),
    _policies,
    _projects,
    st.lists(st.builds(EntryMade, _written, _approved), min_size=2, max_size=MOST_ENTRIES).map(tuple),
    _steps,
    st.just(()) | _steps,
).map(_fitted)
