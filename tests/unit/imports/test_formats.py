"""Number and date formats come from the whole file and are then applied strictly (time-exports, rule 2)."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dates import DATE_FORMATS, DateFormat, find_date_format, read_clock
from imports.formats import Ambiguous, Mixed
from imports.numbers import GROUPS, DecimalSign, NumberFormat, find_number_format

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)


def write(value: Decimal, *, wanted: NumberFormat) -> str:
    text = f"{value:,.2f}"
    return text.replace(",", "\0").replace(".", wanted.decimal).replace("\0", wanted.group or "")


@given(
    values=st.lists(AMOUNTS, min_size=1, max_size=20),
    sign=st.sampled_from([".", ","]),
    group=st.sampled_from([None, *GROUPS]),
)
def test_numbers_written_in_one_format_are_read_back(values: list[Decimal], sign: str, group: str | None) -> None:
    wanted = NumberFormat(sign, None if group == sign else group)

    found = find_number_format(write(value, wanted=wanted) for value in values)

    assert isinstance(found, NumberFormat)
    assert [found.read(write(value, wanted=wanted)) for value in values] == values


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["1.5", "NaN", "1e3"], NumberFormat(".")),
        (["0,33", "12,5"], NumberFormat(",")),
        (["1,250.0", "1250.0"], NumberFormat(".", ",")),
        (["2.000,0", "0,01"], NumberFormat(",", ".")),
        (["1\u00a0250,0"], NumberFormat(",", "\u00a0")),
        (["1'250'000"], NumberFormat(".", "'")),
        (["0.125"], NumberFormat(".")),
        (["1.500", "0.5"], NumberFormat(".")),
        (["1.500", "1.500,5"], NumberFormat(",", ".")),
        (["8", "40"], NumberFormat(".")),
        ([], NumberFormat(".")),
    ],
)
def test_the_number_format_is_found(texts: list[str], wanted: NumberFormat) -> None:
    assert find_number_format(texts) == wanted


def test_a_number_with_two_readings_is_asked_about() -> None:
    assert find_number_format(["2", "1.500"]) == Ambiguous("1.500")


@pytest.mark.parametrize(("sign", "wanted"), [("dot", Decimal("1.5")), ("comma", Decimal(1500))])
def test_the_answer_settles_a_number_with_two_readings(sign: DecimalSign, wanted: Decimal) -> None:
    found = find_number_format(["2", "1.500"], sign=sign)

    assert isinstance(found, NumberFormat)
    assert found.read("1.500") == wanted


@pytest.mark.parametrize("texts", [["1.5", "1,5"], ["1,250.0", "1 250.0"], ["1,250.0", "2.000,0"]])
def test_two_number_formats_in_one_file_are_refused(texts: list[str]) -> None:
    assert find_number_format(texts) == Mixed(*texts)


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "+1", "--1", "1_000", "1e3", "NaN", "Infinity", "\u0661", "\uff11", "1.", ".5", "1..5", "0x1",
     "1.5.5", "12,50.0", "1,2500.0", "01", "9" * 25, "0." + "1" * 25, "1\n", "1,250,0"],
)  # fmt: skip
def test_what_python_would_take_is_still_no_number(text: str) -> None:
    assert NumberFormat(".", ",").read(text) is None


@given(st.text(max_size=12))
def test_a_number_read_is_made_of_ascii_digits_and_the_signs_of_the_file(text: str) -> None:
    found = NumberFormat(".", ",").read(text)

    assert found is None or (found.is_finite() and set(text) <= set("0123456789-.,"))


@given(days=st.lists(st.dates(date(1900, 1, 1), date(2199, 12, 31)), min_size=1), name=st.sampled_from([*DATE_FORMATS]))
def test_days_are_read_back_or_asked_about(days: list[date], name: str) -> None:
    pattern = name.replace("YYYY", "%Y").replace("MM", "%m").replace("DD", "%d")

    found = find_date_format(day.strftime(pattern) for day in days)

    if isinstance(found, DateFormat):
        assert [found.read(day.strftime(pattern)) for day in days] == days
    else:
        assert isinstance(found, Ambiguous)
        assert all(day.day <= 12 for day in days)


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (["2026-02-10", "2026-02-30"], "YYYY-MM-DD"),
        (["26.01.2015", "1.2.2015"], "DD.MM.YYYY"),
        (["10/02/2026", "13/02/2026"], "DD/MM/YYYY"),
        (["02/10/2026", "02/13/2026"], "MM/DD/YYYY"),
        (["02/02/2026"], "DD/MM/YYYY"),
        (["soon"], "YYYY-MM-DD"),
    ],
)
def test_the_date_format_is_found(texts: list[str], wanted: str) -> None:
    assert find_date_format(texts) == DATE_FORMATS[wanted]


def test_days_with_two_readings_are_asked_about() -> None:
    assert find_date_format(["02/02/2026", "10/02/2026"]) == Ambiguous("10/02/2026")


@pytest.mark.parametrize("texts", [["2026-02-10", "10.02.2026"], ["13/02/2026", "02/13/2026"]])
def test_two_date_formats_in_one_file_are_refused(texts: list[str]) -> None:
    assert find_date_format(texts) == Mixed(*texts)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-2-1x", "\u0662026-01-01", "0000-01-01", "2026-13-01", "10000-01-01"]
)
def test_a_day_that_does_not_exist_is_none(text: str) -> None:
    assert DATE_FORMATS["YYYY-MM-DD"].read(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("8:00am", time(8)),
        ("12:05am", time(0, 5)),
        ("12:00 PM", time(12)),
        ("23:59:58", time(23, 59, 58)),
        ("24:00", None),
        ("13:00pm", None),
        ("0:00am", None),
        ("8", None),
    ],
)
def test_clock_times_of_both_kinds(text: str, wanted: time | None) -> None:
    assert read_clock(text) == wanted
