"""A file is read a few rows at a time, and the answer is that of the whole file."""

import time
from collections.abc import Callable

import pytest

from imports.csv_records import LONGEST, PORTION
from imports.faults import LIMIT, FaultyFile, UnreadableFile
from imports.harvest import DETAILED_TIME
from imports.reading import ImportOptions, read_in_steps, read_report
from imports.steps import finish
from tests.unit.imports.exports import HEADINGS, codes, export, read_good

FAR = 3 * PORTION + 7
HEADING = export()
MIB = 1024 * 1024


def rows(count: int, **last: str) -> list[dict[str, str]]:
    """So many different rows, the last of them changed."""
    found = [{"Notes": f"note {number}"} for number in range(count)]
    return [*found[:-1], {**found[-1], **last}]


def test_rows_come_in_portions_and_in_the_order_of_the_file() -> None:
    report = read_good(export(*rows(FAR)))

    portions = list(report.portions())
    assert max(map(len, portions)) <= PORTION
    assert [row.record for row in report.rows] == list(range(1, FAR + 1))
    assert [row.identity for row in report.rows] == [digest.hex() for digest in report.identities]
    assert list(report.rows) == list(report.rows)


def test_a_row_equal_to_one_far_above_is_named_with_its_line() -> None:
    content = export(*rows(FAR), {"Notes": "note 0"})

    result = read_report(content, source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    assert [(one.record, one.code, one.facts) for one in result.faults] == [
        (FAR + 1, "duplicate_row", {"other_line": "2"})
    ]


def test_equal_entries_far_apart_are_numbered_with_the_furthest_first() -> None:
    far = [{"Notes": "twice", "Approved?": "No"}, *rows(FAR), {"Notes": "twice", "Approved?": "Yes"}]
    near = [far[-1], far[0]]

    first, *_, last = read_good(export(*far)).rows
    approved, unapproved = read_good(export(*near)).rows

    assert (first.identity, last.identity) == (unapproved.identity, approved.identity)
    assert len(set(read_good(export(*far)).identities)) == FAR + 2


def test_a_format_that_only_the_last_row_tells_holds_for_the_first() -> None:
    days = [{"Notes": f"note {number}", "Date": "10/02/2026"} for number in range(FAR)]

    report = read_good(export(*days, {"Notes": "tells", "Date": "25/02/2026"}))

    assert report.date_format == "DD/MM/YYYY"
    assert next(report.rows).date.month == 2


def test_formats_that_exclude_each_other_are_named_at_the_first_row_that_shows_it() -> None:
    result = read_report(export(*rows(FAR), {"Notes": "x", "Date": "25/02/2026"}), source=DETAILED_TIME)

    assert isinstance(result, UnreadableFile)
    (fault,) = result.faults
    assert (fault.line, fault.record, fault.heading, fault.code) == (FAR + 2, FAR + 1, "Date", "mixed_date_formats")
    assert fault.facts == {"first": "2026-02-10", "second": "25/02/2026"}


def test_faults_of_all_portions_are_counted_and_the_first_are_shown_in_order() -> None:
    wrong = [{"Notes": f"note {number}", "Hours": "x", "Approved?": "y"} for number in range(FAR)]
    wrong[0] = {"Notes": "good"}
    broken = export(*wrong).replace(b"note 5,", b'no"te 5,')

    result = read_report(broken, source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    assert (len(result.faults), result.total) == (LIMIT, 2 * (FAR - 2) + 1)
    places = [(fault.record, fault.column or 0) for fault in result.faults]
    assert places == sorted(places)
    assert [(one.record, one.code) for one in result.faults if one.code == "stray_quote"] == [(6, "stray_quote")]


def test_warnings_of_all_portions_are_counted_and_the_first_are_kept() -> None:
    report = read_good(export(*({"Notes": str(one), "Invoiced?": "Yes", "Approved?": "No"} for one in range(FAR))))

    assert report.warned == {"invoiced_without_approval": FAR}
    assert [warning.record for warning in report.warnings] == list(range(1, LIMIT + 1))


@pytest.mark.parametrize(
    ("record", "column"),
    [
        (b"x" * (LONGEST + 1), 1),
        (b"a," + b"x" * LONGEST, 1),
        (b'a,"' + b"x" * LONGEST, 2),
        (b'a,"' + b"x" * LONGEST + b'",b', 2),
        (b'a,b,"' + b'""' * LONGEST + b'"', 3),
        (b"a," + b'"x",' * LONGEST, 1 + (LONGEST - 2) // 4 + 1),
    ],
    ids=["plain", "cell", "open quote", "quoted", "quotes", "many"],
)
def test_a_record_longer_than_any_real_one_is_refused_and_reading_goes_on(record: bytes, column: int) -> None:
    good = export({"Notes": "1"}, {"Hours": "x"})
    heading, first, wrong, _ = good.split(b"\r\n")

    content = b"\r\n".join([heading, first, record, wrong, b""])

    result = read_report(content, source=DETAILED_TIME)
    assert isinstance(result, FaultyFile)
    found = [(one.line, one.record, one.code) for one in result.faults]
    assert found == [(3, 2, "record_too_long"), (4, 3, "invalid_number")]
    assert result.faults[0].column == min(column, 102)
    assert "256 KiB" in result.faults[0].detail


def test_a_quote_that_is_closed_further_down_than_a_portion_is_read() -> None:
    note = "line\n" * 40_000

    report = read_good(export({"Notes": note}, {"Notes": "after"}))

    assert [(row.line, len(row.notes)) for row in report.rows] == [(2, len(note)), (40_003, 5)]


def test_empty_lines_between_portions_are_counted() -> None:
    lines = export(*rows(FAR)).split(b"\r\n")

    report = read_good((b"\r\n" + b"\n" * 3).join(lines))

    assert [row.line for row in report.rows] == [5 + 4 * number for number in range(FAR)]


HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty lines": lambda: b"\n" * (20 * MIB),
    "empty lines below headings": lambda: HEADING + b"\n" * (20 * MIB),
    "empty lines with returns": lambda: HEADING + b"\r\n" * (10 * MIB),
    "one line": lambda: HEADING + b"a" * (20 * MIB),
    "quotes": lambda: HEADING + b'"' * (20 * MIB),
    "odd quotes": lambda: HEADING + b'"' * (20 * MIB - 1),
    "commas": lambda: b"," * (20 * MIB),
    "opened quotes": lambda: HEADING + b'",\n' * 90_000,
    "stray quotes": lambda: HEADING + b'a"\n' * 90_000,
    "bad in every column": lambda: HEADING + (b"=," * (len(HEADINGS) - 1) + b"x\n") * 30_000,
    "different numbers": lambda: HEADING + b"".join(b"%d/%d,a,b,,c,%d,%d\n" % (n, n, n, n) for n in range(60_000)),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_no_step_of_a_hostile_file_takes_long(make: Callable[[], bytes]) -> None:
    """Others are served between two steps. The limit is some ten times what is measured."""
    steps = read_in_steps(make(), source=DETAILED_TIME, options=ImportOptions())
    longest = 0.0

    try:
        while True:
            started = time.thread_time()
            next(steps)
            longest = max(longest, time.thread_time() - started)
    except StopIteration:
        pass

    assert longest < 0.1


def test_all_steps_at_once_are_the_same() -> None:
    content = export({"Hours": "x"})

    assert finish(read_in_steps(content, source=DETAILED_TIME, options=ImportOptions())) == read_report(
        content, source=DETAILED_TIME
    )
    assert codes(content) == [(1, "Hours", "invalid_number")]
