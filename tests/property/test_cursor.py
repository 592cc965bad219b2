"""A cursor gives back what was put in; anything else is refused, never an error."""

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.cursor import decode_cursor, encode_cursor
from api.edge import EdgeError
from api.excerpts import UNSHOWABLE

plain_texts = st.text(max_size=30).filter(lambda text: not UNSHOWABLE.search(text))


@given(plain_texts, st.integers(-(2**63) + 1, 2**63 - 1))
def test_a_cursor_gives_back_its_values(text: str, number: int) -> None:
    assert decode_cursor(encode_cursor([text, number]), shape=(str, int)) == (text, number)


@given(st.text(max_size=60) | st.from_regex("[A-Za-z0-9_-]{1,60}", fullmatch=True))
def test_noise_is_refused(text: str) -> None:
    with pytest.raises(EdgeError, match="invalid_value"):
        decode_cursor(text, shape=(str, int))


@pytest.mark.parametrize(
    "content",
    [b'"ab"', b"{}", b"[1,2]", b'["a",1.5]', b'["a",true]', b'["a", 1]', b'["a",1,2]', b'["\\ud800",1]',
     b'["\\u0000",1]', b'["a",9223372036854775808]', b'["a",NaN]', b"\xff", b"[" * 600],
)  # fmt: skip
def test_a_right_checksum_makes_no_wrong_values_right(content: bytes) -> None:
    checked = zlib.crc32(content).to_bytes(4, "big") + content
    text = base64.urlsafe_b64encode(checked).decode().rstrip("=")

    with pytest.raises(EdgeError, match="invalid_value"):
        decode_cursor(text, shape=(str, int))
