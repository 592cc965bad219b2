"""The key ring: what can be read as one, what is refused and how, and the command that makes and rotates keys."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from api.main import create_app
from tilbake.cli import main
from tilbake.commands.doctor.encryption import encryption
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import RingUnusable, open_to_others, read_ring, ring_of

pytestmark = pytest.mark.unit
RING = Path("ring.keys")
A, B = (base64.b64encode(bytes(range(first, first + 32))).decode() for first in (1, 101))


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    ring = ring_of(f"# of the company\n\nnew {B}\n  old\t{A}  \n", source=RING)

    assert ring.first == "new"
    assert {id: base64.b64encode(key).decode() for id, key in ring.keys.items()} == {"new": B, "old": A}
    assert B not in repr(ring)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there is no key in it"),
        ("# nothing\n", "there is no key in it"),
        (A, "line 1 must be an id and a key in base64"),
        (f"a {A} {B}", "line 1 must be an id and a key in base64"),
        (f"a {A}\n\nb/c {B}", "line 3 must begin with an id"),
        (f"-a {A}", "line 1 must begin with an id"),
        (f"{'a' * 65} {A}", "line 1 must begin with an id"),
        (f"a {A[:-1]}", "the key of line 1 is not base64"),
        (f"a {A[:-4]}", "the key of line 1 has 30 bytes and must have 32"),
        ("a c2VjcmV0", "the key of line 1 has 6 bytes and must have 32"),
        (f"a !{A[1:]}", "the key of line 1 is not base64"),
        (f"a {base64.b64encode(bytes(32)).decode()}", "is one byte repeated"),
        (f"a {A}\na {B}", "line 2 has the id of a line above it"),
        (f"a {A}\nb {A}", "line 2 has the key of a line above it"),
    ],
)
def test_a_ring_that_cannot_be_used_is_refused_in_one_line_that_shows_nothing_of_it(text: str, problem: str) -> None:
    with pytest.raises(RingUnusable) as refused:
        ring_of(text, source=RING)

    said = str(refused.value)
    assert problem in said
    assert "\n" not in said
    assert "ring.keys" in said
    assert "TILBAKE_PAYLOAD_KEYS_FILE" in said
    assert not [word for word in text.split() if len(word) > 8 and word in said]


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "it cannot be read (no such file"), (b"\xe9", "no text in UTF-8"), (b"#" * 70_000, "longer than")],
)
def test_a_file_that_is_no_ring_is_refused(content: bytes | None, problem: str, tmp_path: Path) -> None:
    file = tmp_path / "ring.keys"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(RingUnusable, match=problem.replace("(", r"\(")):
        read_ring(file)


def test_a_new_key_decrypts_until_it_is_told_to_encrypt(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ring.keys"

    assert main(["keys", "new", str(file), "first"]) == 0
    assert main(["keys", "new", str(file), "second"]) == 0
    before = read_ring(file)
    assert main(["keys", "use", str(file), "second"]) == 0
    after = read_ring(file)

    assert (before.first, after.first) == ("first", "second")
    assert before.keys == after.keys
    assert main(["keys", "list", str(file)]) == 0
    assert "second encrypts and decrypts\nfirst decrypts\n" in capsys.readouterr().out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["ring.keys"]


@pytest.mark.parametrize(
    "words", [["new", "FILE", "first"], ["use", "FILE", "third"], ["use", "FILE"], ["new", "FILE", "a b"]]
)
def test_what_would_spoil_a_ring_changes_nothing(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ring.keys"
    main(["keys", "new", str(file), "first"])
    before = file.read_bytes()

    assert main(["keys", *(word.replace("FILE", str(file)) for word in words)]) == 1

    assert file.read_bytes() == before
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_doctor_says_which_key_encrypts_and_warns_of_a_file_others_can_open(tmp_path: Path) -> None:
    file = tmp_path / "ring.keys"
    file.write_text(f"new {B}\nold {A}\n")
    file.chmod(0o640)
    settings = Settings(payload_keys_file=file)

    open_one = encryption(settings)
    file.chmod(0o600)
    closed = encryption(settings)

    assert open_one.mark == "WARN"
    assert "chmod 600" in open_one.text
    assert (closed.mark, closed.text) == (
        "ok  ",
        "the key new encrypts; old only decrypt; no backup has them, so keep a copy of the file apart",
    )
    assert not open_to_others(file)


@pytest.mark.parametrize(("mode", "is_open"), [(0o440, False), (0o640, False), (0o660, True), (0o444, True)])
def test_who_does_not_own_the_file_reads_it_by_the_group(
    mode: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_open: bool
) -> None:
    file = tmp_path / "ring.keys"
    file.touch()
    file.chmod(mode)
    monkeypatch.setattr(os, "geteuid", lambda: file.stat().st_uid + 1)

    assert open_to_others(file) is is_open


def test_the_doctor_says_where_nothing_is_encrypted_or_the_ring_cannot_be_used(tmp_path: Path) -> None:
    assert encryption(Settings()).mark == "-   "
    assert encryption(Settings(payload_keys_file=tmp_path / "none")).mark == "BAD "


def test_an_api_whose_ring_cannot_be_used_does_not_begin(tmp_path: Path) -> None:
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1:1/none", data_dir=tmp_path, payload_keys_file=tmp_path / "none"
    )

    with pytest.raises(RingUnusable, match="cannot be read"):
        create_app(settings)


def test_a_start_with_a_ring_that_cannot_be_used_is_one_line_and_starts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TILBAKE_PAYLOAD_KEYS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(tmp_path / "data"))

    assert main(["start", "--once"]) == 1

    said = capsys.readouterr()
    assert said.err.startswith("The key ring ")
    assert len((said.out + said.err).splitlines()) == 1
    assert not (tmp_path / "data").exists()


def test_a_file_that_is_empty_is_filled(tmp_path: Path) -> None:
    file = tmp_path / "ring.keys"
    file.touch()

    assert main(["keys", "new", str(file), "first"]) == 0

    assert list(read_ring(file).keys) == ["first"]


def test_a_link_stays_one_and_the_ring_it_leads_to_has_the_key(tmp_path: Path) -> None:
    ring, link = tmp_path / "ring.keys", tmp_path / "link.keys"
    main(["keys", "new", str(ring), "first"])
    link.symlink_to(ring)

    assert main(["keys", "new", str(link), "second"]) == 0

    assert link.is_symlink()
    assert list(read_ring(ring).keys) == ["first", "second"]


def test_a_mark_of_an_editor_and_words_for_people_are_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "ring.keys"
    main(["keys", "new", str(file), "first"])
    file.write_text(f"\N{BYTE ORDER MARK}# nøkkelen fra mars\n{file.read_text()}", encoding="utf-8")

    assert main(["keys", "new", str(file), "second"]) == 0

    assert list(read_ring(file).keys) == ["first", "second"]


@pytest.mark.parametrize(
    ("words", "said"), [(["use", "FILE"], "Name the key"), (["list", "FILE", "first"], "keys list takes a file")]
)
def test_what_is_missing_or_too_much_is_said(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ring.keys"
    main(["keys", "new", str(file), "first"])
    before = file.read_text()

    assert main(["keys", *(word.replace("FILE", str(file)) for word in words)]) == 1

    assert said in capsys.readouterr().err
    assert file.read_text() == before
