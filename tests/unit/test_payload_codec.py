"""Encrypted payloads: whatever is encoded comes back, nothing readable is left, and nothing that was changed is taken."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError

from tests.unit.test_payload_keys import A, B
from tilbake.settings import Settings
from tilbake.temporal.data_converter import data_converter
from tilbake.temporal.payload_codec import ENCODING, KEY_ID, EncryptionCodec, NotOurs, UnknownKey
from tilbake.temporal.payload_keys import ring_of

pytestmark = pytest.mark.unit


def codec(text: str) -> EncryptionCodec:
    return EncryptionCodec(ring_of(text, source=Path("ring.keys")))


def encoded(codec: EncryptionCodec, *payloads: Payload) -> list[Payload]:
    return asyncio.run(codec.encode(payloads))


def decoded(codec: EncryptionCodec, *payloads: Payload) -> list[Payload]:
    return asyncio.run(codec.decode(payloads))


PAYLOADS = st.builds(
    Payload,
    metadata=st.dictionaries(st.text(max_size=8), st.binary(max_size=8), max_size=3),
    data=st.binary(max_size=300),
)


@given(st.lists(PAYLOADS, max_size=5))
def test_what_is_encrypted_comes_back_also_after_a_rotation(payloads: list[Payload]) -> None:
    before = encoded(codec(f"a {A}"), *payloads)

    assert decoded(codec(f"a {A}"), *before) == payloads
    assert decoded(codec(f"b {B}\na {A}"), *before) == payloads
    assert all(one.metadata == {"encoding": ENCODING, KEY_ID: b"a"} for one in before)


def test_a_payload_that_says_it_is_encrypted_comes_back_as_it_was_too() -> None:
    own = codec(f"a {A}")
    (once,) = encoded(own, Payload(data=b"word"))

    assert decoded(own, *encoded(own, once)) == [once]


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    first, second = encoded(
        codec(f"a {A}"), *[Payload(metadata={"encoding": b"json/plain"}, data=b'"Storhavnzeta"')] * 2
    )

    assert b"Storhavnzeta" not in first.SerializeToString()
    assert b"json/plain" not in first.SerializeToString()
    assert first.data != second.data
    assert first.data[:12] != second.data[:12]


def test_a_plain_payload_stays_readable() -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"before it was switched on"')

    assert decoded(codec(f"a {A}"), plain) == [plain]


@pytest.mark.parametrize("place", [0, 11, 12, 20, -1])
def test_a_payload_of_which_one_bit_was_changed_is_refused(place: int) -> None:
    own = codec(f"a {A}")
    (payload,) = encoded(own, Payload(data=b"twelve hours on Alfa"))
    changed = bytearray(payload.data)
    changed[place] ^= 1

    with pytest.raises(NotOurs):
        decoded(own, Payload(metadata=payload.metadata, data=bytes(changed)))


def test_the_id_of_the_key_is_authenticated() -> None:
    key = ring_of(f"a {A}", source=Path()).keys["a"]
    (payload,) = encoded(codec(f"a {A}"), Payload(data=b"word"))
    renamed = codec(f"z {B}\nb {A}")
    assert renamed._ciphers.keys() == {"z", "b"}
    assert key == ring_of(f"b {A}", source=Path()).keys["b"]

    with pytest.raises(NotOurs):
        decoded(renamed, Payload(metadata={"encoding": ENCODING, KEY_ID: b"b"}, data=payload.data))


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 12])
def test_what_is_too_short_to_be_encrypted_is_refused(data: bytes) -> None:
    with pytest.raises(NotOurs):
        decoded(codec(f"a {A}"), Payload(metadata={"encoding": ENCODING, KEY_ID: b"a"}, data=data))


@pytest.mark.parametrize(("said", "shown"), [(b"a", "'a'"), (b"", "''"), (b"\xff\n", "\\n"), (b"x" * 900, "x" * 64)])
def test_a_key_that_is_not_there_is_named(said: bytes, shown: str) -> None:
    with pytest.raises(UnknownKey) as missing:
        decoded(codec(f"b {B}"), Payload(metadata={"encoding": ENCODING, KEY_ID: said}, data=b"x" * 40))

    assert shown in str(missing.value)
    assert len(str(missing.value)) < 200
    assert "\n" not in str(missing.value)


def test_without_a_ring_everything_is_written_as_before() -> None:
    assert data_converter(Settings()) is DataConverter.default


def test_texts_of_failures_are_encrypted_too(tmp_path: Path) -> None:
    file = tmp_path / "ring.keys"
    file.write_text(f"a {A}\n")
    converter = data_converter(Settings(payload_keys_file=file))
    failure = Failure()

    asyncio.run(converter.encode_failure(ApplicationError("Storhavnzeta", "Kvernknurr", type="Refused"), failure))

    assert b"Storhavnzeta" not in failure.SerializeToString()
    assert b"Kvernknurr" not in failure.SerializeToString()
    found = asyncio.run(converter.decode_failure(failure))
    assert isinstance(found, ApplicationError)
    assert (found.message, found.details) == ("Storhavnzeta", ("Kvernknurr",))
