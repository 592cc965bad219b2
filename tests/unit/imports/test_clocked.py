"""Clockify and Toggl: what their files hold, and every rule of their rows (time-exports, sections 3 and 4)."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import product
from imports.batch import make_batch
from imports.clockify import CLOCKIFY
from imports.reading import ImportOptions
from imports.report import Row
from imports.source import Source
from imports.toggl import TOGGL
from tests.unit.imports.exports import CLOCKIFY_ROW, TOGGL_ROW, codes, read_good, written

BOTH = pytest.mark.parametrize(
    ("source", "row"), [(CLOCKIFY, CLOCKIFY_ROW), (TOGGL, TOGGL_ROW)], ids=["clockify", "toggl"]
)
WITHOUT_MONEY = tuple(name for name in CLOCKIFY_ROW if "(EUR)" not in name)


def clockify(change: Mapping[str, str], **options: Any) -> Row:
    (row,) = read_good(written(CLOCKIFY_ROW, change), ImportOptions(**options), source=CLOCKIFY).rows
    return row


def toggl(change: Mapping[str, str]) -> Row:
    (row,) = read_good(written(TOGGL_ROW, change), source=TOGGL).rows
    return row


def test_a_row_of_clockify() -> None:
    row = clockify({})

    assert (row.date, row.started_at, row.seconds) == (date(2026, 1, 14), time(16, 30), Decimal(1200))
    assert (row.quantity, row.billable_rate, row.billable_amount, row.currency) == (
        Decimal("0.33333"),
        Decimal("112.50"),
        Decimal("37.50"),
        "EUR",
    )
    assert (row.first_name, row.last_name, row.mark) == ("Åse", "Ødegård", "ase@team.example")
    assert (row.approved, row.invoiced, row.outcome) == (False, False, "unapproved")


def test_a_row_of_toggl_has_its_rate_derived_from_the_amount() -> None:
    row = toggl({})

    assert (row.seconds, row.quantity, row.billable_amount) == (Decimal(938), Decimal("0.26056"), Decimal("24.75"))
    assert row.billable_rate is not None
    assert product(row.quantity, row.billable_rate, currency="EUR") == Decimal("24.75")


def test_two_apostrophes_of_clockify_are_a_double_quote_and_a_back_slash_is_itself() -> None:
    assert clockify({"Description": "the ''new'' one\\"}).notes == 'the "new" one\\'
    assert toggl({"Description": "the ''new'' one"}).notes == "the ''new'' one"


def test_the_number_of_the_invoice_is_kept() -> None:
    row = clockify({"Invoiced": "Yes", "Invoice ID": "INV-2026-004"})

    assert (row.outcome, row.external_invoice) == ("billed", "INV-2026-004")


@pytest.mark.parametrize(
    ("day", "start", "end_day", "end", "duration"),
    [
        ("2026-03-29", "01:30:00", "2026-03-29", "03:30:00", "01:00:00"),
        ("2026-10-25", "01:30:00", "2026-10-25", "03:30:00", "03:00:00"),
        ("2026-03-28", "23:00:00", "2026-03-29", "04:00:00", "04:00:00"),
        ("2026-01-05", "22:00:00", "2026-01-06", "02:00:00", "04:00:00"),
        ("2026-01-05", "08:00:00", "2026-01-06", "10:15:00", "26:15:00"),
        ("2026-01-05", "08:00:00", "2026-01-05", "08:00:00", "00:00:00"),
        ("2026-01-05", "08:00", "2026-01-05", "08:20", "0:20:31"),
    ],
    ids=["spring", "autumn", "spring night", "midnight", "more than a day", "nothing", "without seconds"],
)
def test_duration_wins_over_the_wall_clock(day: str, start: str, end_day: str, end: str, duration: str) -> None:
    when = {"Start date": day, "Start time": start, "End date": end_day, "End time": end, "Duration": duration}

    row = toggl({**when, "Amount (EUR)": "" if duration != "00:00:00" else "0.00"})

    hours, minutes, *rest = (int(part) for part in duration.split(":"))
    assert row.seconds == hours * 3600 + minutes * 60 + sum(rest)


@BOTH
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"duration": "00:60:00"}, "invalid_duration"),
        ({"duration": "00:00:60"}, "invalid_duration"),
        ({"duration": "0.33"}, "invalid_duration"),
        ({"duration": ""}, "invalid_duration"),
        ({"duration": "-00:20:00"}, "negative_quantity"),
        ({"duration": "03:20:00"}, "clock_mismatch"),
        ({"amount": "-1.00"}, "negative_amount"),
        ({"amount": "1e3"}, "invalid_number"),
        ({"description": "=1+1"}, "formula_text"),
        ({"description": "a\0"}, "control_character"),
        ({"billable": "Ja"}, "invalid_flag"),
        ({"start time": "25:00"}, "invalid_time"),
        ({"start date": "2026-02-30"}, "invalid_date"),
    ],
)
def test_a_fault_is_named_by_its_code(
    source: Source, row: Mapping[str, str], changes: dict[str, str], code: str
) -> None:
    shown = {heading.split(" (")[0].casefold().removeprefix("billable ") or "x": heading for heading in row}
    shown |= {"billable": "Billable", "duration": next(name for name in row if name.startswith("Duration"))}
    change = {shown[name]: value for name, value in changes.items()}
    if "Start date" not in row:
        change = {name: "02/30/2026" if value == "2026-02-30" else value for name, value in change.items()}

    found = codes(written(row, {}, change), source=source)

    assert (2, next(iter(change)), code) in found
    assert {record for record, _, _ in found} == {2}


@BOTH
def test_a_person_needs_a_name_or_an_address(source: Source, row: Mapping[str, str]) -> None:
    nobody = codes(written(row, {"User": "", "Email": ""}), source=source)
    (addressed,) = read_good(written(row, {"User": ""}), source=source).rows

    assert nobody == [(1, "User", "person_required")]
    assert addressed.first_name in {"ase", "tom"}


@BOTH
def test_a_project_may_be_empty(source: Source, row: Mapping[str, str]) -> None:
    assert read_good(written(row, {"Project": "", "Client": ""}), source=source).sums.rows == 1


@BOTH
def test_the_address_tells_entries_apart_and_the_name_does_not(source: Source, row: Mapping[str, str]) -> None:
    rows = [
        next(read_good(written(row, change), source=source).rows)
        for change in ({}, {"User": "Married Now"}, {"Email": "other@team.example"}, {"Tags": "later"})
    ]

    assert rows[0].identity == rows[1].identity == rows[3].identity != rows[2].identity


def test_amounts_follow_the_exact_time_not_the_rounded_one() -> None:
    assert codes(written(CLOCKIFY_ROW, {"Billable Amount (EUR)": "37.13"}), source=CLOCKIFY) == [
        (1, "Billable Amount (EUR)", "amount_mismatch")
    ]
    assert codes(written(CLOCKIFY_ROW, {"Duration (decimal)": "0.35"}), source=CLOCKIFY) == [
        (1, "Duration (decimal)", "duration_mismatch")
    ]


def test_an_amount_for_no_time_is_a_fault() -> None:
    still = {"End time": "16:30:17", "Duration": "00:00:00"}

    assert codes(written(TOGGL_ROW, still), source=TOGGL) == [(1, "Amount (EUR)", "amount_mismatch")]


def test_a_file_with_amounts_but_no_currency_asks_for_it() -> None:
    row = {"Amount ()" if name == "Amount (EUR)" else name: value for name, value in TOGGL_ROW.items()}
    content = written(row, {})

    assert codes(content, source=TOGGL) == [(0, "Amount ()", "currency_required")]
    assert next(read_good(content, ImportOptions(currency="NOK"), source=TOGGL).rows).currency == "NOK"


def test_a_currency_in_the_headings_wins_over_the_answer() -> None:
    assert clockify({}, currency="NOK").currency == "EUR"


@pytest.mark.parametrize(
    ("heading", "code"), [("Billable Amount (USD)", "mixed_currencies"), ("Billable Amount (XGL)", "unknown_currency")]
)
def test_headings_name_one_currency_that_exists(heading: str, code: str) -> None:
    row = {heading if name == "Billable Amount (EUR)" else name: value for name, value in CLOCKIFY_ROW.items()}

    assert codes(written(row, {}), source=CLOCKIFY) == [(0, heading, code)]


def test_shorter_and_renamed_reports_are_read() -> None:
    without = tuple(
        name for name in WITHOUT_MONEY if name not in {"Client", "Billable", "Type", "Invoiced", "Invoice ID"}
    )
    report = read_good(written(CLOCKIFY_ROW, {}, headings=without), source=CLOCKIFY)
    spanish = {"Usuario": "User", "Proyecto": "Project", "Duración (h)": "Duration (h)", "Activity": "Task"}
    back = {ours: theirs for theirs, ours in spanish.items()}
    translated = {back.get(name, name): value for name, value in CLOCKIFY_ROW.items()}

    assert [row.billable for row in report.rows] == [False]
    assert {warning.code for warning in report.warnings} == {"no_approval_column", "no_rate", "no_billable_column"}
    assert next(read_good(written(translated, {}), source=CLOCKIFY).rows).identity == clockify({}).identity


@BOTH
@pytest.mark.parametrize(
    ("answer", "outcome", "warnings"), [(None, "unapproved", 1), (False, "unapproved", 0), (True, "approved", 0)]
)
def test_without_an_approval_column_the_person_says_it(
    source: Source, row: Mapping[str, str], *, answer: bool | None, outcome: str, warnings: int
) -> None:
    report = read_good(written(row, {}), ImportOptions(approved_without_column=answer), source=source)

    assert [one.outcome for one in report.rows] == [outcome]
    assert sum(warning.code == "no_approval_column" for warning in report.warnings) == warnings


def test_days_first_and_month_first_are_found_or_asked() -> None:
    unclear = {"Start Date": "03/04/2026", "End Date": "03/04/2026"}
    content = written(CLOCKIFY_ROW, unclear)

    assert codes(content, source=CLOCKIFY) == [(1, "Start Date", "ambiguous_dates")]
    answered = read_good(content, ImportOptions(date_format="DD/MM/YYYY"), source=CLOCKIFY)
    assert next(answered.rows).date == date(2026, 4, 3)


@given(seconds=st.integers(1, 999 * 3600), cents=st.integers(0, 10_000_000), billable=st.sampled_from(["Yes", "No"]))
def test_what_is_written_to_the_ledger_is_the_amount_of_the_file(seconds: int, cents: int, billable: str) -> None:
    hours, rest = divmod(seconds, 3600)
    duration = f"{hours}:{rest // 60:02}:{rest % 60:02}"
    amount = f"{cents // 100}.{cents % 100:02}"
    headings = tuple(name for name in TOGGL_ROW if not name.startswith("End"))
    change = {"Duration": duration, "Amount (EUR)": amount, "Billable": billable}
    report = read_good(written(TOGGL_ROW, change, headings=headings), ImportOptions(number_format="dot"), source=TOGGL)

    (entry,) = make_batch(report, known={}, unit_currency="EUR").entries

    assert product(entry.quantity, entry.sales_price, currency="EUR") == Decimal(amount)
