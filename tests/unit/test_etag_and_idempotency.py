"""Entity tags match strongly or not at all; idempotency keys are visible ASCII; equal requests hash alike."""

import pytest

from api.edge import EdgeError
from api.etag import etag, if_match
from api.idempotency import idempotency_key, request_hash


def test_a_version_becomes_a_quoted_tag() -> None:
    assert etag("abc-1") == '"abc-1"'


@pytest.mark.parametrize("version", ['a"b', "a b", "å", "a\n"])
def test_a_version_that_no_tag_can_hold_is_a_bug(version: str) -> None:
    with pytest.raises(ValueError, match="visible ASCII"):
        etag(version)


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ('"v1"', True),
        ('"v0", "v1"', True),
        (' "v0" ,, "v1" ,', True),
        ('"a,b","v1"', True),
        ("*", True),
        ('"v2"', False),
        ('W/"v1"', False),
        ('W/"v1", "v2"', False),
        ('""', False),
    ],
)
def test_if_match_compares_strongly(header: str, *, matches: bool) -> None:
    asked = if_match(header)

    assert asked is not None
    assert asked.matches("v1") is matches


def test_no_header_asks_for_nothing() -> None:
    assert if_match(None) is None


@pytest.mark.parametrize("header", ["", " ", "v1", '"v1', '"v1""v2"', '"v1" "v2"', 'w/"v1"', '*, "v1"', '"a b"', ","])
def test_what_is_no_list_of_tags_is_refused(header: str) -> None:
    with pytest.raises(EdgeError, match="invalid_value"):
        if_match(header)


@pytest.mark.parametrize("key", ["a", "k" * 255, "0192-~!"])
def test_a_visible_ascii_key_is_taken(key: str) -> None:
    assert idempotency_key([key]) == key


@pytest.mark.parametrize("key", ["", "k" * 256, "a b", "å", "a\n"])
def test_any_other_key_is_refused(key: str) -> None:
    with pytest.raises(EdgeError, match="invalid_value"):
        idempotency_key([key])


def test_no_key_is_fine() -> None:
    assert idempotency_key([]) is None


@pytest.mark.parametrize("keys", [["a", "b"], ["a", "a"], ["a", ""]])
def test_two_keys_are_none(keys: list[str]) -> None:
    with pytest.raises(EdgeError, match="invalid_value"):
        idempotency_key(keys)


def test_only_equal_requests_hash_alike() -> None:
    requests = [("POST", "/a", b"bc"), ("POST", "/ab", b"c"), ("PUT", "/a", b"bc"), ("POST", "/a", b"")]

    hashes = {request_hash(method, path=path, body=body) for method, path, body in requests}

    assert len(hashes) == len(requests)
    assert request_hash("post", path="/a", body=b"bc") in hashes
