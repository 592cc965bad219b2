"""Harvest's detailed expense report (time-exports, section 2)."""

from decimal import Decimal

import pytest

from domain.project.entries import AmountMethod, EntryKind
from imports.batch import make_batch
from imports.harvest import DETAILED_EXPENSE
from imports.report import Row
from tests.unit.imports.exports import EXPENSE_ROW, codes, read_good, written


def expense(change: dict[str, str]) -> Row:
    (row,) = read_good(written(EXPENSE_ROW, change), source=DETAILED_EXPENSE).rows
    return row


def test_the_price_of_a_unit_is_derived_and_the_amount_stands() -> None:
    report = read_good(written(EXPENSE_ROW, {}), source=DETAILED_EXPENSE)

    (entry,) = make_batch(report, known={}, unit_currency="JPY").entries

    assert (entry.kind, entry.category, entry.owner) == (EntryKind.EXPENSE, "Kilometres", "sunniva")
    assert (entry.quantity, entry.amount, entry.amount_method) == (
        Decimal("391.5"),
        Decimal(29642),
        AmountMethod.FIXED,
    )
    assert entry.sales_price == entry.cost_price == Decimal("75.71392")


def test_without_units_there_is_one_of_it() -> None:
    row = expense({"Units": ""})

    assert (row.quantity, row.billable_rate, row.cost_amount) == (Decimal(1), Decimal(29642), Decimal(29642))


def test_an_older_file_with_cost_is_read() -> None:
    older = (
        "Date",
        "Client",
        "Project",
        "Category",
        "Notes",
        "Cost",
        "Currency",
        "Billable?",
        "First name",
        "Last name",
    )
    row = {**EXPENSE_ROW, "Cost": "29,642.0", "Billable?": "Yes"}

    report = read_good(written(row, {}, headings=older), source=DETAILED_EXPENSE)

    assert next(report.rows).cost_amount == Decimal(29642)
    assert [warning.code for warning in report.warnings] == ["no_approval_column"]


@pytest.mark.parametrize(
    ("change", "heading", "code"),
    [
        ({"Amount": ""}, "Amount", "invalid_number"),
        ({"Amount": "-1.0"}, "Amount", "negative_amount"),
        ({"Units": "-2.0"}, "Units", "negative_quantity"),
        ({"Units": "0.0"}, "Units", "units_required"),
        ({"Currency": ""}, "Currency", "currency_required"),
        ({"Project": ""}, "Project", "project_required"),
        ({"First name": ""}, "First name", "person_required"),
        ({"Category": "=1"}, "Category", "formula_text"),
        ({"Reimbursable": "x"}, "Reimbursable", "invalid_flag"),
    ],
)
def test_a_fault_is_named_by_column_and_code(change: dict[str, str], heading: str, code: str) -> None:
    assert codes(written(EXPENSE_ROW, {"Notes": "a good row"}, change), source=DETAILED_EXPENSE) == [(2, heading, code)]


def test_time_and_expenses_of_one_project_are_of_one_project() -> None:
    report = read_good(written(EXPENSE_ROW, {}), source=DETAILED_EXPENSE)

    assert list(make_batch(report, known={}, unit_currency="JPY").projects) == ["Sakura Example KK\nApp review\nJPY"]
