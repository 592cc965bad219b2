"""Why a file cannot be used is said in the language of who reads it, not in that of the system."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from domain.language import Language
from files.reading import read_text
from tilbake import cli
from tilbake.file_faults import why
from tilbake.language import SETTING

pytestmark = pytest.mark.unit


def fault_of(path: Path) -> OSError:
    try:
        pytest.fail(f"{path} was read: {read_text(path)!r}")
    except OSError as fault:
        return fault


@pytest.fixture(params=["nowhere", "directory", "below", "device", "long", "latin"])
def faulty(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, OSError]:
    """What stands in the way, and what reading raised."""
    (tmp_path / "directory").mkdir()
    (tmp_path / "long").write_bytes(b"#" * 70_000)
    (tmp_path / "latin").write_bytes(b"\xe9")
    paths = {"below": tmp_path / "latin" / "file", "device": Path("/dev/null")}
    return request.param, fault_of(paths.get(request.param, tmp_path / request.param))


SAID = {
    "nowhere": ("ingen slik fil eller mappe", "no such file or directory"),
    "directory": ("det er en mappe", "it is a directory"),
    "below": ("noe på veien dit er ingen mappe", "something on the way there is no directory"),
    "device": ("det er ingen fil", "it is no file"),
    "long": ("den er lengre enn 64 kB", "it is longer than 64 kB"),
    "latin": ("den er ikke tekst i UTF-8", "it is no text in UTF-8"),
}


def test_what_stands_in_the_way_is_said_in_both_languages(faulty: tuple[str, OSError]) -> None:
    name, fault = faulty

    assert (why(fault, language=Language.NB), why(fault, language=Language.EN)) == SAID[name]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_who_may_not_is_told_so_by_either_number(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SETTING, "nb")

    assert why(OSError(number, "Permission denied")) == "ingen tilgang"


def test_what_is_rare_is_said_as_the_system_says_it() -> None:
    assert why(OSError(errno.EBADF, "Bad file descriptor")) == "Bad file descriptor"
    assert why(TimeoutError()) == "TimeoutError"


@pytest.mark.parametrize(
    "words",
    [
        ["import", "harvest", "{file}", "--check", "--lang", "nb"],
        ["policy", "replay", "{file}", "--lang", "nb"],
    ],
)
def test_a_command_says_it_in_the_language_it_was_asked_for(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TILBAKE_TOKEN", "nobody")

    assert cli.main([one.format(file=tmp_path / "nowhere") for one in words]) == 2

    assert capsys.readouterr().err.endswith("kan ikke leses: ingen slik fil eller mappe\n")


@pytest.mark.parametrize("words", [["token", "bob"], ["export", "actuals"]])
def test_a_key_that_cannot_be_read_is_named_with_the_reason(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "issuer.key").mkdir()
    for name, value in {"TILBAKE_DATA_DIR": str(tmp_path), SETTING: "nb"}.items():
        monkeypatch.setenv(name, value)

    assert cli.main(words) == 1

    assert capsys.readouterr().err == f"{tmp_path}/issuer.key kan ikke leses eller skrives: det er en mappe.\n"
