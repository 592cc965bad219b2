"""Small files: read up to a size and from nothing that has no end, written whole or not at all."""

from __future__ import annotations

import fcntl
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from files.reading import MOST_BYTES, NoFile, NoText, TooLong, read_small, read_text
from files.writing import new_file, write_first, write_whole

pytestmark = pytest.mark.unit


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file that others may read, alone in its directory."""
    found = tmp_path / "file"
    found.write_text("as it was")
    found.chmod(0o644)
    return found


def what_is_in(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def test_as_much_is_read_as_may_be_and_no_byte_more(tmp_path: Path) -> None:
    most, more = tmp_path / "most", tmp_path / "more"
    most.write_bytes(b"a" * MOST_BYTES)
    more.write_bytes(b"a" * (MOST_BYTES + 1))

    assert len(read_small(most)) == MOST_BYTES
    with pytest.raises(TooLong, match="Is longer than 64 kB"):
        read_small(more)
    assert len(read_small(more, most_bytes=2 * MOST_BYTES)) == MOST_BYTES + 1


def test_a_link_is_followed(file: Path) -> None:
    link = file.with_name("link")
    link.symlink_to(file)

    assert read_text(link) == "as it was"


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_nothing_is_read_from_what_may_have_no_end(kind: str, tmp_path: Path) -> None:
    place = Path("/dev/zero")
    if kind == "pipe":
        place = tmp_path / "pipe"
        os.mkfifo(place)

    with pytest.raises(NoFile, match="Is no file"):
        read_small(place)


def test_the_system_says_what_it_always_says(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        read_small(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_small(tmp_path / "none")


def test_text_is_utf_8_without_the_mark_of_an_editor_and_what_is_not_is_never_shown(file: Path) -> None:
    file.write_text("\N{BYTE ORDER MARK}nøkkel\n", encoding="utf-8")

    assert read_text(file) == "nøkkel\n"

    file.write_bytes(b"hemmelig\xff")
    with pytest.raises(NoText, match="Is no text in UTF-8") as refused:
        read_text(file)
    assert "hemmelig" not in repr(refused.value)
    assert refused.value.__suppress_context__


def test_what_is_written_takes_the_place_of_the_old_and_is_its_owners_alone(file: Path) -> None:
    write_whole(file, "nytt")

    assert what_is_in(file.parent) == {"file": "nytt"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_stays_one_and_what_it_leads_to_is_written(file: Path) -> None:
    (file.parent / "elsewhere").mkdir()
    link = file.parent / "elsewhere" / "link"
    link.symlink_to(file)

    write_whole(link, "nytt")

    assert link.is_symlink()
    assert file.read_text() == "nytt"
    assert [path.name for path in link.parent.iterdir()] == ["link"]


@pytest.mark.parametrize("kind", ["pipe", "directory", "link to itself"])
def test_nothing_takes_the_place_of_what_is_no_file(kind: str, tmp_path: Path) -> None:
    place = tmp_path / "place"
    match kind:
        case "pipe":
            os.mkfifo(place)
        case "directory":
            place.mkdir()
        case _:
            place.symlink_to(place)
    before = place.lstat()

    with pytest.raises(NoFile):
        write_whole(place, "nytt")

    assert os.path.samestat(place.lstat(), before)
    assert list(tmp_path.iterdir()) == [place]


def test_of_a_file_that_was_not_finished_nothing_is_left(file: Path) -> None:
    def write_half() -> None:
        with new_file(file, mode=0o600) as begun:
            begun.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        write_half()

    assert what_is_in(file.parent) == {"file": "as it was"}


def test_a_writer_that_is_killed_leaves_the_old_file_and_the_next_one_writes(file: Path) -> None:
    killed = "import os, sys; from pathlib import Path; from files.writing import new_file\n"
    killed += "with new_file(Path(sys.argv[1]), mode=0o600) as begun: begun.write(b'half'); begun.flush(); os._exit(9)"

    done = subprocess.run([sys.executable, "-c", killed, file], check=False, cwd=Path(__file__).parents[2])

    assert done.returncode == 9
    assert file.read_text() == "as it was"
    write_whole(file, "nytt")
    assert what_is_in(file.parent) == {"file": "nytt"}


def test_what_somebody_still_writes_is_not_taken_for_left(file: Path) -> None:
    stranger = file.with_name("file.of.somebody.part")
    stranger.write_text("theirs")

    with new_file(file, mode=0o600) as begun:
        begun.write(b"slow")
        write_whole(file, "nytt")

    assert what_is_in(file.parent) == {"file": "slow", stranger.name: "theirs"}


def test_a_draft_that_was_removed_before_it_was_held_is_begun_anew(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = fcntl.flock
    calls: list[int] = []

    def remove_first(descriptor: int, how: int) -> None:
        if not calls:
            next(path for path in file.parent.iterdir() if path.suffix == ".part").unlink()
        calls.append(how)
        lock(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", remove_first)
    write_whole(file, "nytt")

    assert len(calls) == 2
    assert what_is_in(file.parent) == {"file": "nytt"}


def test_all_of_it_is_on_the_disk_before_it_has_its_name(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    fsync = os.fsync

    def keep(descriptor: int) -> None:
        kept.append(file.read_text())
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", keep)
    write_whole(file, "nytt")

    assert kept == ["as it was", "nytt"]  # the file under its other name, then the directory with the new one


def test_of_many_who_write_at_once_one_is_there_wholly(file: Path) -> None:
    texts = [letter * 50_000 for letter in "abcdefgh"]

    with ThreadPoolExecutor(8) as writers:
        list(writers.map(lambda text: write_whole(file, text), texts))

    assert file.read_text() in texts
    assert list(file.parent.iterdir()) == [file]


def test_two_who_write_in_turns_mix_nothing(file: Path) -> None:
    with new_file(file, mode=0o600) as first:
        first.write(b"first 1\n")
        with new_file(file, mode=0o600) as second:
            second.write(b"second\n")
        assert file.read_bytes() == b"second\n"
        first.write(b"first 2\n")

    assert file.read_bytes() == b"first 1\nfirst 2\n"
    assert list(file.parent.iterdir()) == [file]


def test_of_many_who_come_at_once_the_first_stays(tmp_path: Path) -> None:
    place = tmp_path / "key"

    def come(number: int) -> bytes:
        write_first(place, str(number).encode() * 5_000)
        return place.read_bytes()

    with ThreadPoolExecutor(8) as comers:
        found = set(comers.map(come, range(8)))

    assert len(found) == 1
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [place]
