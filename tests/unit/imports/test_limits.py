"""Figures and days of a file have the limits that those of a request have, and are refused by the same words (imports.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from api.models import fields
from domain.language import Language
from domain.limits import AMOUNT, PRICE, QUANTITY, Limit, excess_of
from imports.faults import Fault, FaultyFile
from imports.harvest import DETAILED_EXPENSE
from imports.reading import ImportOptions, read_report
from imports.report import Report
from imports.sources import SOURCES
from tests.unit.imports.exports import export, read_good, written

pytestmark = pytest.mark.unit

EXPENSE = {
    "Date": "2026-02-10",
    "Client": "A",
    "Project": "P",
    "Category": "Travel",
    "Units": "",
    "Amount": "10.5",
    "Billable": "Yes",
    "First name": "Mia",
    "Last name": "Hart",
    "Currency": "NOK",
}
TOGGL = {
    "User": "Mia Hart",
    "Email": "mia@example.com",
    "Client": "A",
    "Project": "P",
    "Description": "x",
    "Billable": "Yes",
    "Start date": "2026-02-10",
    "Start time": "08:00:00",
    "Duration": "01:00:00",
    "Amount (EUR)": "10.00",
}
NO_RATE = {"Billable Rate": "", "Billable Amount": "", "Cost Rate": "", "Cost Amount": ""}


def the_fault(content: bytes, slug: str = "harvest") -> Fault:
    options = ImportOptions(approved_without_column=True, number_format="dot")
    read = read_report(content, source=SOURCES[slug], options=options)
    assert isinstance(read, FaultyFile), read
    (fault,) = read.faults
    return fault


@pytest.mark.parametrize(
    ("change", "heading", "expected"),
    [
        ({"Hours": "123456789", **NO_RATE}, "Hours", "digits"),
        ({"Hours": "1.123456", **NO_RATE}, "Hours", "decimal_places"),
        ({"Billable Rate": "1234567890"}, "Billable Rate", "digits"),
        ({"Billable Rate": "0.123456", "Billable Amount": ""}, "Billable Rate", "decimal_places"),
        ({"Cost Amount": "1234567890123"}, "Cost Amount", "digits"),
        ({"Date": "1899-12-31"}, "Date", "day_range"),
        ({"Date": "2200-01-01"}, "Date", "day_range"),
        ({"Date": "9999-12-31"}, "Date", "day_range"),
    ],
)
def test_what_a_request_may_not_hold_a_file_may_not_hold_either(
    change: dict[str, str], heading: str, expected: str
) -> None:
    fault = the_fault(export(change))

    assert (fault.code, fault.heading, fault.facts["expected"]) == ("invalid_value", heading, expected)
    assert (fault.line, fault.record) == (2, 1)
    assert fault.column is not None


def test_the_words_are_those_of_a_request_in_both_languages() -> None:
    fault = the_fault(export({"Date": "2200-01-01"}))
    too_many = the_fault(export({"Hours": "1.1234567", **NO_RATE}))

    assert (
        fault.describe(Language.EN) == "The value of Date is not accepted: the day must lie in the years 1900 to 2199."
    )
    assert fault.describe(Language.NB) == "Verdien av Date godtas ikke: dagen må ligge i årene 1900 til 2199."
    assert too_many.describe(Language.EN) == "The value of Hours is not accepted: the number has more than 5 decimals."
    assert too_many.advise(Language.NB)


@pytest.mark.parametrize(
    "change",
    [
        {"Hours": "99999999.99999", **NO_RATE},
        {"Hours": "8.000000000", **NO_RATE},
        {"Date": "1900-01-01"},
        {"Date": "2199-12-31"},
        {"Hours": "0", "Billable Rate": "999999999.99999", "Billable Amount": "0", "Cost Rate": "", "Cost Amount": ""},
    ],
)
def test_what_is_just_within_is_read(change: dict[str, str]) -> None:
    assert len(list(read_good(export(change)).rows)) == 1


@pytest.mark.parametrize(
    ("change", "heading", "expected"),
    [
        ({"Amount": "1234567890123"}, "Amount", "digits"),
        ({"Amount": "1.123456"}, "Amount", "decimal_places"),
        ({"Units": "1.123456"}, "Units", "decimal_places"),
        ({"Units": "0.00001", "Amount": "10000.01"}, "Amount", "digits"),
    ],
)
def test_an_expense_has_limits_too_and_so_has_the_price_that_follows(
    change: dict[str, str], heading: str, expected: str
) -> None:
    fault = the_fault(written(EXPENSE, change), "harvest-expenses")

    assert (fault.code, fault.heading, fault.facts["expected"]) == ("invalid_value", heading, expected)


BY_CURRENCY = pytest.mark.parametrize(
    ("currency", "amount", "most"),
    [
        ("NOK", "10.50", None),
        ("NOK", "10.500", None),
        ("NOK", "10.505", "2"),
        ("JPY", "10.0", None),
        ("JPY", "10.5", "0"),
        ("KWD", "10.505", None),
        ("KWD", "10.5055", "3"),
    ],
)


def too_fine(content: bytes, slug: str) -> str | None:
    """How many decimals the amount of the only row may have, where it has more."""
    options = ImportOptions(number_format="dot")
    if isinstance(read_report(content, source=SOURCES[slug], options=options), Report):
        return None
    fault = the_fault(content, slug)
    assert (fault.code, fault.facts["expected"]) == ("invalid_value", "decimal_places")
    assert str(fault.heading).startswith(("Amount", "Billable Amount"))
    return fault.facts["most"]


@BY_CURRENCY
@pytest.mark.parametrize("billable", ["Yes", "No"])
def test_the_amount_of_an_expense_has_the_decimals_of_its_currency(
    currency: str, amount: str, billable: str, most: str | None
) -> None:
    content = written(EXPENSE, {"Currency": currency, "Amount": amount, "Billable": billable})

    assert too_fine(content, "harvest-expenses") == most


@BY_CURRENCY
def test_an_amount_that_a_price_is_made_from_has_the_decimals_of_its_currency(
    currency: str, amount: str, most: str | None
) -> None:
    row = {name.replace("EUR", currency): value for name, value in TOGGL.items()}
    change = {f"Amount ({currency})": amount}
    undecided = tuple(name for name in row if name != "Billable")
    named = {"Duration (h)": "01:00:00", f"Billable Amount ({currency})": amount}
    clockify = {name: value for name, value in row.items() if "mount" not in name and name != "Duration"} | named

    assert too_fine(written(row, change), "toggl") == most
    assert too_fine(written(row, change, headings=undecided), "toggl") == most
    assert too_fine(written(clockify, {}), "clockify") == most
    assert too_fine(written(row, {**change, "Billable": "No"}), "toggl") is None


def test_an_amount_that_is_not_that_of_its_time_is_told_once_however_many_decimals_it_has() -> None:
    row = {**TOGGL, "Duration": "00:00:00", "Amount (EUR)": "10.005"}

    assert the_fault(written(row, {}), "toggl").code == "amount_mismatch"
    assert the_fault(written({**row, "Duration": "01:00:00"}, {"Amount (EUR)": "-10.005"}), "toggl").code == (
        "negative_amount"
    )


def test_a_unit_price_is_rounded_and_no_fault() -> None:
    read = read_report(written(EXPENSE, {"Units": "3", "Amount": "10.00"}), source=DETAILED_EXPENSE)

    assert isinstance(read, Report)


@pytest.mark.parametrize(
    ("change", "heading", "expected"),
    [
        ({"Start date": "1899-12-31"}, "Start date", "day_range"),
        ({"Amount (EUR)": "1234567890123"}, "Amount (EUR)", "digits"),
        ({"Duration": "00:00:01", "Amount (EUR)": "999999999.00"}, "Amount (EUR)", "digits"),
    ],
)
def test_the_wall_clock_has_the_same_limits(change: dict[str, str], heading: str, expected: str) -> None:
    fault = the_fault(written(TOGGL, change), "toggl")

    assert (fault.code, fault.heading, fault.facts["expected"]) == ("invalid_value", heading, expected)


@pytest.mark.parametrize(
    ("kind", "limit"), [(fields.Quantity, QUANTITY), (fields.Price, PRICE), (fields.Amount, AMOUNT)]
)
@pytest.mark.parametrize("digits", range(7, 15))
@pytest.mark.parametrize("places", [0, 1, 5, 6])
def test_a_file_and_a_request_agree_on_every_size(kind: Any, limit: Limit, digits: int, places: int) -> None:
    text = "9" * digits + ("." + "1" * places if places else "")

    found = excess_of(Decimal(text), limit)

    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError as error:
        assert found is not None
        (told,) = error.errors()
        assert (told["type"], told["ctx"]["most"]) == (found.expected, str(found.most))
    else:
        assert found is None


@pytest.mark.parametrize(
    "heading", ["Client", "Project", "Project Code", "Task", "First Name", "Last Name", "Employee Id"]
)
def test_a_name_in_a_file_is_as_long_as_one_of_a_request(heading: str) -> None:
    whole = {"First Name": "ø", "Last Name": ""} if heading.endswith("Name") else {}
    just = export({**whole, heading: "ø" * (198 if heading == "Last Name" else 200)})
    fault = the_fault(export({heading: "ø" * 201}))

    assert len(list(read_good(just).rows)) == 1
    assert (fault.code, fault.heading, fault.line) == ("invalid_value", heading, 2)
    assert fault.describe(Language.EN) == f"The value of {heading} is not accepted: the value is longer than 200."


def test_first_and_last_name_are_one_name() -> None:
    fault = the_fault(export({"First Name": "a" * 150, "Last Name": "b" * 50}))

    assert (fault.code, fault.heading, fault.facts["most"]) == ("invalid_value", "First Name", "200")


@pytest.mark.parametrize("heading", ["User", "Email", "Client", "Project"])
def test_the_wall_clock_has_names_of_the_same_length(heading: str) -> None:
    fault = the_fault(written(TOGGL, {heading: "a" * 201}), "toggl")

    assert (fault.code, fault.heading, fault.facts["expected"]) == ("invalid_value", heading, "shorter")
