"""What an approval writes, column by column, and how money is divided (project-recall, section 3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.project.actuals import (
    ActualType,
    ActualValues,
    ApprovedAs,
    Contract,
    Customer,
    Intercompany,
    ProjectBilling,
    rows_at_approval,
)
from domain.project.entries import AmountMethod, BillingType, Entry, EntryKind
from domain.project.splitting import split_quantity
from tests.project_examples import CONTRACT, ENTRY, ONE

pytestmark = pytest.mark.unit

DAY = date(2026, 2, 2)
IN_EURO = replace(CONTRACT, currency="EUR", exchange_rate=Decimal("11.555"), sales_price=Decimal("10.33"))
AS_SUBMITTED = ApprovedAs(ENTRY.quantity, BillingType.CHARGEABLE)


def approved(entry: Entry, contract: Contract, billable: str | None = None) -> tuple[ActualValues, ...]:
    quantity = entry.quantity if billable is None else Decimal(billable)
    return rows_at_approval(entry, approved=replace(AS_SUBMITTED, billable_quantity=quantity), contract=contract)


def shared_between(*shares: str, rounding: int) -> tuple[Customer, ...]:
    return tuple(Customer(f"C{place}", Decimal(share), place == rounding) for place, share in enumerate(shares))


ROOF = Entry(
    id="E7",
    project="P1",
    owner="bob",
    kind=EntryKind.MATERIAL,
    date=DAY,
    quantity=Decimal(3),
    task="Roof",
    role="Roofer",
    category="Tiles",
    product="T-100",
    unit_of_measure="m2",
)
COST_OF_ROOF = ActualValues(
    type=ActualType.COST,
    class_="material",
    billing_type=BillingType.CHARGEABLE,
    quantity=Decimal(3),
    price=Decimal(100),
    amount=Decimal(300),
    amount_method=AmountMethod.MULTIPLY,
    currency="NOK",
    exchange_rate=Decimal(1),
    exchange_rate_date=DAY,
    base_amount=Decimal(300),
    document_date=DAY,
    start_date=DAY,
    end_date=DAY,
    accounting_date=DAY,
    project="P1",
    entry="E7",
    tax=Decimal(0),
    extended_amount=Decimal(300),
    percent=Decimal(100),
    basis_quantity=Decimal(3),
    basis_amount=Decimal(300),
    task="Roof",
    resource="bob",
    role="Roofer",
    category="Tiles",
    product="T-100",
    unit_of_measure="m2",
    contract="K1",
    contract_line="K1-2",
    customer=None,
)


def test_every_column_of_the_rows_comes_from_the_entry_and_its_contract() -> None:
    contract = replace(IN_EURO, contract="K1", contract_line="K1-2")

    cost, sales = approved(ROOF, contract)

    assert cost == COST_OF_ROOF
    assert sales == replace(
        COST_OF_ROOF,
        type=ActualType.UNBILLED_SALES,
        price=Decimal("10.33"),
        amount=Decimal("30.99"),
        currency="EUR",
        exchange_rate=Decimal("11.555"),
        base_amount=Decimal("358.09"),
        extended_amount=Decimal("30.99"),
        basis_amount=Decimal("30.99"),
        customer="C1",
    )


@pytest.mark.parametrize("price", ["0", "77.50"])
def test_a_price_of_the_entry_comes_before_that_of_the_contract(price: str) -> None:
    entry = replace(ENTRY, cost_price=Decimal(price), sales_price=Decimal(price) * 2)

    cost, sales = approved(entry, CONTRACT)

    assert (cost.price, cost.amount) == (Decimal(price), Decimal(price) * 8)
    assert (sales.price, sales.amount) == (Decimal(price) * 2, Decimal(price) * 16)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2026, 1, 31), "11.555"),
        (date(2026, 2, 1), "12"),
        (date(2026, 2, 9), "12"),
        (date(2026, 2, 10), "10"),
        (date(2027, 1, 1), "10"),
    ],
)
def test_the_rate_is_the_last_one_set_for_the_day_of_the_entry_or_before(day: date, rate: str) -> None:
    later = ((date(2026, 2, 10), Decimal(10)), (date(2026, 2, 1), Decimal(12)))

    sales = approved(replace(ENTRY, date=day), replace(IN_EURO, sales_price=Decimal(200), later_rates=later))[1]

    assert (sales.exchange_rate, sales.exchange_rate_date) == (Decimal(rate), day)
    assert sales.base_amount == Decimal(1600) * Decimal(rate)


def test_a_resource_of_another_unit_adds_what_that_unit_spends_and_earns_in_the_currency_of_costs() -> None:
    lent = replace(IN_EURO, intercompany=Intercompany(resourcing_cost=Decimal(70), sales=Decimal(90)))

    cost, _, resourcing, between = approved(ENTRY, lent)

    assert resourcing == like_cost(cost, ActualType.RESOURCING_COST, price="70", amount="560")
    assert between == like_cost(cost, ActualType.INTERORG_SALES, price="90", amount="720")


def like_cost(cost: ActualValues, type: ActualType, *, price: str, amount: str) -> ActualValues:
    """A row like the cost row but for its price and amounts."""
    total = Decimal(amount)
    priced = replace(cost, type=type, price=Decimal(price), amount=total, base_amount=total)
    return replace(priced, extended_amount=total, basis_amount=total)


@pytest.mark.parametrize("billing", [ProjectBilling.FIXED_PRICE, ProjectBilling.INTERNAL, ProjectBilling.PRESALES])
def test_a_lent_resource_is_paid_whatever_the_customer_pays(billing: ProjectBilling) -> None:
    lent = replace(CONTRACT, billing=billing, intercompany=Intercompany(Decimal(70), Decimal(90)))

    assert [row.type.value for row in approved(ENTRY, lent)] == ["cost", "resourcing_cost", "interorg_sales"]


@pytest.mark.parametrize(
    ("billable", "rows"),
    [
        ("8", [("chargeable", "8", "1600")]),
        ("9.5", [("chargeable", "9.5", "1900")]),
        ("6", [("chargeable", "6", "1200"), ("non_chargeable", "2", "400")]),
        ("0", [("non_chargeable", "8", "1600")]),
    ],
)
def test_a_cut_leaves_the_rest_as_non_chargeable_and_a_raise_gives_one_row(
    billable: str, rows: list[tuple[str, str, str]]
) -> None:
    sales = approved(ENTRY, CONTRACT, billable)[1:]

    assert [(row.billing_type.value, row.quantity, row.amount) for row in sales] == [
        (billing_type, Decimal(quantity), Decimal(amount)) for billing_type, quantity, amount in rows
    ]
    assert all((row.basis_quantity, row.basis_amount) == (row.quantity, row.amount) for row in sales)


def test_nothing_submitted_and_nothing_billable_is_one_chargeable_row_of_nothing() -> None:
    rows = approved(replace(ENTRY, quantity=Decimal(0)), CONTRACT)

    assert [(row.type.value, row.quantity) for row in rows] == [
        ("cost", Decimal(0)),
        ("unbilled_sales", Decimal(0)),
    ]


def test_customers_share_the_quantity_and_the_one_who_takes_the_rounding_gets_what_is_left() -> None:
    thirds = replace(IN_EURO, customers=shared_between("33.33333", "33.33334", "33.33333", rounding=1))

    sales = approved(replace(ENTRY, quantity=Decimal(10), task="Design"), thirds)[1:]

    assert [(row.customer, row.percent, row.quantity, row.amount, row.base_amount) for row in sales] == [
        ("C0", Decimal("33.33333"), Decimal("3.33333"), Decimal("34.43"), Decimal("397.84")),
        ("C1", Decimal("33.33334"), Decimal("3.33334"), Decimal("34.44"), Decimal("397.95")),
        ("C2", Decimal("33.33333"), Decimal("3.33333"), Decimal("34.43"), Decimal("397.84")),
    ]
    whole = replace(approved(replace(ENTRY, quantity=Decimal(10), task="Design"), IN_EURO)[1], customer=None)
    for row in sales:
        assert row.extended_amount == row.amount
        assert whole == replace(
            row,
            customer=None,
            percent=whole.percent,
            quantity=whole.quantity,
            amount=whole.amount,
            extended_amount=whole.amount,
            base_amount=whole.base_amount,
        )


def test_a_fixed_amount_is_shared_as_an_amount() -> None:
    entry = replace(ENTRY, amount_method=AmountMethod.FIXED, amount=Decimal("100.00"))
    thirds = replace(CONTRACT, customers=shared_between("33.3", "33.3", "33.4", rounding=2))

    sales = approved(entry, thirds)[1:]

    assert [(row.quantity, row.amount, row.extended_amount) for row in sales] == [
        (Decimal("2.664"), Decimal("33.30"), Decimal("33.30")),
        (Decimal("2.664"), Decimal("33.30"), Decimal("33.30")),
        (Decimal("2.672"), Decimal("33.40"), Decimal("33.40")),
    ]


@pytest.mark.parametrize(
    ("billable", "rows"),
    [
        ("1", [("chargeable", "1", "33.34", "385.24"), ("non_chargeable", "2", "66.67", "770.38")]),
        ("0", [("non_chargeable", "3", "100.01", "1155.62")]),
        ("3", [("chargeable", "3", "100.01", "1155.62")]),
        ("4", [("chargeable", "4", "100.01", "1155.62")]),
    ],
    ids=["cut", "cut to nothing", "as submitted", "raised"],
)
def test_a_fixed_amount_that_is_cut_is_divided_and_comes_to_what_was_given(
    billable: str, rows: list[tuple[str, str, str, str]]
) -> None:
    entry = replace(ENTRY, quantity=Decimal(3), amount_method=AmountMethod.FIXED, amount=Decimal("100.01"))

    cost, *sales = approved(entry, IN_EURO, billable)

    assert [(row.billing_type.value, row.quantity, row.amount, row.base_amount) for row in sales] == [
        (billing_type, *map(Decimal, figures)) for billing_type, *figures in rows
    ]
    assert all((row.extended_amount, row.basis_amount) == (row.amount, row.amount) for row in sales)
    assert cost.amount == Decimal("1155.62")


def test_a_fixed_amount_is_cut_as_an_invoice_cuts_it() -> None:
    entry = replace(ENTRY, amount_method=AmountMethod.FIXED, amount=Decimal("100.01"))
    uncut = approved(entry, IN_EURO)[1]

    part, rest = split_quantity(uncut, Decimal(3), base_currency=IN_EURO.cost_currency)

    assert rest is not None
    assert approved(entry, IN_EURO, "3")[1:] == (part, replace(rest, billing_type=BillingType.NON_CHARGEABLE))


@pytest.mark.parametrize(
    ("amount", "contract", "cost"),
    [
        ("100.00", IN_EURO, "1155.50"),
        ("-0.33", IN_EURO, "-3.81"),
        ("100.00", replace(IN_EURO, currency="NOK"), "100.00"),
        ("101", replace(IN_EURO, currency="JPY", cost_currency="KWD", exchange_rate=Decimal("0.002025")), "0.205"),
        ("1.250", replace(IN_EURO, currency="KWD", cost_currency="JPY", exchange_rate=Decimal("493.8")), "617"),
        ("100.00", replace(IN_EURO, later_rates=((date(2026, 2, 1), Decimal(12)),)), "1200.00"),
    ],
    ids=["euro", "a credit", "one currency", "yen", "dinars", "the rate of the day"],
)
def test_a_fixed_amount_is_of_the_contract_and_costs_the_same_money(amount: str, contract: Contract, cost: str) -> None:
    entry = replace(ENTRY, amount_method=AmountMethod.FIXED, amount=Decimal(amount))

    spent, sales = approved(entry, contract)

    assert (sales.amount, sales.currency) == (Decimal(amount), contract.currency)
    assert (spent.amount, spent.currency, spent.exchange_rate) == (Decimal(cost), contract.cost_currency, Decimal(1))
    assert {spent.base_amount, spent.extended_amount, spent.basis_amount} == {Decimal(cost)}


def test_what_a_lending_unit_spends_and_earns_on_a_fixed_amount_is_the_cost_of_it() -> None:
    lent = replace(IN_EURO, intercompany=Intercompany(resourcing_cost=Decimal(70), sales=Decimal(90)))
    entry = replace(ENTRY, amount_method=AmountMethod.FIXED, amount=Decimal("100.00"))

    cost, _, resourcing, between = approved(entry, lent)

    assert cost.amount == resourcing.amount == between.amount == Decimal("1155.50")


def test_an_amount_without_the_method_fixed_counts_for_nothing() -> None:
    cost, sales = approved(replace(ENTRY, amount=Decimal(5)), replace(CONTRACT, customers=ONE))

    assert (cost.amount, sales.amount) == (Decimal(800), Decimal(1600))
