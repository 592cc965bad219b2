"""The shared sample files give exactly what expected.json says."""

import json
from typing import Any

import pytest

from domain.language import Language
from imports.faults import FaultyFile
from imports.harvest import DETAILED_TIME
from imports.reading import read_report
from imports.report import Report
from imports.sources import SOURCES
from imports.summary import summarise
from tests.unit.imports.exports import SAMPLES, read_good

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
BAD = "harvest-detailed-time-bad.csv"
GOOD = {
    "harvest-detailed-time.csv": "harvest",
    "harvest-detailed-time-comma.csv": "harvest",
    "harvest-detailed-expense.csv": "harvest-expenses",
    "clockify-detailed.csv": "clockify",
    "toggl-detailed.csv": "toggl",
}


@pytest.mark.parametrize(("name", "slug"), GOOD.items())
def test_sums_of_a_good_file_equal_those_of_its_source(name: str, slug: str) -> None:
    wanted = EXPECTED[name]

    report = read_good((SAMPLES / name).read_bytes(), source=SOURCES[slug])

    sums = report.sums.as_json()
    found = {"records": report.sums.rows, "columns": len(report.columns), **sums}
    found["invoiced"] = sum(row.invoiced for row in report.rows)
    assert {key: found[key] for key in wanted} == wanted


@pytest.mark.parametrize(("name", "slug"), GOOD.items())
def test_a_file_of_one_source_is_none_of_another(name: str, slug: str) -> None:
    for other, source in SOURCES.items():
        result = read_report((SAMPLES / name).read_bytes(), source=source)
        assert isinstance(result, Report) == (other == slug), other


def test_every_fault_of_the_bad_file_is_named_in_order() -> None:
    wanted = [
        (fault["line"], fault["record"], fault["column"], fault["name"], fault["code"])
        for fault in EXPECTED[BAD]["faults"]
    ]

    result = read_report((SAMPLES / BAD).read_bytes(), source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    assert [(f.line, f.record, f.column, f.heading, f.code) for f in result.faults] == wanted
    assert result.total == len(wanted)


@pytest.mark.parametrize("language", list(Language))
def test_every_fault_says_what_is_wrong_and_what_to_do(language: Language) -> None:
    result = read_report((SAMPLES / BAD).read_bytes(), source=DETAILED_TIME)

    assert isinstance(result, FaultyFile)
    for fault in result.faults:
        for text in (fault.describe(language), fault.advise(language)):
            assert text.endswith(".")
            assert "{" not in text


def test_the_sample_becomes_approved_billed_and_unapproved_entries() -> None:
    report = read_good((SAMPLES / "harvest-detailed-time.csv").read_bytes())

    assert report.sums.outcomes == {"approved": 66, "billed": 41, "unapproved": 43}
    found = sorted(warning.code for warning in report.warnings)
    assert found == ["invoiced_without_approval"] * 2 + ["no_rate"] * 13 + ["zero_quantity"] * 3


def test_texts_of_the_sample_are_kept_as_they_are() -> None:
    report = read_good((SAMPLES / "harvest-detailed-time.csv").read_bytes())

    notes = {row.notes for row in report.rows}
    assert {" Leading space kept", "Kick-off\u00a0", "Tab\there", "- moved from Monday", "Line one\nLine two"} <= notes
    assert "Agenda:\r\n- status\r\n- risk, cost\r\n- next steps" in notes
    assert {row.employee_id for row in report.rows} == {"", "0042", "0107", "1003"}


@pytest.mark.parametrize("language", list(Language))
def test_the_summary_says_counts_sums_and_assumptions(language: Language) -> None:
    report = read_good((SAMPLES / "harvest-detailed-time.csv").read_bytes())

    lines = summarise(report, language=language)

    assert any("160568.50" in line and "147681.40" in line for line in lines)
    assert sum("invoiced_without_approval" in line for line in lines) == 1
    assert len(lines) == 16
