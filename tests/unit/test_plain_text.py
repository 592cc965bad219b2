"""One rule for texts: a JSON body and a file of another system refuse the same characters."""

import json
import unicodedata

import pytest

from api.edge import EdgeError
from api.excerpts import UNSHOWABLE
from api.strict_json import parse_json
from domain.plain_text import find_disguise
from imports.clockify import CLOCKIFY
from imports.harvest import DETAILED_EXPENSE, DETAILED_TIME
from imports.source import Source
from imports.toggl import TOGGL
from tests.unit.imports.exports import CLOCKIFY_ROW, EXPENSE_ROW, GOOD, TOGGL_ROW, codes, read_good, written

DISGUISES = {
    "\x00": "control_character",
    "\x1b": "control_character",
    "\x85": "control_character",
    "\u061c": "invisible_character",
    "\u200b": "invisible_character",
    "\u200e": "invisible_character",
    "\u200f": "invisible_character",
    "\u2028": "invisible_character",
    "\u202a": "invisible_character",
    "\u202e": "invisible_character",
    "\u2060": "invisible_character",
    "\u2066": "invisible_character",
    "\u2069": "invisible_character",
    "\ufeff": "invisible_character",
    "\uffff": "invisible_character",
    "\u0301" * 31: "stacked_marks",
}
PLAIN = (
    "Åse Ødegård",
    "a\tb\nc",
    "क्षत्रिय שָׁלוֹם ơ̤",
    "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "👩\u200d💻",
    "\u0301" * 30,
)
TEXTS = {
    "Notes": (DETAILED_TIME, GOOD),
    "Client": (DETAILED_TIME, GOOD),
    "Project": (DETAILED_TIME, GOOD),
    "First Name": (DETAILED_TIME, GOOD),
    "Last Name": (DETAILED_TIME, GOOD),
    "Department": (DETAILED_TIME, {**GOOD, "Department": ""}),
    "Category": (DETAILED_EXPENSE, EXPENSE_ROW),
    "Description": (CLOCKIFY, CLOCKIFY_ROW),
    "User": (CLOCKIFY, CLOCKIFY_ROW),
    "Email": (TOGGL, TOGGL_ROW),
}


@pytest.mark.parametrize(("disguise", "code"), DISGUISES.items(), ids=lambda value: f"U+{ord(value[0]):04X}")
def test_what_a_json_body_refuses_an_import_refuses(disguise: str, code: str) -> None:
    text = f"Mia{disguise}Hart"

    assert find_disguise(text) == code
    assert codes(written(GOOD, {"Notes": text})) == [(1, "Notes", code)]
    with pytest.raises(EdgeError):
        parse_json(json.dumps(text).encode())


@pytest.mark.parametrize("letter", ["\u0936", "\u05e9", "\u30ab"])
def test_so_many_marks_stand_on_one_letter_and_a_letter_begins_anew(letter: str) -> None:
    most, one_more = "\u0301" * 30, "\u0301" * 31

    assert find_disguise(letter * 40) is None
    assert find_disguise(f"{letter}{most}{letter}{most}{letter}") is None
    assert find_disguise(f"{most}{letter}{most}") is None
    assert find_disguise(f"{letter}{most}{letter}{one_more}{letter}") == "stacked_marks"
    assert find_disguise(f"{one_more}{letter}") == "stacked_marks"


@pytest.mark.parametrize("disguise", [disguise for disguise in DISGUISES if len(disguise) == 1])
def test_what_may_not_be_sent_is_not_shown_either(disguise: str) -> None:
    assert UNSHOWABLE.search(disguise)


@pytest.mark.parametrize("text", PLAIN)
def test_what_words_need_is_taken_in_both(text: str) -> None:
    assert find_disguise(text) is None
    assert parse_json(json.dumps(text).encode()) == unicodedata.normalize("NFC", text)
    assert next(read_good(written(GOOD, {"Notes": text})).rows).notes == text


@pytest.mark.parametrize(("heading", "found"), TEXTS.items())
def test_every_column_of_text_is_looked_at(heading: str, found: tuple[Source, dict[str, str]]) -> None:
    source, row = found

    content = written(row, {"Project": "a good row"}, {heading: "gpj.\u202eexe"})

    assert codes(content, source=source) == [(2, heading, "invisible_character")]
