"""Secrets that stand in files: read at the start, and told to nobody."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tilbake.settings import Settings, SettingsInvalid

pytestmark = pytest.mark.unit

URL = "postgresql://a:hemmelig@db/tilbake"


@pytest.mark.parametrize(
    ("name", "field", "content"),
    [
        ("TILBAKE_DATABASE_URL", "database_url", URL),
        ("TILBAKE_OWNER_DATABASE_URL", "owner_database_url", URL),
        ("TILBAKE_OTLP_ENDPOINT", "otlp_endpoint", "https://u:hemmelig@collector"),
    ],
)
def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path, name: str, field: str, content: str) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{content}\n")

    settings = Settings.from_environment({f"{name}_FILE": str(file)})

    assert getattr(settings, field) == content
    assert "hemmelig" not in repr(settings)


def test_the_next_process_reads_the_same_although_it_is_given_the_name_of_the_file_too(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(URL)
    given = {"TILBAKE_DATABASE_URL_FILE": str(file)}
    settings = Settings.from_environment(given)

    assert Settings.from_environment(given | settings.as_environment()) == settings


def test_a_secret_stands_in_one_place(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(URL)

    with pytest.raises(SettingsInvalid) as refusal:
        Settings.from_environment({"TILBAKE_DATABASE_URL": URL, "TILBAKE_DATABASE_URL_FILE": str(file)})

    assert str(refusal.value) == "TILBAKE_DATABASE_URL and TILBAKE_DATABASE_URL_FILE cannot both be set."


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b" \n", "names a file with nothing in it."),
        (b"hemmelig\xff", "names a file that is no text in UTF-8."),
        (b"mysql://a:hemmelig@db/tilbake", "must be a URL that begins with postgresql://"),
        (None, "names a file that cannot be read: no such file or directory."),
    ],
)
def test_a_file_of_no_use_is_named_by_its_setting_in_one_line(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)

    with pytest.raises(SettingsInvalid, match=f"^TILBAKE_DATABASE_URL_FILE {problem}") as refusal:
        Settings.from_environment({"TILBAKE_DATABASE_URL_FILE": str(file)})

    assert len(str(refusal.value).splitlines()) == 1
    assert "hemmelig" not in str(refusal.value)


def test_the_password_for_mail_stays_in_its_file_until_a_mail_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "not-there-yet"

    settings = Settings.from_environment({"TILBAKE_SMTP_PASSWORD_FILE": str(file)})

    assert (settings.smtp_password, settings.smtp_password_file) == (None, file)


@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_what_may_have_no_end_is_no_file(kind: str, tmp_path: Path) -> None:
    place = Path("/dev/zero")
    if kind == "pipe":
        place = tmp_path / "pipe"
        os.mkfifo(place)

    with pytest.raises(SettingsInvalid, match=r"^TILBAKE_DATABASE_URL_FILE names what is no file"):
        Settings.from_environment({"TILBAKE_DATABASE_URL_FILE": str(place)})


def test_no_secret_is_longer_than_64_kilobytes(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"postgresql://" + b"a" * 70_000)

    with pytest.raises(SettingsInvalid, match=r"^TILBAKE_DATABASE_URL_FILE names a file of more than 64 kB"):
        Settings.from_environment({"TILBAKE_DATABASE_URL_FILE": str(file)})
