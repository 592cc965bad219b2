"""Entries, contracts and ledgers: the one every example begins with, and random ones as Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from domain.money import ZERO
from domain.project.actuals import (
    Actual,
    ApprovedAs,
    Contract,
    Customer,
    NewActual,
    Posting,
    ProjectBilling,
    rows_at_approval,
)
from domain.project.entries import AmountMethod, BillingType, Entry, EntryKind

Situation = tuple[Entry, ApprovedAs, Contract]

ONE = (Customer("C1", Decimal(100), rounding=True),)
ENTRY = Entry("E1", "P1", "bob", EntryKind.TIME, date(2026, 2, 2), Decimal(8))
CONTRACT = Contract("P1", ProjectBilling.TIME_AND_MATERIALS, "NOK", "NOK", Decimal(1), ONE, Decimal(100), Decimal(200))
EIGHT_HOURS: Situation = (ENTRY, ApprovedAs(Decimal(8), BillingType.CHARGEABLE), CONTRACT)
"""Eight hours at cost 100 and price 200 (project-recall, Generations), approved as submitted."""

CURRENCIES = ("NOK", "USD", "JPY", "KWD")


def decimals(low: str, high: str, *, places: int = 5) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


@st.composite
def customers(draw: st.DrawFn) -> tuple[Customer, ...]:
    """One to four customers whose shares come to 100; one of them, anywhere, takes the rounding."""
    many = draw(st.integers(1, 4))
    cuts = sorted(draw(st.lists(st.integers(1, 10_000_000 - 1), min_size=many - 1, max_size=many - 1, unique=True)))
    shares = [Decimal(end - start).scaleb(-5) for start, end in zip([0, *cuts], [*cuts, 10_000_000], strict=True)]
    rounding = draw(st.integers(0, many - 1))
    return tuple(Customer(f"C{index}", share, index == rounding) for index, share in enumerate(shares))


quantities = st.just(ZERO) | decimals("0", "24") | decimals("0", "100000") | st.just(Decimal("0.00001"))
prices = st.just(ZERO) | decimals("0", "2000", places=2) | decimals("0", "50")
contracts = st.builds(
    Contract,
    project=st.just("P1"),
    billing=st.sampled_from(ProjectBilling) | st.just(ProjectBilling.TIME_AND_MATERIALS),
    currency=st.sampled_from(CURRENCIES),
    cost_currency=st.sampled_from(CURRENCIES),
    exchange_rate=st.just(Decimal(1)) | decimals("0.001", "200", places=9),
    customers=customers(),
    cost_price=prices,
    sales_price=prices,
)
entries = st.builds(
    Entry,
    id=st.just("E1"),
    project=st.just("P1"),
    owner=st.just("bob"),
    kind=st.sampled_from(EntryKind),
    date=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    quantity=quantities,
    amount_method=st.sampled_from(AmountMethod),
    amount=decimals("-10000", "10000", places=3),
    cost_price=st.none() | prices,
    sales_price=st.none() | prices,
    task=st.none() | st.just("Design"),
)
approvals = st.builds(ApprovedAs, quantities, st.sampled_from(BillingType) | st.just(BillingType.CHARGEABLE))


@st.composite
def situations(draw: st.DrawFn) -> tuple[Entry, ApprovedAs, Contract]:
    """An entry, how it is approved (often as submitted), and its contract."""
    entry = draw(entries)
    approved = draw(approvals)
    if draw(st.booleans()):
        approved = replace(approved, billable_quantity=entry.quantity)
    return entry, approved, draw(contracts)


def ledger_of(situation: Situation) -> list[Actual]:
    """The rows an approval writes, as they stand in the ledger."""
    entry, approved, contract = situation
    return written(
        [], Posting((), tuple(NewActual(v) for v in rows_at_approval(entry, approved=approved, contract=contract)))
    )


def written(
    ledger: Iterable[Actual], posting: Posting, *, invoice: str | None = None, moves: bool = False
) -> list[Actual]:
    """The ledger after a posting: only the two status columns of a written row change, new rows come behind.

    New rows stand on the invoice; `moves` puts the changed ones there as well, as a draft does.
    """
    changes = {change.actual: change for change in posting.changes}
    rows = list(ledger)
    first = len(rows) + 1
    added = [
        Actual(number, new.values, new.adjustment, new.billing, _reversed_id(new, first), invoice=invoice)
        for number, new in enumerate(posting.rows, start=first)
    ]
    reversed_by = {row.reverses: row.id for row in added}
    kept = [
        replace(
            row,
            adjustment=changes[row.id].adjustment if row.id in changes else row.adjustment,
            billing=changes[row.id].billing if row.id in changes else row.billing,
            invoice=invoice if row.id in changes and moves else row.invoice,
        )
        for row in rows
    ]
    return [replace(row, reversed_by=reversed_by.get(row.id, row.reversed_by)) for row in (*kept, *added)]


def _reversed_id(new: NewActual, first: int) -> int | None:
    """The row a new one reverses: a written one, or one of its own posting, whose first row gets the id `first`."""
    return new.reverses if new.reverses_new is None else first + new.reverses_new
