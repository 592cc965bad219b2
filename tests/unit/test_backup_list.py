"""The list of a backup is read as it was written, or refused in one sentence: nobody is to be restored by an altered one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from store.migrate import schema_version
from tilbake.backups import manifest
from tilbake.errors import CannotStart

pytestmark = pytest.mark.unit


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A backup of one database and a key."""
    (tmp_path / manifest.DATABASE).write_bytes(b"dump")
    (tmp_path / "secrets.key").write_bytes(b"key")
    manifest.write(
        tmp_path,
        made_at="2026-11-26T12:00:00+00:00",
        schema=schema_version(),
        roles=["tilbake_auditor"],
        payload_keys={},
    )
    return tmp_path


def altered(copy: Path, **members: Any) -> None:
    listed = json.loads((copy / manifest.FILE).read_text())
    (copy / manifest.FILE).write_text(json.dumps(listed | members))


def why_not(copy: Path) -> str:
    with pytest.raises(CannotStart) as refused:
        manifest.read(copy)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def test_what_was_written_is_read(copy: Path) -> None:
    assert sorted(manifest.read(copy).files) == ["secrets.key", "tilbake.dump"]


def test_a_member_of_a_later_release_is_passed_over(copy: Path) -> None:
    altered(copy, comment="from the next release")

    assert manifest.read(copy).schema == schema_version()


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({"schema": None}, "(schema)"),
        ({"schema": "28; drop"}, "(schema)"),
        ({"schema": True}, "(schema)"),
        ({"files": []}, "(files)"),
        ({"files": {"tilbake.dump": 5}}, "(files.tilbake.dump)"),
        ({"roles": 5}, "(roles)"),
        ({"roles": [None]}, "(roles.0)"),
        ({"made_at": None}, "(made_at)"),
    ],
)
def test_a_member_of_another_kind_is_named(members: dict[str, Any], where: str, copy: Path) -> None:
    altered(copy, **members)

    assert f"backup.json is not as a backup writes it {where}" in why_not(copy)


@pytest.mark.parametrize("content", ["", "{", "[]", "5", "null", "{}", '"text"'])
def test_what_is_no_list_is_refused(content: str, copy: Path) -> None:
    (copy / manifest.FILE).write_text(content)

    assert "backup.json is not as a backup writes it" in why_not(copy)


@pytest.mark.parametrize("name", ["tilbake.dump", "secrets.key"])
def test_a_file_that_is_there_and_not_listed_is_refused(name: str, copy: Path) -> None:
    files = json.loads((copy / manifest.FILE).read_text())["files"]
    del files[name]
    altered(copy, files=files)

    assert f"does not list {name}" in why_not(copy)


def test_a_list_without_the_database_is_refused_although_it_is_not_there_either(copy: Path) -> None:
    (copy / manifest.DATABASE).unlink()
    altered(copy, files={"secrets.key": manifest.checksum(copy / "secrets.key")})

    assert "does not list tilbake.dump" in why_not(copy)


@pytest.mark.parametrize("role", ['e"; create role evil superuser; --', "postgres", "", "tilbake_auditor; x"])
def test_no_role_is_made_that_is_not_ours(role: str, copy: Path) -> None:
    altered(copy, roles=["tilbake_auditor", role])

    assert "names roles that are not of Tilbake" in why_not(copy)


@pytest.mark.parametrize(
    ("members", "said"), [({"format": 2}, "in another form (2)"), ({"schema": 9999}, "migration 9999")]
)
def test_a_later_form_and_a_later_schema_are_told_apart(members: dict[str, Any], said: str, copy: Path) -> None:
    altered(copy, **members)

    assert said in why_not(copy)
