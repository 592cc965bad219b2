"""A file of an export appears when all of it is written, whoever else writes one of that name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tilbake.commands.export import _target

pytestmark = pytest.mark.unit


def test_two_who_write_one_file_at_once_mix_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"

    with _target(file) as first:
        first.write(b"first 1\n")
        with _target(file) as second:
            second.write(b"second\n")
        assert file.read_bytes() == b"second\n"
        first.write(b"first 2\n")

    assert file.read_bytes() == b"first 1\nfirst 2\n"
    assert list(tmp_path.iterdir()) == [file]


def test_one_that_is_broken_off_leaves_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"before\n")

    def broken_off() -> None:
        with _target(file) as half:
            half.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        broken_off()

    assert file.read_bytes() == b"before\n"
    assert list(tmp_path.iterdir()) == [file]
