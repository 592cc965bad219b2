"""A body has one plain reading, or it is refused with the reason."""

from decimal import Decimal

import pytest

from api.edge import EdgeError
from api.strict_json import Json, parse_json
from domain.catalogue import render
from domain.language import Language


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a":[1,"x",null,true]}', {"a": [1, "x", None, True]}),
        (b' {"a" : 1.50} \n', {"a": Decimal("1.50")}),
        (b'{"a":-12}', {"a": -12}),
        ('{"a":"blåbær 🫐"}'.encode(), {"a": "blåbær 🫐"}),
        (b'{"a":"\\ud83e\\uded0"}', {"a": "🫐"}),
        (b'{"a":"x\\r\\ny\\tz\\r"}', {"a": "x\ny\tz\n"}),
        ('{"a":"bla\u030ab\u00e6r"}'.encode(), {"a": "blåbær"}),
        (b'{"a":"bla\\u030a"}', {"a": "blå"}),
        (b"[" * 16 + b"]" * 16, [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]),
    ],
)  # fmt: skip
def test_a_plain_body_is_read(body: bytes, value: Json) -> None:
    assert parse_json(body) == value


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"\xff", "not_utf8"),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
        ('{"a":1}'.encode("utf-16"), "not_utf8"),
        (b"", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"{'a':1}", "not_json"),
        (b'{"a":1,}', "not_json"),
        (b'{"a":01}', "not_json"),
        (b'{"a":"\n"}', "not_json"),
        (b"{} {}", "not_json"),
        (b'{"a":1,"a":2}', "repeated_key"),
        (b'{"b":[{"a":1,"\\u0061":2}]}', "repeated_key"),
        ('{"\u00e5":1,"a\u030a":2}'.encode(), "repeated_key"),
        (b'{"a":NaN}', "not_a_number"),
        (b'{"a":-Infinity}', "not_a_number"),
        (b'{"a":' + b"9" * 19 + b"}", "number_too_long"),
        (b'{"a":1e41}', "number_too_long"),
        (b'{"a":1e-99}', "number_too_long"),
        (b'{"a":0.' + b"1" * 50 + b"}", "number_too_long"),
        (b"[" * 17 + b"]" * 17, "too_deep"),
        (b"[" * 500_000, "too_deep"),
        (b'{"a":' * 200_000, "too_deep"),
    ],
)
def test_a_body_without_one_plain_reading_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(EdgeError) as refused:
        parse_json(body)

    refusal = refused.value.faults[0].refusal
    assert (refusal.code, refusal.facts["problem"]) == ("malformed_body", problem)


@pytest.mark.parametrize(
    "character",
    [r"\ud800", r"\udc00", r"\ud800x", r"\u0000", r"\u001b", r"\u007f", r"\u0085", r"\u2028", r"\ufeff",
     "\u202e", "\u2066", "\x7f", "\u0085", "\u2029", "a" + "\u0301" * 31],
)  # fmt: skip
def test_a_text_with_what_may_not_stand_in_it_is_named_by_its_place(character: str) -> None:
    with pytest.raises(EdgeError) as refused:
        parse_json(f'{{"a":["x",{{"b/c":"{character}"}}]}}'.encode())

    fault = refused.value.faults[0]
    assert fault.refusal.code == "invalid_value"
    assert fault.refusal.facts["expected"] == "plain_text"
    assert fault.place == {"pointer": "/a/1/b~1c"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\\u0000", "control characters other than tabs and line breaks are not accepted"),
        ("a\\ud800", "characters that are not seen, halves of characters"),
        ("a\ufeff", "characters that are not seen, halves of characters"),
        ("e" + "\u0301" * 60, "so many accents on one letter are not accepted"),
    ],
)
def test_what_is_said_of_such_a_text_is_what_is_wrong_with_it(text: str, said: str) -> None:
    with pytest.raises(EdgeError) as refused:
        parse_json(f'{{"a":"{text}"}}'.encode())

    assert said in render(refused.value.faults[0].refusal, Language.EN)


def test_marks_that_a_script_needs_are_kept() -> None:
    text = "क्षत्रिय שָׁלוֹם ơ̤"

    assert parse_json(f'"{text}"'.encode()) == text
