"""Whatever is sent, the edge answers in its own form: a value or a refusal, never an exception of another kind."""

import json
import unicodedata
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from api.accept_language import preferred_language
from api.edge import EdgeError, Fault
from api.etag import if_match
from api.excerpts import EXCERPT_CHARACTERS, UNSHOWABLE, excerpt, json_pointer
from api.problem import Reader, problem
from api.strict_json import parse_json, plain_text
from domain.language import Language
from domain.refusals import Code, Refusal

any_text = st.text(st.characters(exclude_categories=()), max_size=120)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@given(st.binary(max_size=200) | documents.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_value_or_a_refusal(body: bytes) -> None:
    assert refusal_of(lambda: parse_json(body)) in {None, Code.MALFORMED_BODY, Code.INVALID_VALUE}


@given(any_text)
def test_a_text_is_read_alike_however_it_is_written(text: str) -> None:
    def read(body: bytes) -> object:
        try:
            return parse_json(body)
        except EdgeError:
            return EdgeError

    escaped = read(json.dumps(text).encode())
    plain = read(json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    assert escaped == plain
    assert escaped is EdgeError or escaped == unicodedata.normalize("NFC", plain_text(text))


@given(st.sampled_from(Code), st.dictionaries(any_text, any_text, max_size=4), any_text, st.sampled_from(Language))
def test_a_problem_can_always_be_written(code: Code, facts: dict[str, str], subject: str, language: Language) -> None:
    fault = Fault(Refusal(code, subject, facts), {"pointer": json_pointer([subject])})

    answer = problem([fault, fault], reader=Reader(language, "0" * 32))

    written = json.loads(bytes(answer.body).decode("utf-8"))
    assert written["code"] == code
    assert not UNSHOWABLE.search(written["errors"][0]["detail"])


@given(any_text | st.integers() | st.floats() | st.lists(st.integers()) | st.just(10**5000))
def test_an_excerpt_is_short_and_can_be_shown(value: object) -> None:
    shown = excerpt(value)

    assert len(shown) <= EXCERPT_CHARACTERS + 1
    assert not UNSHOWABLE.search(shown)


@given(any_text)
def test_any_language_header_is_a_language(header: str) -> None:
    assert preferred_language(header) in Language


@given(any_text)
def test_any_if_match_header_is_read_or_refused(header: str) -> None:
    assert refusal_of(lambda: if_match(header)) in {None, Code.INVALID_VALUE}


def refusal_of(call: Callable[[], object]) -> Code | None:
    """The code of what a call refuses; None where it answers."""
    try:
        call()
    except EdgeError as refused:
        return refused.faults[0].refusal.code
    return None
