"""What a later export says otherwise than the store: told, field by field, and never guessed (imports.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.project.entries import BillingType, EntryKind, EntryStatus
from domain.project.imported_changes import Change, Difference, Says, StoredRow, differences, pair
from domain.project.importing import ImportedAs, ImportedEntry

pytestmark = pytest.mark.unit

ROW = ImportedEntry(
    identity="a",
    project="P",
    owner="mia",
    kind=EntryKind.TIME,
    date=date(2026, 2, 2),
    quantity=Decimal(8),
    billable_quantity=Decimal(8),
    billing_type=BillingType.CHARGEABLE,
    cost_price=Decimal(50),
    sales_price=Decimal(100),
    becomes=ImportedAs.APPROVED,
    task="Development",
    description="Login",
    role=None,
)
STORED = StoredRow(
    id="E1",
    identity="a",
    status=EntryStatus.APPROVED,
    quantity=Decimal("8.00000"),
    billing_type=BillingType.CHARGEABLE,
    cost_price=Decimal(50),
    sales_price=Decimal("100.00"),
    amount=None,
    billable_quantity=Decimal(8),
    billed_on=None,
    approved_by_import=True,
)
EVERYTHING = Says(approval=True, invoices=True)


def found(row: ImportedEntry, stored: StoredRow, *, says: Says = EVERYTHING, same: bool = True) -> list[Difference]:
    return list(differences(row, stored, says=says, same_row=same))


def test_a_row_that_is_stored_as_it_says_differs_in_nothing() -> None:
    assert found(ROW, STORED) == []
    assert found(ROW, STORED, same=False) == []


@pytest.mark.parametrize(
    ("row", "field", "stored", "said"),
    [
        (replace(ROW, quantity=Decimal("7.5"), billable_quantity=Decimal("7.5")), "quantity", "8", "7.5"),
        (replace(ROW, billable_quantity=Decimal(10)), "billable_quantity", "8", "10"),
        (replace(ROW, sales_price=Decimal(120)), "sales_price", "100", "120"),
        (replace(ROW, cost_price=Decimal("50.5")), "cost_price", "50", "50.5"),
        (replace(ROW, billing_type=BillingType.NOT_AVAILABLE), "billable", "Yes", "No"),
    ],
)
@pytest.mark.parametrize(("same", "change"), [(True, Change.CHANGED_SINCE), (False, Change.CHANGED_ROW)])
def test_each_value_that_differs_is_told_with_both(
    row: ImportedEntry, field: str, stored: str, said: str, *, same: bool, change: Change
) -> None:
    assert found(row, STORED, same=same) == [Difference(change, field, stored, said)]


def test_of_an_expense_the_amount_counts_and_not_the_price_that_follows() -> None:
    row = replace(ROW, kind=EntryKind.EXPENSE, amount=Decimal(90), quantity=Decimal(3), billable_quantity=Decimal(3))
    stored = replace(
        STORED, amount=Decimal(100), quantity=Decimal(3), billable_quantity=Decimal(3), sales_price=Decimal(33)
    )

    assert found(row, stored) == [Difference(Change.CHANGED_SINCE, "amount", "100", "90")]


@pytest.mark.parametrize(
    ("becomes", "stored", "change"),
    [
        (ImportedAs.BILLED, STORED, Change.INVOICED_SINCE),
        (ImportedAs.BILLED, replace(STORED, status=EntryStatus.RETURNED), Change.INVOICED_SINCE),
        (ImportedAs.BILLED, replace(STORED, billed_on="proforma"), None),
        (ImportedAs.BILLED, replace(STORED, billed_on="external"), None),
        (ImportedAs.APPROVED, replace(STORED, status=EntryStatus.DRAFT), Change.APPROVED_SINCE),
        (ImportedAs.APPROVED, replace(STORED, status=EntryStatus.RETURNED), Change.APPROVED_SINCE),
        (ImportedAs.APPROVED, replace(STORED, status=EntryStatus.DELETED), Change.APPROVED_SINCE),
        (ImportedAs.APPROVED, replace(STORED, status=EntryStatus.RECALL_REQUESTED), None),
        (ImportedAs.APPROVED, replace(STORED, billed_on="external"), Change.INVOICE_GONE),
        (ImportedAs.APPROVED, replace(STORED, billed_on="proforma"), None),
        (ImportedAs.DRAFT, STORED, Change.APPROVAL_GONE),
        (ImportedAs.SUBMITTED, STORED, Change.APPROVAL_GONE),
        (ImportedAs.DRAFT, replace(STORED, approved_by_import=False), None),
        (ImportedAs.DRAFT, replace(STORED, status=EntryStatus.RETURNED), None),
    ],
)
def test_what_became_of_it_is_told_where_the_two_disagree(
    becomes: ImportedAs, stored: StoredRow, change: Change | None
) -> None:
    told = found(replace(ROW, becomes=becomes), stored)

    field = "invoiced" if change in (Change.INVOICED_SINCE, Change.INVOICE_GONE) else "approved"
    assert told == ([] if change is None else [Difference(change, field, status=stored.status.value)])


def test_a_file_that_says_nothing_of_approval_or_invoices_takes_nothing_back() -> None:
    nothing = Says(approval=False, invoices=False)

    assert found(replace(ROW, becomes=ImportedAs.DRAFT), STORED, says=nothing) == []
    assert found(ROW, replace(STORED, billed_on="external"), says=nothing) == []


def test_what_has_no_sales_is_never_missing_on_an_invoice() -> None:
    row = replace(ROW, becomes=ImportedAs.BILLED, billing_type=BillingType.NOT_AVAILABLE)

    assert found(row, replace(STORED, billing_type=BillingType.NOT_AVAILABLE)) == []


def test_the_values_of_a_deleted_entry_are_nobody_s_any_more() -> None:
    row = replace(ROW, quantity=Decimal(1), billable_quantity=Decimal(1), becomes=ImportedAs.DRAFT)

    assert found(row, replace(STORED, status=EntryStatus.DELETED)) == []


def hours(name: str, quantity: int) -> ImportedEntry:
    return replace(ROW, identity=name, quantity=Decimal(quantity), billable_quantity=Decimal(quantity))


def entry(name: str, quantity: int) -> StoredRow:
    return replace(STORED, id=name, identity=name, quantity=Decimal(quantity), billable_quantity=Decimal(quantity))


def test_rows_that_are_alike_are_paired_by_their_values_first_and_then_in_order() -> None:
    rows = [hours("r1", 2), hours("r2", 3), hours("r3", 4)]
    stored = [entry("e1", 5), entry("e2", 3), entry("e3", 9)]

    paired = {(row.identity, one.id) for row, one in pair(rows, stored)}

    assert paired == {("r2", "e2"), ("r1", "e1"), ("r3", "e3")}


def test_what_is_left_over_is_new_or_gone() -> None:
    assert [(row.identity, one.id) for row, one in pair([hours("r1", 2), hours("r2", 3)], [entry("e1", 9)])] == [
        ("r1", "e1")
    ]
    assert len(pair([hours("r1", 2)], [entry("e1", 9), entry("e2", 2)])) == 1
    assert pair([hours("r1", 2)], [entry("e1", 9), entry("e2", 2)])[0][1].id == "e2"
    assert pair([], [entry("e1", 1)]) == pair([hours("r1", 1)], []) == []
