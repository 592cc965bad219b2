"""The strict body parser: one reading of the bytes, or none.

UTF-8 only, no repeated keys, no NaN, at most 16 levels, numbers of bounded length, text in NFC without control or
bidi override characters. Fractions become Decimal, so nothing is lost before a model looks at them.
Source: API contract, Body parser.
"""

import json
import unicodedata
from decimal import Decimal
from typing import Never

from api.edge import EdgeError, edge_error
from api.excerpts import json_pointer
from domain.plain_text import Disguise, find_disguise
from domain.refusals import Code

Json = dict[str, "Json"] | list["Json"] | str | int | Decimal | bool | None

DEEPEST = 16
LONGEST_NUMBER = 18
LONGEST_FRACTION = 40


class _NotPlainError(ValueError):
    """A text holds something that may not stand in it; the disguise says what."""

    def __init__(self, disguise: Disguise) -> None:
        super().__init__(disguise)
        self.disguise = disguise


def parse_json(body: bytes) -> Json:
    """The value of a JSON body.

    Raises EdgeError: malformed_body where the bytes have no single plain reading, invalid_value with a pointer where
    a text holds what may not stand in it.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _malformed("not_utf8") from None
    value = _decoded(text)
    if body.count(b"[") + body.count(b"{") > DEEPEST and _deeper_than(value, levels=DEEPEST):
        raise _malformed("too_deep")
    return value if _needs_no_cleaning(body, text=text) else _cleaned_or_refused(value)


def plain_text(text: str) -> str:
    """Text in NFC whose only line break is a line feed. Raises ValueError where it holds what may not stand in a text."""
    disguise = find_disguise(text)
    if disguise is not None:
        raise _NotPlainError(disguise)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _malformed(problem: str) -> EdgeError:
    return edge_error(Code.MALFORMED_BODY, place={"pointer": ""}, problem=problem)


def _without_repetition(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _malformed("repeated_key")
    return members


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _malformed("number_too_long")
    return int(digits)


def _fraction(digits: str) -> Decimal:
    number = Decimal(digits)
    if len(digits) > LONGEST_FRACTION or abs(number.adjusted()) > LONGEST_FRACTION:
        raise _malformed("number_too_long")
    return number


def _constant(_name: str) -> Never:
    raise _malformed("not_a_number")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_repetition,
    parse_int=_whole_number,
    parse_float=_fraction,
    parse_constant=_constant,
)


def _decoded(text: str) -> Json:
    try:
        value: Json = _DECODER.decode(text)
    except RecursionError:
        raise _malformed("too_deep") from None
    except (ValueError, ArithmeticError):
        raise _malformed("not_json") from None
    return value


def _deeper_than(value: Json, *, levels: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    if levels == 0:
        return True
    inner = value.values() if isinstance(value, dict) else value
    return any(_deeper_than(one, levels=levels - 1) for one in inner)


def _needs_no_cleaning(body: bytes, *, text: str) -> bool:
    """Whether the whole body is plain, so that every text in it is: parts of a text in NFC are in NFC."""
    if b"\\" in body:
        return False
    if text.isascii():
        return "\x7f" not in text
    return find_disguise(text) is None and unicodedata.is_normalized("NFC", text)


def _cleaned_or_refused(value: Json) -> Json:
    path: list[str | int] = []
    try:
        return _cleaned(value, path=path)
    except _NotPlainError as found:
        pointer = json_pointer(path)
        facts = {"field": pointer.lstrip("/") or "body", "expected": "plain_text", "disguise": found.disguise.value}
        raise edge_error(Code.INVALID_VALUE, place={"pointer": pointer}, **facts) from None


def _cleaned(value: Json, *, path: list[str | int]) -> Json:
    """The value with plain texts; on a refusal, path is left at the text that was refused."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [_cleaned_at(index, value=one, path=path) for index, one in enumerate(value)]
    if isinstance(value, dict):
        pairs = [(plain_text(key), _cleaned_at(key, value=one, path=path)) for key, one in value.items()]
        return _without_repetition(pairs)  # two keys can become one by NFC
    return value


def _cleaned_at(part: str | int, *, value: Json, path: list[str | int]) -> Json:
    path.append(part)
    cleaned = _cleaned(value, path=path)
    path.pop()
    return cleaned
