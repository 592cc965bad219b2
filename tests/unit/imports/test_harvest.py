"""Variants, rules of a row, and file-level faults of the detailed time report (time-exports, sections 1 and 6)."""

from datetime import date, time
from decimal import Decimal

import pytest

from domain.language import Language
from imports.faults import LIMIT, FaultyFile, UnreadableFile
from imports.harvest import DETAILED_TIME
from imports.reading import ImportOptions, read_report
from imports.table import MAX_BYTES, MAX_ROWS
from tests.unit.imports.exports import GOOD, HEADINGS, codes, export, read_good, read_row

OLD = (*HEADINGS[:12], "Department", "Employee?")
API_TOOL = (*HEADINGS[:12], "Employee?", "External Reference URL")


def without(*names: str) -> tuple[str, ...]:
    return tuple(heading for heading in HEADINGS if heading not in names)


def lines(*rows: str) -> bytes:
    return "\r\n".join(rows).encode()


def test_the_current_report_of_21_columns() -> None:
    row = read_row(export({"Employee Id": "0042", "External Reference URL": "https://tracker.example/1"}))

    assert (row.line, row.record, row.date) == (2, 1, date(2026, 2, 10))
    assert (row.quantity, row.billable_rate, row.billable_amount) == (Decimal("1.5"), Decimal(1250), Decimal(1875))
    assert (row.cost_rate, row.cost_amount, row.currency) == (Decimal(655), Decimal("982.5"), "NOK")
    assert (row.billable, row.invoiced, row.approved, row.employee) == (True, False, True, True)
    assert (row.employee_id, row.external_reference) == ("0042", "https://tracker.example/1")


def test_the_report_of_20_columns_has_no_employee_id() -> None:
    assert read_row(export({}, headings=without("Employee Id"))).employee_id == ""


def test_columns_are_found_by_heading_whatever_their_order_and_case() -> None:
    content = export({}, headings=tuple(reversed(HEADINGS)))
    shouted = (
        content.replace(b"First Name", b" FIRST name ").replace(b"Billable?", b"billable").replace(b"Date", b"DATE")
    )

    assert read_row(shouted).identity == read_row(export({})).identity


@pytest.mark.parametrize(
    ("amount", "quantity"), [("1,875.0", "1.5"), ("2,187.5", "1.75")], ids=["follows Hours", "follows Hours Rounded"]
)
def test_with_time_rounding_the_amount_may_follow_either_column(amount: str, quantity: str) -> None:
    headings = (*without("Employee Id")[:7], "Hours Rounded", *without("Employee Id")[7:])

    row = read_row(export({"Hours Rounded": "1.75", "Billable Amount": amount}, headings=headings))

    assert (row.quantity, row.billable_quantity) == (Decimal("1.5"), Decimal(quantity))


def test_with_time_rounding_an_amount_that_follows_neither_is_refused() -> None:
    headings = (*HEADINGS[:7], "Hours Rounded", *HEADINGS[7:])

    found = codes(export({"Hours Rounded": "1.75", "Billable Amount": "2,000.0"}, headings=headings))

    assert found == [(1, "Billable Amount", "amount_mismatch")]


TEAMS = (*without("Approved?"), "Teams")


def test_missing_approval_is_not_approval() -> None:
    report = read_good(export({"Teams": "Blue"}, headings=TEAMS))

    assert [row.outcome for row in report.rows] == ["unapproved"]
    assert [warning.code for warning in report.warnings] == ["no_approval_column"]
    assert not report.approval_column


@pytest.mark.parametrize(("answer", "outcome"), [(True, "approved"), (False, "unapproved")])
def test_without_an_approval_column_the_person_says_it(*, answer: bool, outcome: str) -> None:
    options = ImportOptions(approved_without_column=answer)

    report = read_good(export({"Teams": ""}, headings=TEAMS), options)

    assert [row.outcome for row in report.rows] == [outcome]
    assert not report.warnings


def test_start_and_end_times_past_midnight_are_kept() -> None:
    headings = (*HEADINGS[:7], "Started At", "Ended At", *HEADINGS[7:])

    row = read_row(export({"Started At": "11:30pm", "Ended At": "01:00"}, headings=headings))

    assert (row.started_at, row.ended_at) == (time(23, 30), time(1))


def test_the_old_report_of_14_columns_with_finnish_numbers() -> None:
    content = export({"Date": "26.01.2015", "Hours": "7,5", "Department": ""}, headings=OLD).replace(b",,", b',"",')

    report = read_good(content)

    assert (next(report.rows).date, next(report.rows).quantity) == (date(2015, 1, 26), Decimal("7.5"))
    assert (next(report.rows).currency, next(report.rows).billable_amount) == ("", None)
    assert [(warning.code, warning.record) for warning in report.warnings] == [("no_rate", 0)]


def test_the_report_of_14_columns_without_rates() -> None:
    assert read_row(export({}, headings=API_TOOL)).billable_rate is None


def test_saved_again_by_a_spreadsheet() -> None:
    change = {"Date": "26.01.2026", "Hours": "1,5", "Billable Rate": "1 250,0", "Billable Amount": "1 875,0"}
    cost = {"Cost Rate": "655,0", "Cost Amount": "982,5", "Notes": "a;b, c"}

    row = read_row(export({**change, **cost}, delimiter=";"))

    assert (row.date, row.quantity, row.billable_rate) == (date(2026, 1, 26), Decimal("1.5"), Decimal(1250))
    assert row.notes == "a;b, c"


def test_a_byte_order_mark_and_plain_line_feeds_are_taken() -> None:
    content = b"\xef\xbb\xbf" + export({}).replace(b"\r\n", b"\n")

    assert read_row(content).identity == read_row(export({})).identity


def test_unknown_headings_are_ignored_and_named() -> None:
    report = read_good(export({"Mood": "fine"}, headings=(*HEADINGS, "Mood")))

    assert report.ignored == ("Mood",)


@pytest.mark.parametrize(
    ("approved", "invoiced", "outcome", "warnings"),
    [
        ("Yes", "No", "approved", []),
        ("Yes", "Yes", "billed", []),
        ("No", "No", "unapproved", []),
        ("No", "Yes", "billed", ["invoiced_without_approval"]),
    ],
)
def test_what_becomes_of_a_row(approved: str, invoiced: str, outcome: str, warnings: list[str]) -> None:
    report = read_good(export({"Approved?": approved, "Invoiced?": invoiced}))

    assert [row.outcome for row in report.rows] == [outcome]
    assert [warning.code for warning in report.warnings] == warnings


@pytest.mark.parametrize("text", ["- moved", "+ extra", "@tom", " leading", "a\r\nb", "a\tb", "🫐", "\u00a0", "a = b"])
def test_texts_are_kept_as_they_are(text: str) -> None:
    assert read_row(export({"Notes": text})).notes == text


@pytest.mark.parametrize("amount", ["0.0", "1,875.0", "99.0"])
def test_a_row_that_is_not_billable_may_carry_any_billable_amount(amount: str) -> None:
    row = read_row(export({"Billable?": "No", "Billable Amount": amount}))

    assert not row.billable


@pytest.mark.parametrize(
    ("hours", "rate", "amount", "currency"),
    [
        ("0.5", "0.05", "0.03", "Euro - EUR"),
        ("0.5", "0.05", "0.02", "Euro - EUR"),
        ("0.25", "15,001.0", "3,750.0", "Japanese Yen - JPY"),
        ("1.0", "1.2345", "1.235", "Dinar - KWD"),
        ("1.0", "0.0", "0.0", "USD"),
        ("1.0", "", "", "CAD"),
        ("1.0", "", "7.0", "CAD"),
        ("1.0", "7.0", "", "CAD"),
    ],
)
def test_amounts_are_rounded_to_the_currency(hours: str, rate: str, amount: str, currency: str) -> None:
    change = {"Hours": hours, "Billable Rate": rate, "Billable Amount": amount, "Currency": currency}

    row = read_row(export({**change, "Cost Rate": "0.0", "Cost Amount": "0.0"}))

    assert row.currency == currency[-3:]


@pytest.mark.parametrize(
    ("change", "heading", "code"),
    [
        ({"Date": ""}, "Date", "invalid_date"),
        ({"Date": "2026-02-30"}, "Date", "invalid_date"),
        ({"Hours": ""}, "Hours", "invalid_number"),
        ({"Hours": "Infinity"}, "Hours", "invalid_number"),
        ({"Hours": "1_0"}, "Hours", "invalid_number"),
        ({"Hours": "\u0661"}, "Hours", "invalid_number"),
        ({"Hours": "-0.5"}, "Hours", "negative_quantity"),
        ({"Billable Rate": "-1,250.0"}, "Billable Rate", "negative_amount"),
        ({"Billable Amount": "1,875.5"}, "Billable Amount", "amount_mismatch"),
        ({"Billable Amount": "1,875.001"}, "Billable Amount", "amount_mismatch"),
        ({"Cost Amount": "982.0"}, "Cost Amount", "amount_mismatch"),
        ({"Cost Rate": "x"}, "Cost Rate", "invalid_number"),
        ({"Currency": ""}, "Currency", "currency_required"),
        ({"Currency": "Gold - XAU"}, "Currency", "unknown_currency"),
        ({"Currency": "NOKNOK"}, "Currency", "unknown_currency"),
        ({"Currency": "nok"}, "Currency", "unknown_currency"),
        ({"Billable?": "yes"}, "Billable?", "invalid_flag"),
        ({"Invoiced?": ""}, "Invoiced?", "invalid_flag"),
        ({"Approved?": "Ja"}, "Approved?", "invalid_flag"),
        ({"Employee?": "1"}, "Employee?", "invalid_flag"),
        ({"Project": " "}, "Project", "project_required"),
        ({"First Name": "", "Last Name": ""}, "First Name", "person_required"),
        ({"Notes": "=1+1"}, "Notes", "formula_text"),
        ({"Task": " \t\n=1+1"}, "Task", "formula_text"),
        ({"External Reference URL": "=1"}, "External Reference URL", "formula_text"),
        ({"Notes": "a\0b"}, "Notes", "control_character"),
        ({"Client": "a\x7f"}, "Client", "control_character"),
        ({"Notes": "a\x85b"}, "Notes", "control_character"),
    ],
)
def test_a_fault_is_named_by_column_and_code(change: dict[str, str], heading: str, code: str) -> None:
    content = export({"Notes": "a good row"}, change)

    assert codes(content) == [(2, heading, code)]


def test_a_record_can_have_several_faults() -> None:
    found = codes(export({"Date": "x", "Hours": "y", "Currency": ""}))

    assert found == [(1, "Date", "invalid_date"), (1, "Hours", "invalid_number"), (1, "Currency", "currency_required")]


def test_a_record_that_is_too_short_is_named_by_its_first_missing_value() -> None:
    content = export({}) + b"2026-02-11,Client\r\n"

    assert codes(content) == [(2, "Project", "column_count")]


def test_a_wrong_byte_spoils_its_record_only() -> None:
    content = export({"Notes": "M?te"}, {"Notes": "Møte"}).replace(b"M?te", b"M\xf8te")

    result = read_report(content, source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    assert [(fault.record, fault.code, fault.excerpt) for fault in result.faults] == [
        (1, "invalid_encoding", "M\\xf8te")
    ]


def test_equal_rows_are_taken_when_they_are_meant() -> None:
    content = export({}, {}, {})

    assert codes(content) == [(2, "Date", "duplicate_row"), (3, "Date", "duplicate_row")]
    rows = list(read_good(content, ImportOptions(accept_equal_rows=True)).rows)
    assert len({row.identity for row in rows}) == 3


def test_a_hundred_faults_are_returned_and_all_are_counted() -> None:
    content = export(*({"Date": "x", "Hours": "y", "Notes": str(index)} for index in range(250)))

    result = read_report(content, source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    assert (len(result.faults), result.total) == (LIMIT, 500)
    assert [fault.record for fault in result.faults] == [1 + index // 2 for index in range(LIMIT)]


def test_a_file_with_a_heading_only_is_good_and_empty() -> None:
    assert read_good(export()).sums.rows == 0


HEADING = ",".join(HEADINGS)
ROW = ",".join(f'"{value}"' for value in GOOD.values())


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", [(0, None, "empty_file")]),
        (b"\xef\xbb\xbf\r\n\n", [(0, None, "empty_file")]),
        (lines(ROW, ROW), [(0, None, "no_heading")]),
        (b"User,Email,Client,Project,Task,Description,Billable,Start date", [(0, None, "unknown_headings")]),
        (b"," * 5000, [(0, None, "unknown_headings")]),
        (HEADING.encode("utf-16"), [(0, None, "invalid_encoding")]),
        (lines(HEADING.replace("Roles", "date")), [(0, "date", "duplicate_heading")]),
        (lines(HEADING.replace("Hours", "Time")), [(0, "Hours", "missing_heading")]),
        (lines(HEADING.replace("Currency", "Money")), [(0, "Currency", "missing_heading")]),
        (b'Date,"Client', [(0, None, "unterminated_quote")]),
        (lines(HEADING, *["x"] * (MAX_ROWS + 1)), [(0, None, "too_large")]),
        (b" " * (24 * 1024 * 1024 + 1), [(0, None, "too_large")]),
        (export({}, {"Hours": "1,5"}), [(2, "Hours", "mixed_number_formats")]),
        (export({}, {"Date": "10.02.2026"}), [(2, "Date", "mixed_date_formats")]),
        (export({"Date": "10/02/2026"}), [(1, "Date", "ambiguous_dates")]),
        (export({"Hours": "1.500"}, headings=API_TOOL), [(1, "Hours", "ambiguous_numbers")]),
    ],
    ids=lambda value: value[0][2] if isinstance(value, list) else "",
)
def test_a_file_that_is_no_such_report_is_refused_as_a_whole(
    content: bytes, wanted: list[tuple[int, str | None, str]]
) -> None:
    assert codes(content) == wanted


def test_a_file_that_is_one_byte_too_large_is_told_two_different_sizes() -> None:
    outcome = read_report(b" " * (MAX_BYTES + 1), source=DETAILED_TIME)

    assert isinstance(outcome, UnreadableFile)
    assert outcome.faults[0].describe(Language.EN) == "The file is too large: 25165825 of at most 25165824 bytes."
    assert outcome.faults[0].describe(Language.NB) == "Filen er for stor: 25165825 av høyst 25165824 byte."


def test_the_answers_of_the_person_settle_what_can_be_read_in_two_ways() -> None:
    content = export({"Date": "10/02/2026", "Hours": "1.500"}, headings=API_TOOL)

    row = read_row(content, ImportOptions(date_format="MM/DD/YYYY", number_format="comma"))

    assert (row.date, row.quantity) == (date(2026, 10, 2), Decimal(1500))
