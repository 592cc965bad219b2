"""`tilbake token` prints a token and nothing else, or one sentence and no token."""

import argparse
from pathlib import Path

import pytest

from api.sign_in import local_verifier
from api.tokens import SignedIn
from tests.production import PRODUCTION
from tilbake.commands import token


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("TILBAKE_MODE", raising=False)
    return tmp_path


def run(*arguments: str) -> int:
    top = argparse.ArgumentParser()
    token.add_parser(top.add_subparsers())
    return token.run(top.parse_args(["token", *arguments]))


async def test_the_token_alone_is_printed(capsys: pytest.CaptureFixture[str], own_data: Path) -> None:
    code = run("bob", "--hours", "2")

    printed = capsys.readouterr()
    assert code == 0
    assert printed.err == ""
    text = printed.out.removesuffix("\n")
    assert await local_verifier(own_data / "issuer.key").verify(text) == SignedIn("bob")


def test_production_refuses(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)

    code = run("bob")

    printed = capsys.readouterr()
    assert code == 1
    assert printed.out == ""
    assert "production" in printed.err


def test_a_service_with_an_issuer_refuses(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBAKE_OIDC_ISSUER", "https://login.example")
    monkeypatch.setenv("TILBAKE_OIDC_AUDIENCE", "tilbake")

    code = run("bob")

    printed = capsys.readouterr()
    assert (code, printed.out) == (1, "")
    assert "https://login.example" in printed.err


def test_a_wrong_id_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    code = run("Bob Berg")

    printed = capsys.readouterr()
    assert code == 1
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
