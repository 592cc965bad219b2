"""The shared sample files give exactly what expected.json says."""

import json
from typing import Any

import pytest

from domain.language import Language
from imports.faults import FaultyFile
from imports.harvest import read_detailed_time
from imports.summary import summarise
from tests.unit.imports.exports import SAMPLES, read_good

EXPECTED: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text("utf-8"))
BAD = "harvest-detailed-time-bad.csv"


@pytest.mark.parametrize("name", ["harvest-detailed-time.csv", "harvest-detailed-time-comma.csv"])
def test_sums_of_a_good_file_equal_those_of_its_source(name: str) -> None:
    wanted = EXPECTED[name]

    report = read_good((SAMPLES / name).read_bytes())

    sums = report.sums.as_json()
    assert len(report.columns) == wanted["columns"]
    assert sums.pop("rows") == wanted["records"]
    sums.pop("outcomes")
    assert sums == {key: value for key, value in wanted.items() if key not in {"records", "columns"}}


def test_every_fault_of_the_bad_file_is_named_in_order() -> None:
    wanted = [
        (fault["line"], fault["record"], fault["column"], fault["name"], fault["code"])
        for fault in EXPECTED[BAD]["faults"]
    ]

    result = read_detailed_time((SAMPLES / BAD).read_bytes())

    assert isinstance(result, FaultyFile)
    assert [(f.line, f.record, f.column, f.heading, f.code) for f in result.faults] == wanted
    assert result.total == len(wanted)


@pytest.mark.parametrize("language", list(Language))
def test_every_fault_says_what_is_wrong_and_what_to_do(language: Language) -> None:
    result = read_detailed_time((SAMPLES / BAD).read_bytes())

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
