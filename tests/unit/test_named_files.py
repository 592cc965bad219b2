"""Files that settings name and that are read later: looked at before anything starts."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

import pytest

from tests.production import PRODUCTION
from tilbake.errors import CannotStart
from tilbake.process.named_files import require_named_files
from tilbake.settings import Settings

pytestmark = pytest.mark.unit
KEY = base64.b64encode(bytes(32))


def production(*, secrets_key_file: Path, metrics_token_file: Path | None = None) -> Settings:
    settings = Settings.from_environment(PRODUCTION)
    return replace(settings, secrets_key_file=secrets_key_file, metrics_token_file=metrics_token_file)


def why_not(settings: Settings) -> list[str]:
    with pytest.raises(CannotStart) as refused:
        require_named_files(settings)
    return str(refused.value).splitlines()


def test_in_production_the_key_of_secrets_has_to_be_there(tmp_path: Path) -> None:
    (line,) = why_not(production(secrets_key_file=tmp_path / "sercets.key"))

    assert line.startswith("TILBAKE_SECRETS_KEY_FILE names a file that cannot be read: no such file or directory.")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"hemmelig", KEY[:-4]])
def test_in_production_it_has_to_be_a_key(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secrets.key"
    file.write_bytes(content)

    (line,) = why_not(production(secrets_key_file=file))

    assert line == "TILBAKE_SECRETS_KEY_FILE names a file that holds no key: 32 bytes in base64."


def test_elsewhere_who_needs_it_first_makes_it(tmp_path: Path) -> None:
    require_named_files(replace(Settings.from_environment({}), secrets_key_file=tmp_path / "secrets.key"))


def test_a_token_of_figures_that_is_named_has_to_be_there_everywhere(tmp_path: Path) -> None:
    (line,) = why_not(replace(Settings.from_environment({}), metrics_token_file=tmp_path))

    assert line == "TILBAKE_METRICS_TOKEN_FILE names a file that cannot be read: it is a directory."


def test_files_that_are_there_are_content(tmp_path: Path) -> None:
    key, token = tmp_path / "secrets.key", tmp_path / "token"
    key.write_bytes(KEY)
    token.write_text("secret")

    require_named_files(production(secrets_key_file=key, metrics_token_file=token))
