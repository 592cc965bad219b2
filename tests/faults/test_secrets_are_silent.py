"""Every secret that can be set stands in no word of any process: not when it serves, not when it fails, not when it is wrong itself.

What a stack with a database and a Temporal writes is looked through in test_what_logs_hold.py.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import httpx
import pytest

from tests.unmistakable import found_in
from tests.waiting import eventually
from tilbake import cli
from tilbake.embedded.ports import free_ports
from tilbake.settings import Settings, SettingsInvalid
from tilbake.settings.declaring import declared, file_names
from tilbake.settings.forms import Unusable

pytestmark = pytest.mark.faults
ROOT: Final = Path(__file__).resolve().parents[2]
FORMS: Final = ("postgresql://u:{0}@127.0.0.1:1/tilbake", "https://u:{0}@127.0.0.1:1", "x-name={0}", "{0}")
SECRETS: Final = {one.name: one for _, one in declared(Settings) if one.secret}


def word_of(name: str) -> str:
    """What stands in this secret and nowhere else."""
    return f"kvernknurr{sum(map(ord, name))}"


def value_of(name: str) -> str:
    """A value that the setting takes, with its word in it."""
    for form in FORMS:
        value = form.format(word_of(name))
        try:
            SECRETS[name].form(value)
        except Unusable:
            continue
        return value
    raise AssertionError(f"no value for {name}: write down one that it takes")


def environment(folder: Path, *, in_files: bool) -> dict[str, str]:
    """All secrets at once, by themselves or in files, and servers that nobody reaches."""
    files = file_names(Settings)
    given = {name: value_of(name) for name in SECRETS}
    if in_files:
        for name in set(files) & set(given):
            path = folder / name
            path.write_text(given.pop(name))
            given[files[name]] = str(path)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TILBAKE_LOG_LEVEL": "debug",
        "TILBAKE_TEMPORAL_ADDRESS": "127.0.0.1:1",
        "TILBAKE_SMTP_HOST": "127.0.0.1",
        "TILBAKE_SMTP_PORT": "1",
        "TILBAKE_SMTP_USER": "tilbake",
        "TILBAKE_MAIL_FROM": "tilbake@example.com",
        **given,
    }


WORDS: Final = [word_of(name) for name in SECRETS]


@pytest.mark.parametrize(
    "words", [["doctor"], ["doctor", "--audit"], ["migrate"], ["migrate", "--check"], ["token", "bob", "--hours", "0"]]
)
def test_a_command_that_finds_nothing_it_needs_tells_no_secret(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment(tmp_path, in_files=True).items():
        monkeypatch.setenv(name, value)

    assert cli.main(words) == 1

    said = capsys.readouterr()
    assert found_in({"output": said.out + said.err}, WORDS) == []
    assert said.out + said.err


@pytest.mark.long
@pytest.mark.parametrize("in_files", [False, True], ids=["in variables", "in files"])
def test_a_process_that_finds_nothing_it_needs_tells_no_secret(tmp_path: Path, *, in_files: bool) -> None:
    env = environment(tmp_path, in_files=in_files)
    commands = (
        ["-m", "api"],
        ["-m", "worker"],
        ["-m", "tilbake", "doctor"],
        ["-m", "tilbake", "doctor", "--audit"],
        ["-m", "tilbake", "migrate"],
        ["-m", "tilbake", "--help"],
    )

    running = [_begun(words, env) for words in commands]
    said = {" ".join(words): _said(process) for words, process in running}

    assert found_in(said, WORDS) == []
    assert [name for name, text in said.items() if not text.strip()] == []


def _begun(words: list[str], env: Mapping[str, str]) -> tuple[list[str], subprocess.Popen[str]]:
    port = {"TILBAKE_API_PORT": str(free_ports(1)[0])}
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**env, **port},
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if "api" in words:
        eventually(lambda: _answers(port["TILBAKE_API_PORT"]) or process.poll() is not None)
        process.send_signal(signal.SIGTERM)
    return words, process


def _answers(port: str) -> bool:
    """Ask what needs the servers, so that it fails."""
    try:
        return all(
            httpx.get(f"http://127.0.0.1:{port}{path}").status_code > 0 for path in ("/readyz", "/metrics", "/v1/me")
        )
    except httpx.TransportError:
        return False


def _said(process: subprocess.Popen[str]) -> str:
    try:
        return process.communicate(timeout=60)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()[0]


def test_a_secret_of_the_wrong_form_is_named_and_not_shown(tmp_path: Path) -> None:
    said: dict[str, str] = {}
    for name, text in _wrong():
        try:
            settings = Settings.from_environment({"HOME": str(tmp_path), name: text})
            said[f"{name} {text[:3]}"] = repr(settings)
        except SettingsInvalid as refusal:
            said[f"{name} {text[:3]}"] = str(refusal)

    assert found_in(said, WORDS) == []
    assert sum("must" in one for one in said.values()) >= 4


def _wrong() -> Iterator[tuple[str, str]]:
    for name in SECRETS:
        for text in ("mysql://{0}", "{0}", "postgresql://{0}@:0/x", " = {0} ,"):
            yield name, text.format(word_of(name))


def test_what_a_process_gives_another_one_is_all_there_is_of_them() -> None:
    """The words are in the variables of a child, which is how it reads them, and in no representation."""
    settings = Settings.from_environment({name: value_of(name) for name in SECRETS if "SMTP" not in name})

    assert found_in({"representation": repr(settings)}, WORDS) == []
    assert found_in({"variables": str(settings.as_environment())}, WORDS) != []
