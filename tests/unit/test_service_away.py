"""A command whose service does not run says how to start it."""

from __future__ import annotations

import pytest

from tilbake import cli
from tilbake.embedded.ports import free_ports

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "No service answers at {url}; start it with scripts/start and try again.\n"),
        ("nb", "Ingen tjeneste svarer på {url}; start den med scripts/start og prøv igjen.\n"),
    ],
)
def test_an_export_says_how_to_start_it(
    language: str, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"TILBAKE_TOKEN": "any", "TILBAKE_LANGUAGE": language}.items():
        monkeypatch.setenv(name, value)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"

    assert cli.main(["export", "actuals", "--url", url]) == 3

    assert capsys.readouterr().err == told.format(url=url)
