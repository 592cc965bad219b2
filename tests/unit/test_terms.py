"""Codes that appear as facts are shown by their display names, the same ones as in the glossary."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

import pytest

from domain.language import Language, Text
from domain.project.actuals import ActualType, Adjustment, BillingStatus
from domain.project.entries import EntryKind, EntryStatus
from domain.project.invoicing import InvoiceStatus
from domain.recall.request import LineStatus, RequestStatus
from domain.terms import FACT_TERMS, LIMITED, STATUS, TERMS_WITH_FACTS, TYPE, expected_text, fact_text

pytestmark = pytest.mark.unit

GLOSSARY = (Path(__file__).resolve().parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("statuses", [EntryStatus, RequestStatus, LineStatus, Adjustment, BillingStatus, InvoiceStatus])
def test_every_status_has_a_display_name(statuses: type[StrEnum]) -> None:
    assert {status.value for status in statuses} <= set(STATUS)


@pytest.mark.parametrize("types", [EntryKind, ActualType])
def test_every_type_has_a_display_name(types: type[StrEnum]) -> None:
    assert {type.value for type in types} <= set(TYPE)


def test_the_statuses_of_an_entry_are_named_as_in_the_glossary() -> None:
    rows = re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \| ([^|]+) \|$", GLOSSARY, re.MULTILINE)

    assert {code for code, _, _ in rows} == {status.value for status in EntryStatus}
    assert {code: Text(norwegian, english) for code, english, norwegian in rows} == {
        status.value: STATUS[status.value] for status in EntryStatus
    }


@pytest.mark.parametrize("status", [*Adjustment, *BillingStatus])
def test_the_statuses_of_an_actual_are_named_as_in_the_glossary(status: Adjustment | BillingStatus) -> None:
    named = STATUS[status.value]

    assert f"{named.en.lower()} ({named.nb.lower()})" in GLOSSARY


@pytest.mark.parametrize("name", FACT_TERMS)
def test_every_display_name_says_something_in_both_languages(name: str) -> None:
    for text in FACT_TERMS[name].values():
        assert text.nb.strip() == text.nb != ""
        assert text.en.strip() == text.en != ""
        named = [set(re.findall(r"\{(\w+)\}", words)) for words in (text.nb, text.en)]
        assert named[0] == named[1]
        assert named[0] <= ({"most"} if name in TERMS_WITH_FACTS else set())
        assert not {"{", "}"} & {*re.sub(r"\{\w+\}", "", text.nb + text.en)}


@pytest.mark.parametrize(
    ("name", "value", "norwegian", "english"),
    [
        ("status", "recall_requested", "Tilbakekalling forespurt", "Recall requested"),
        ("type", "interorg_sales", "salg mellom enheter", "inter-organizational sales"),
        ("problem", "not_utf8", "det er ikke UTF-8", "it is not UTF-8"),
        ("status", "of another release", "of another release", "of another release"),
        ("invoice", "draft", "draft", "draft"),
    ],
)
def test_a_fact_without_a_display_name_is_shown_as_it_is(name: str, value: str, norwegian: str, english: str) -> None:
    assert fact_text(name, value=value, language=Language.NB) == norwegian
    assert fact_text(name, value=value, language=Language.EN) == english


@pytest.mark.parametrize(
    ("expected", "limit", "norwegian", "english"),
    [
        ("smaller", {}, "verdien er for stor", "the value is too large"),
        ("smaller", {"most": "100"}, "verdien er større enn {most}", "the value is larger than {most}"),
        ("smaller", {"below": "5"}, "verdien må være mindre enn {below}", "the value must be below {below}"),
        ("larger", {}, "verdien er for liten", "the value is too small"),
        ("larger", {"least": "1"}, "verdien er mindre enn {least}", "the value is smaller than {least}"),
        ("larger", {"above": "0"}, "verdien må være større enn {above}", "the value must be above {above}"),
        ("day", {"most": "3"}, FACT_TERMS["expected"]["day"].nb, FACT_TERMS["expected"]["day"].en),
        ("unheard of", {"most": "3"}, "unheard of", "unheard of"),
    ],
)
def test_what_is_too_large_or_too_small_says_the_limit_where_it_is_known(
    expected: str, limit: dict[str, str], norwegian: str, english: str
) -> None:
    facts = {"expected": expected, **limit}

    assert (expected_text(facts, Language.NB), expected_text(facts, Language.EN)) == (norwegian, english)


def test_limits_are_named_in_both_languages() -> None:
    for texts in LIMITED.values():
        for name, text in texts.items():
            assert f"{{{name}}}" in text.nb
            assert f"{{{name}}}" in text.en
