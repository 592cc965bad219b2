"""However a command ends, a person sees a sentence or nothing, never a traceback."""

from __future__ import annotations

import argparse
import asyncio
from types import SimpleNamespace

import pytest

from tilbake import cli
from tilbake.commands import start
from tilbake.errors import CannotStart
from tilbake.version import VERSION

pytestmark = pytest.mark.unit


def ends_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Every command now raises this error."""

    def fail(_: argparse.Namespace) -> int:
        raise error

    def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
        subparsers.add_parser("start").add_argument("--once", action="store_true")

    monkeypatch.setattr(cli, "_command", lambda name: SimpleNamespace(add_parser=add_parser, run=fail))


@pytest.mark.parametrize("words", [["start"], ["start", "--once"]])
def test_what_a_person_can_mend_is_one_sentence(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends_with(monkeypatch, CannotStart("Port 8080 is taken."))

    assert cli.main(words) == 1
    assert capsys.readouterr().err == "Port 8080 is taken.\n"


@pytest.mark.parametrize(("words", "code"), [(["start"], 0), (["start", "--once"], 130)])
def test_ctrl_c_before_anything_runs_is_a_clean_end(
    words: list[str], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ends_with(monkeypatch, KeyboardInterrupt())

    assert cli.main(words) == code
    assert capsys.readouterr().err == ""


def test_a_closed_pipe_is_a_quiet_end(monkeypatch: pytest.MonkeyPatch) -> None:
    ends_with(monkeypatch, BrokenPipeError())

    assert cli.main(["start", "--once"]) == 141


async def stopped_while(failing: asyncio.Event) -> int:
    """A start that Ctrl-C reaches in the middle of a program it called, which then fails."""
    try:
        await failing.wait()
    except asyncio.CancelledError:
        raise CannotStart("Postgres could not create its data directory.") from None
    return 1


async def test_a_program_that_ctrl_c_stopped_is_no_failure_of_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    loop = asyncio.get_running_loop()
    handlers: list[object] = []
    monkeypatch.setattr(loop, "add_signal_handler", lambda _, handler: handlers.append(handler))
    running = asyncio.create_task(start._until_signalled(stopped_while(asyncio.Event()), when_stopped=0))
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    assert callable(handlers[0])
    handlers[0]()

    assert await running == 0


async def test_a_start_that_fails_by_itself_says_so() -> None:
    async def fail() -> int:
        raise CannotStart("Port 8080 is taken.")

    with pytest.raises(CannotStart):
        await start._until_signalled(fail(), when_stopped=0)


def test_the_version_is_that_of_the_release(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        cli.main(["--version"])

    assert end.value.code == 0
    assert capsys.readouterr().out == f"tilbake {VERSION}\n"
