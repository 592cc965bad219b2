"""The command: its lines, its counts and its exit codes."""

import argparse
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

import httpx
import pytest

from tests.unit.conformance.cases import SERVICE, text
from tests.unit.conformance.fake_api import FakeApi
from tilbake.commands import conformance
from tilbake.conformance import disputed
from tilbake.conformance.service import Service

pytestmark = pytest.mark.unit

PASSING = text("- submit: [E1]", case="T-1", expect="{entries: {E1: submitted}}")
FAILING = text("- submit: [E1]", case="T-2", expect="{entries: {E1: draft}}")


@pytest.fixture(autouse=True)
def _fake_service(monkeypatch: pytest.MonkeyPatch) -> None:
    def chosen(_: argparse.Namespace) -> AbstractAsyncContextManager[Service]:
        return nullcontext(SERVICE)

    def client(**_: object) -> httpx.AsyncClient:
        return real(base_url="http://fake", transport=FakeApi().transport())

    real = httpx.AsyncClient
    monkeypatch.setattr(conformance, "_service", chosen)
    monkeypatch.setattr(httpx, "AsyncClient", client)
    monkeypatch.setattr(disputed, "COMMITTED", Path("nowhere"))


def ended(directory: Path, *, content: str, arguments: tuple[str, ...] = ()) -> int:
    path = directory / "cases.yaml"
    path.write_text(content, encoding="utf-8")
    parser = argparse.ArgumentParser()
    conformance.add_parser(parser.add_subparsers())
    return conformance.run(parser.parse_args(["conformance", str(path), *arguments]))


def test_all_passed_is_exit_code_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, content=PASSING) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok   T-1 A case of the tests  (")
    assert lines[-1] == "1 passed, 0 failed"


def test_a_failed_case_is_exit_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, content=PASSING + FAILING) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "FAIL T-2 expect: entries E1: expected draft, got submitted"
    assert lines[-1] == "1 passed, 1 failed"


def test_a_file_that_leaves_the_format_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, content=text("- fly: [E1]")) == 2

    assert "cases.yaml: T-1: step 1.fly" in capsys.readouterr().err


def test_only_the_cases_asked_for_are_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, content=PASSING + FAILING, arguments=("--only", "T-1")) == 0

    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"


def test_an_unknown_id_is_exit_code_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(tmp_path, content=PASSING, arguments=("--only", "T-1,T-9")) == 2

    assert capsys.readouterr().err.strip() == "no case has the id T-9"


def test_a_disputed_case_does_not_fail_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "disputed.md"
    table.write_text("text\n\n| id | reason |\n|---|---|\n| T-2 | the draft is submitted |\n", encoding="utf-8")
    monkeypatch.setattr(disputed, "COMMITTED", table)

    assert ended(tmp_path, content=PASSING + FAILING) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("disputed T-2 ")
    assert lines[-2:] == ["1 disputed", "1 passed, 0 failed"]


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_jobs_is_a_whole_number_above_0(tmp_path: Path, jobs: str) -> None:
    with pytest.raises(SystemExit) as caught:
        ended(tmp_path, content=PASSING, arguments=("--jobs", jobs))

    assert caught.value.code == 2


def test_the_committed_table_of_disputed_cases_can_be_read() -> None:
    committed = Path(__file__).parents[2] / "conformance" / "disputed.md"

    assert committed.is_file()
    assert disputed.read(committed) == {}
