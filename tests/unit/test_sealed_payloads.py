"""What a backup finds of encrypted payloads in the rows of a Temporal, whichever way they were written down."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from temporalio.api.common.v1 import Payload

from tilbake.backups.encrypted import known, lacking, sealed_in, why_lacking
from tilbake.backups.manifest import Manifest
from tilbake.commands.backup import tell_of_keys
from tilbake.language import SETTING as LANGUAGE
from tilbake.temporal.payload_codec import ENCODING, EncryptionCodec
from tilbake.temporal.payload_keys import KeyRing, fingerprint

pytestmark = pytest.mark.unit

RING = KeyRing("a", {"a": bytes(range(32))})
OTHER = KeyRing("a", {"a": bytes(range(1, 33))})
NAMES = b"\n\x16\n\x11encryption-key-id\x12\x01a"
ENCODED = b"\n\x1c\n\x08encoding\x12\x10" + ENCODING


async def data(size: int) -> bytes:
    """Of an encrypted payload: the nonce and what was closed."""
    (payload,) = await EncryptionCodec(RING).encode([Payload(data=b"x" * size)])
    return payload.data


def written(data: bytes, *, key_first: bool) -> bytes:
    """A payload of so much data as a row holds it, something of another kind before and behind it."""
    length = bytes([len(data)]) if len(data) < 128 else bytes([len(data) & 0x7F | 0x80, len(data) >> 7])
    said = NAMES + ENCODED if key_first else ENCODED + NAMES
    return b"\x0a\x05other" + said + b"\x12" + length + data + b"\x1a\x00"


def kept(folder: Path, *values: bytes) -> Path:
    file = folder / "temporal.db"
    with closing(sqlite3.connect(file)) as rows:
        rows.execute("create table history_node (data blob)")
        rows.executemany("insert into history_node values (?)", [(value,) for value in values])
        rows.commit()
    return file


@pytest.mark.parametrize("key_first", [True, False])
@pytest.mark.parametrize("size", [1, 60, 90, 5000])
async def test_a_payload_is_found_with_its_data(size: int, tmp_path: Path, *, key_first: bool) -> None:
    closed = await data(size)

    assert sealed_in(kept(tmp_path, written(closed, key_first=key_first))) == {"a": [closed]}


async def test_of_many_payloads_some_are_enough_and_one_that_is_cut_off_is_named_only(tmp_path: Path) -> None:
    whole = written(await data(60), key_first=True)

    assert len(sealed_in(kept(tmp_path, *[whole] * 50))["a"]) == 20
    (tmp_path / "temporal.db").unlink()
    assert sealed_in(kept(tmp_path, whole[:-10], NAMES)) == {"a": []}


async def test_a_key_that_opens_nothing_is_lacking_and_one_that_opens_anything_is_not(tmp_path: Path) -> None:
    sealed = {"a": [b"of somebody else", await data(60)]}

    assert lacking({"a": ""}, RING, sealed) == []
    assert lacking({"a": ""}, OTHER, sealed) == ["a"]
    assert lacking({"a": ""}, None, sealed) == ["a"]
    assert lacking({"a": ""}, OTHER, {"a": []}) == []
    assert known(RING, sealed) == {"a": fingerprint(RING.keys["a"])}
    assert known(OTHER, sealed) == known(None, sealed) == {"a": ""}


@pytest.mark.parametrize(
    ("ring", "nb", "en"),
    [
        (None, "TILBAKE_PAYLOAD_KEYS_FILE er ikke satt", "TILBAKE_PAYLOAD_KEYS_FILE is not set"),
        (
            KeyRing("b", {"b": bytes(range(32))}),
            "nøkkelringen i TILBAKE_PAYLOAD_KEYS_FILE har ikke a",
            "the ring of TILBAKE_PAYLOAD_KEYS_FILE lacks a",
        ),
        (
            OTHER,
            "nøkkelringen i TILBAKE_PAYLOAD_KEYS_FILE har en annen nøkkel under a",
            "the ring of TILBAKE_PAYLOAD_KEYS_FILE has another key under a",
        ),
    ],
)
def test_no_ring_a_ring_without_the_key_and_one_with_another_are_told_apart(
    ring: KeyRing | None, nb: str, en: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LANGUAGE, "nb")
    norwegian = why_lacking(["a"], ring)
    monkeypatch.setenv(LANGUAGE, "en")

    assert (norwegian, why_lacking(["a"], ring)) == (nb, en)


def test_a_ring_may_lack_one_key_and_have_another_under_a_second_id() -> None:
    assert why_lacking(["a", "b"], OTHER) == (
        "the ring of TILBAKE_PAYLOAD_KEYS_FILE lacks b and the ring of TILBAKE_PAYLOAD_KEYS_FILE has another key under a"
    )


def told(ring: KeyRing | None, sealed: dict[str, list[bytes]], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What a backup says of the keys."""
    tell_of_keys(Manifest("2026-11-27", 1, [], {}, payload_keys=known(ring, sealed)), ring)
    return capsys.readouterr().out.splitlines()


async def test_a_backup_names_the_ring_there_is_and_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    sealed = {"a": [await data(60)]}
    kept_apart = (
        "The ring of TILBAKE_PAYLOAD_KEYS_FILE (a) is no part of it: keep that file apart, a restore looks for it."
    )
    unknown = "Temporal keeps what was encrypted with a, but {why}: look for the key, and keep it apart."

    assert told(RING, sealed, capsys) == [kept_apart]
    assert told(None, sealed, capsys) == [unknown.format(why="TILBAKE_PAYLOAD_KEYS_FILE is not set")]
    assert told(OTHER, sealed, capsys) == [
        unknown.format(why="the ring of TILBAKE_PAYLOAD_KEYS_FILE has another key under a")
    ]
    assert told(None, {}, capsys) == []
