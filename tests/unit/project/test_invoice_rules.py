"""Which invoices may be changed, how quantities and amounts are divided, what a line brings (project-recall, section 5 and Money)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.money import multiply, round_amount
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    Adjustment,
    BillingStatus,
    NewActual,
    Posting,
    StatusChange,
    negated,
)
from domain.project.credit import credit_milestone
from domain.project.entries import AmountMethod, BillingType
from domain.project.invoicing import (
    Billed,
    Figures,
    Invoice,
    InvoiceStatus,
    check_confirmed,
    check_draft,
    invoiced_amount,
    is_credit,
    kept_quantities,
)
from domain.project.splitting import split_quantity
from domain.refusals import Code, Refusal
from tests.project_examples import EIGHT_HOURS, ledger_of

pytestmark = pytest.mark.unit

ROW = replace(
    ledger_of(EIGHT_HOURS)[1].values,
    price=Decimal("33.335"),
    amount=Decimal("266.68"),
    basis_amount=Decimal("266.68"),
    currency="EUR",
    exchange_rate=Decimal("11.5"),
    base_amount=Decimal("3066.82"),
)
FIXED = replace(
    ROW,
    amount_method=AmountMethod.FIXED,
    amount=Decimal("100.00"),
    basis_amount=Decimal("100.00"),
    base_amount=Decimal("1150.00"),
)

CONFIRMED = Refusal(Code.INVOICE_CONFIRMED, "I1", {"invoice": "INV-7"})
NOT_CONFIRMED = Refusal(Code.INVOICE_NOT_CONFIRMED, "I1", {"invoice": "INV-7"})
UNKNOWN = Refusal(Code.UNKNOWN_INVOICE, "I1")


@pytest.mark.parametrize(
    ("status", "to_change", "to_pay_or_revise"),
    [
        (InvoiceStatus.DRAFT, None, NOT_CONFIRMED),
        (InvoiceStatus.CONFIRMED, CONFIRMED, None),
        (InvoiceStatus.PAID, CONFIRMED, None),
        (InvoiceStatus.DELETED, UNKNOWN, UNKNOWN),
    ],
)
def test_a_draft_may_be_changed_and_a_confirmed_invoice_may_be_paid_or_revised(
    status: InvoiceStatus, to_change: Refusal | None, to_pay_or_revise: Refusal | None
) -> None:
    invoice = Invoice("I1", "INV-7", status)

    assert check_draft(invoice) == to_change
    assert check_confirmed(invoice) == to_pay_or_revise


def part_of(row: ActualValues, quantity: str, amount: str, base: str) -> ActualValues:
    """The row at another quantity: all its quantities and amounts follow, nothing else."""
    return replace(
        row,
        quantity=Decimal(quantity),
        amount=Decimal(amount),
        extended_amount=Decimal(amount),
        basis_quantity=Decimal(quantity),
        basis_amount=Decimal(amount),
        base_amount=Decimal(base),
    )


@pytest.mark.parametrize(
    ("row", "quantity", "part", "rest"),
    [
        (ROW, "8", ROW, None),
        (ROW, "0", None, ROW),
        (ROW, "5", part_of(ROW, "5", "166.68", "1916.82"), part_of(ROW, "3", "100.00", "1150.00")),
        (ROW, "9", part_of(ROW, "9", "300.02", "3450.23"), None),
        (FIXED, "3", part_of(FIXED, "3", "37.50", "431.25"), part_of(FIXED, "5", "62.50", "718.75")),
        (FIXED, "0.00001", part_of(FIXED, "0.00001", "0.00", "0.00"), part_of(FIXED, "7.99999", "100.00", "1150.00")),
    ],
    ids=["all of it", "nothing", "by price", "more than it has", "a fixed amount by share", "a trifle"],
)
def test_a_row_is_divided_by_quantity_without_losing_a_smallest_unit(
    row: ActualValues, quantity: str, part: ActualValues | None, rest: ActualValues | None
) -> None:
    assert split_quantity(row, Decimal(quantity), base_currency="NOK") == (part, rest)


@pytest.mark.parametrize("quantity", ["3.33333", "0.00001", "7.99999", "1.7"])
@pytest.mark.parametrize("rate", ["11.5", "0.0871", "9.99999"])
def test_nor_does_it_in_the_currency_of_the_unit(quantity: str, rate: str) -> None:
    whole = round_amount(multiply(Decimal("1600.00"), Decimal(rate)), "NOK")
    row = replace(ROW, price=Decimal(200), amount=Decimal("1600.00"), basis_amount=Decimal("1600.00"))
    row = replace(row, exchange_rate=Decimal(rate), base_amount=whole)

    part, rest = split_quantity(row, Decimal(quantity), base_currency="NOK")

    assert part is not None
    assert rest is not None
    assert part.base_amount + rest.base_amount == whole
    assert part.base_amount == round_amount(multiply(part.amount, Decimal(rate)), "NOK")


def test_a_fixed_amount_without_a_quantity_stands_as_given_when_a_quantity_is_billed() -> None:
    nothing = replace(FIXED, quantity=Decimal(0), basis_quantity=Decimal(0))

    part, rest = split_quantity(nothing, Decimal(2), base_currency="NOK")

    assert part is not None
    assert (part.quantity, part.amount, part.base_amount) == (Decimal(2), FIXED.amount, FIXED.base_amount)
    assert (part.basis_quantity, part.basis_amount) == (Decimal(2), FIXED.basis_amount)
    assert rest is None


def test_a_quantity_billed_of_a_share_of_nothing_is_that_share_of_its_basis() -> None:
    nothing = replace(ROW, quantity=Decimal(0), basis_quantity=Decimal(0), percent=Decimal(25))

    part, _ = split_quantity(nothing, Decimal(2), base_currency="NOK")

    assert part is not None
    assert (part.quantity, part.basis_quantity, part.basis_amount) == (Decimal(2), Decimal(8), Decimal("266.68"))


@pytest.mark.parametrize("quantity", ["0", "-0.00001"])
def test_all_is_the_rest_of_nothing_whatever_its_quantity_is(quantity: str) -> None:
    row = replace(FIXED, quantity=Decimal(quantity))

    assert split_quantity(row, Decimal(0), base_currency="NOK") == (None, row)


def test_the_base_amount_of_a_part_has_the_decimals_of_its_own_currency() -> None:
    part, _ = split_quantity(ROW, Decimal(5), base_currency="JPY")

    assert part is not None
    assert str(part.base_amount) == "1917"


def rows_of(*quantities: str, free: str = "") -> list[Actual]:
    """Billed rows of these quantities; `free` says of which one, by its place, that nobody pays for it."""
    kinds = [BillingType.NON_CHARGEABLE if str(place) in free else BillingType.CHARGEABLE for place in range(9)]
    return [
        Actual(place + 1, replace(ROW, quantity=Decimal(quantity), billing_type=kinds[place]))
        for place, quantity in enumerate(quantities)
    ]


TRIFLES = ("0.00001",) * 5


@pytest.mark.parametrize(
    ("rows", "keep", "kept"),
    [
        (rows_of("8"), "6", ["6"]),
        (rows_of("4", "4"), "6", ["3", "3"]),
        (rows_of("2", "3", "5"), "1", ["0.2", "0.3", "0.5"]),
        (rows_of("1", "1", "1"), "1", ["0.33333", "0.33333", "0.33334"]),
        (rows_of("4", "4"), "8", ["4", "4"]),
        (rows_of("4", "4"), "0", ["0", "0"]),
        (rows_of("6", "2", free="1"), "3", ["3", "2"]),
        (rows_of("6", "2", free="1"), "0", ["0", "0"]),
        (rows_of("3", "1", free="01"), "2", ["1.5", "0.5"]),
        (rows_of("0", "0"), "0", ["0", "0"]),
        (rows_of("4", "4"), "10", ["5", "5"]),
        (rows_of("0.00001", "0.00001", "0.00001"), "0.00002", ["0.00001", "0.00001", "0"]),
        (rows_of("0.00002", "0.00001", "0.00001"), "0.00001", ["0.00001", "0", "0"]),
        (rows_of(*TRIFLES[:4]), "0.00002", ["0.00001", "0.00001", "0", "0"]),
        (rows_of(*TRIFLES[:5]), "0.00002", ["0", "0", "0", "0.00001", "0.00001"]),
        (rows_of("0", *TRIFLES[:4]), "0.00002", ["0", "0.00001", "0.00001", "0", "0"]),
        (rows_of("-2", "4"), "1", ["-1", "2"]),
    ],
)
def test_rows_share_what_is_kept_of_an_entry(rows: list[Actual], keep: str, kept: list[str]) -> None:
    assert kept_quantities(rows, Decimal(keep)) == [Decimal(one) for one in kept]


@pytest.mark.parametrize(
    ("rows", "kept", "credits"),
    [
        (rows_of("8"), ["0"], True),
        (rows_of("8"), ["7.99999"], True),
        (rows_of("8"), ["8"], False),
        (rows_of("8"), ["9"], False),
        (rows_of("8"), ["-1"], False),
        (rows_of("4", "4"), ["4", "3"], True),
        (rows_of("4", "4"), ["5", "1"], False),
        (rows_of("6", "2", free="1"), ["6", "2"], False),
        (rows_of("6", "2", free="1"), ["7", "0"], False),
        (rows_of("6", "2", free="1"), ["5", "2"], True),
        (rows_of("0", "2", free="1"), ["0", "0"], True),
        (rows_of("0"), ["0"], True),
        (rows_of("0"), ["1"], False),
        (rows_of("0.00003", "-0.00001"), ["0", "0"], True),
        (rows_of("0.00003", "-0.00001"), ["0.00001", "0"], False),
        ([], [], False),
    ],
)
def test_a_credit_takes_less_than_is_billed_of_every_row_and_something_of_one(
    rows: list[Actual], kept: list[str], *, credits: bool
) -> None:
    assert is_credit([Billed(row, Decimal(one)) for row, one in zip(rows, kept, strict=True)]) is credits


LINE = Figures(Decimal(8), Decimal(200), Decimal(1600), "NOK", fixed=False, chargeable=True, billed=None)


def at(billed: str | None) -> Figures:
    return replace(LINE, billed=None if billed is None else Decimal(billed))


def fixed(billed: str, quantity: str = "8") -> Figures:
    return replace(at(billed), quantity=Decimal(quantity), amount=Decimal("100.01"), fixed=True)


@pytest.mark.parametrize(
    ("line", "invoiced", "on_a_corrective_invoice"),
    [
        (at(None), "1600", "0"),
        (at("8"), "1600", "0"),
        (at("6"), "1200", "-400"),
        (at("0"), "0", "-1600"),
        (replace(at("6.125"), price=Decimal("200.01")), "1225.06", "-374.94"),
        (fixed("4"), "50.01", "-50.00"),
        (fixed("8"), "100.01", "0"),
        (fixed("2", quantity="0"), "100.01", "0"),
        (replace(at("6"), chargeable=False), "0", "0"),
    ],
)
def test_a_line_brings_what_is_billed_of_it_and_a_corrective_one_takes_back_what_is_not_kept(
    line: Figures, invoiced: str, on_a_corrective_invoice: str
) -> None:
    assert invoiced_amount(line, corrective=False) == Decimal(invoiced)
    assert invoiced_amount(line, corrective=True) == Decimal(on_a_corrective_invoice)


@pytest.mark.parametrize("row", [ROW, FIXED], ids=["by price", "fixed"])
def test_a_line_and_the_row_it_becomes_bring_the_same(row: ActualValues) -> None:
    line = Figures(row.quantity, row.price, row.amount, "EUR", row is FIXED, chargeable=True, billed=Decimal(3))

    part, _ = split_quantity(row, Decimal(3), base_currency="NOK")

    assert part is not None
    assert invoiced_amount(line, corrective=False) == part.amount


def test_a_milestone_is_neutralised_as_a_whole() -> None:
    milestone = Actual(7, replace(FIXED, type=ActualType.MILESTONE, entry=None))

    posting = credit_milestone(milestone, keep=Decimal(0))

    reversal = NewActual(negated(milestone.values), Adjustment.UNADJUSTABLE, BillingStatus.POSTED, reverses=7)
    assert posting == Posting((StatusChange(7, Adjustment.ADJUSTED, BillingStatus.POSTED),), (reversal,))


@pytest.mark.parametrize("keep", ["0.00001", "0.5", "1", "-1"])
def test_a_milestone_of_which_something_is_to_stay_is_not_credited(keep: str) -> None:
    milestone = Actual(7, replace(FIXED, type=ActualType.MILESTONE, entry=None))

    assert credit_milestone(milestone, keep=Decimal(keep)) == Refusal(Code.MILESTONE_PARTIAL_CREDIT, "7")
