"""`tilbake import harvest`: checking needs nothing running, importing sends the file and prints the answer."""

import argparse
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from domain.language import Language
from tests.unit.imports.exports import SAMPLES
from tilbake.commands import import_
from tilbake.commands.exits import AWAY
from tilbake.commands.import_upload import Upload, upload
from tilbake.commands.services import Service, find_service

GOOD = str(SAMPLES / "harvest-detailed-time.csv")
BAD = str(SAMPLES / "harvest-detailed-time-bad.csv")


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    import_.add_parser(parser.add_subparsers())
    args = parser.parse_args(["import", "harvest", *words])
    return int(args.run(args))


def test_a_good_file_is_reported_and_the_exit_code_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GOOD, "--check") == 0

    out = capsys.readouterr().out
    assert "66 approved" in out
    assert "line 40, column 9 (Invoiced?): invoiced_without_approval - " in out


def test_every_fault_is_one_line_and_the_exit_code_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BAD, "--check") == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("line 5, column 1 (Date): invalid_date - ")
    assert lines[5].startswith("line 10, column 22: column_count - ")
    assert len(lines) == 13


def test_messages_come_in_norwegian_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BAD, "--check", "--lang", "nb") == 1

    assert capsys.readouterr().out.startswith("linje 5, kolonne 1 (Date): invalid_date - «2026-02-30»")


def test_a_file_that_is_no_report_is_named_by_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(b"User,Email,Client\r\n")

    assert run(str(path), "--check") == 1

    assert capsys.readouterr().out.startswith("line 1: unknown_headings - ")


@pytest.mark.parametrize("name", ["nothing.csv", ""])
def test_a_file_that_cannot_be_read_gives_exit_code_2(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path / name), "--check") == 2

    assert "cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "hint"),
    [
        ("nb", "Mapper er for en produksjonsverden: scripts/tilbake import contoso {file}."),
        ("en", "Directories are for a production world: scripts/tilbake import contoso {file}."),
    ],
)
def test_who_names_a_directory_is_told_what_reads_one(
    language: str, hint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(tmp_path), "--check", "--lang", language) == 2

    assert capsys.readouterr().err.splitlines()[1:] == [hint.format(file=tmp_path)]


@pytest.mark.parametrize(
    ("language", "start", "end"),
    [
        ("nb", "Godkjenner og enhet er ikke kontrollert, for ingen tjeneste ble spurt", "spør den."),
        ("en", "Approver and unit were not looked at, as no service was asked", "asks it."),
    ],
)
@pytest.mark.parametrize("words", [("--approver", "nobody.here"), ("--unit", "oslo")])
def test_a_check_says_that_it_did_not_look_at_approver_and_unit(
    words: tuple[str, str], language: str, start: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(GOOD, "--check", "--lang", language, *words) == 0

    line = capsys.readouterr().out.splitlines()[-1]
    assert line == f"{start}; POST /v1/imports/harvest?check=true {end}"


def test_a_check_in_which_nobody_named_them_says_nothing_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GOOD, "--check") == 0

    assert "check=true" not in capsys.readouterr().out


def test_approved_rows_need_an_approver(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(GOOD) == 2

    assert "107 approved or billed rows" in capsys.readouterr().err


def test_a_bad_file_is_never_sent(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(BAD, "--approver", "mia", "--url", "http://127.0.0.1:9") == 1

    assert "Nothing was written." in capsys.readouterr().out


@dataclass
class Standing:
    """A service that keeps what it was sent and gives a prepared answer."""

    url: str = ""
    status: int = 201
    answer: object = None
    path: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def standing() -> Iterator[Standing]:
    kept = Standing()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.path, kept.headers = self.path, {name.lower(): value for name, value in self.headers.items()}
            kept.body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(kept.status)
            self.end_headers()
            self.wfile.write(json.dumps(kept.answer).encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()


def send(standing: Standing, content: bytes) -> int:
    query = {"approver": "mia", "unapproved": "draft"}
    return upload(Upload("harvest", content, query), service=Service(standing.url, "secret"), language=Language.EN)


def test_the_whole_file_is_sent_and_the_answer_printed(standing: Standing, capsys: pytest.CaptureFixture[str]) -> None:
    standing.answer = {"id": "i1", "rows": 150, "entries": 150, "created": 140, "already_known": 10}
    content = b"x" * 200_000

    assert send(standing, content) == 0

    assert standing.body == content
    assert urlsplit(standing.path).path == "/v1/imports/harvest"
    assert parse_qs(urlsplit(standing.path).query) == {"approver": ["mia"], "unapproved": ["draft"]}
    assert standing.headers["authorization"] == "Bearer secret"
    assert standing.headers["content-type"] == "text/csv"
    assert capsys.readouterr().out == "Import i1: 140 new, 10 already known, 150 rows.\n"


def test_a_file_that_is_known_already_says_that_nothing_is_new(
    standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    standing.answer = {"id": None, "rows": 150, "created": 0, "already_known": 150}

    assert send(standing, b"x") == 0

    assert capsys.readouterr().out == "Nothing new: all 150 rows are known already.\n"


def test_what_only_the_service_could_say_is_printed_with_its_place(
    standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    place = {"record": 2, "column": 7, "heading": "Hours"}
    changed = {"line": 3, **place, "code": "changed_row", "detail": "8 is stored", "facts": {}}
    known = {"line": 4, **place, "code": "zero_quantity", "detail": "zero hours", "facts": {}}
    standing.answer = {
        "id": None,
        "rows": 30,
        "created": 0,
        "already_known": 30,
        "warnings": [changed, known, *([changed] * 24)],
    }

    assert send(standing, b"x") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Nothing new: all 30 rows are known already."
    assert lines[1:21] == ["line 3, column 7 (Hours): changed_row - 8 is stored"] * 20
    assert lines[21:] == ["Warnings not shown: 5"]


def test_a_token_of_another_service_names_the_setting(standing: Standing, capsys: pytest.CaptureFixture[str]) -> None:
    fault = {"code": "unauthenticated", "detail": "Sign in to do this."}
    standing.status, standing.answer = 401, {**fault, "errors": [fault]}

    assert send(standing, b"x") == 1

    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines()[0] == "unauthenticated - Sign in to do this."
    assert "TILBAKE_DATA_DIR" in printed.err.splitlines()[1]


@pytest.mark.parametrize(
    ("language", "said"), [(Language.EN, "The token is that of"), (Language.NB, "Tokenet er det i")]
)
def test_a_given_token_that_is_refused_names_the_variable_it_came_from(
    language: Language,
    said: str,
    standing: Standing,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TILBAKE_TOKEN", "expired")
    standing.status, standing.answer = 401, {"code": "unauthenticated", "detail": "Nobody is signed in."}
    service = find_service(standing.url)

    assert upload(Upload("harvest", b"x", {}), service=service, language=language) == 1

    (advice,) = capsys.readouterr().err.splitlines()[1:]
    assert advice.startswith(f"{said} TILBAKE_TOKEN; ")
    assert "TILBAKE_DATA_DIR" not in advice


def test_an_answer_of_something_else_is_not_taken_for_a_problem(
    standing: Standing, capsys: pytest.CaptureFixture[str]
) -> None:
    standing.status, standing.answer = 404, {"message": "Not Found"}

    assert send(standing, b"x") == 1

    assert "404" in capsys.readouterr().err


def test_an_address_that_is_none_is_refused_before_anything_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run(GOOD, "--approver", "mia", "--url", "nonsense")

    assert "http://" in capsys.readouterr().err


def test_faults_of_the_service_are_printed_like_our_own(standing: Standing, capsys: pytest.CaptureFixture[str]) -> None:
    error = {
        "line": 5,
        "record": 3,
        "column": 1,
        "heading": "Date",
        "code": "invalid_date",
        "detail": "Not a\x1b[0m day.",
    }
    standing.status, standing.answer = 422, {"code": "import_invalid", "detail": "12 faults.", "errors": [error]}

    assert send(standing, b"x") == 1

    printed = capsys.readouterr()
    assert printed.out == "line 5, column 1 (Date): invalid_date - Not a [0m day.\n"
    assert "import_invalid - 12 faults." in printed.err


def test_an_answer_nobody_can_read_is_said(standing: Standing, capsys: pytest.CaptureFixture[str]) -> None:
    standing.status, standing.answer = 502, "bad gateway"

    assert send(standing, b"x") == 1

    assert "502" in capsys.readouterr().err


def test_a_service_that_is_not_running_says_how_to_start_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert send(Standing("http://127.0.0.1:9"), b"x") == AWAY

    assert "scripts/start" in capsys.readouterr().err
