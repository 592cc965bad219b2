"""The list of a backup is read as it was written, or refused in one sentence: nobody is to be restored by an altered one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from store.migrate import schema_version
from tilbake import cli
from tilbake.backups import manifest
from tilbake.errors import CannotStart

pytestmark = pytest.mark.unit


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A backup of one database and a key."""
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / manifest.DATABASE).write_bytes(b"dump")
    (copy / "secrets.key").write_bytes(b"key")
    listed(copy)
    return copy


def listed(directory: Path) -> None:
    """List what is in a directory, as a backup does at its end."""
    (directory / manifest.FILE).unlink(missing_ok=True)
    manifest.write(
        directory,
        made_at="2026-11-26T12:00:00+00:00",
        schema=schema_version(),
        roles=["tilbake_auditor"],
        payload_keys={"k1": "a1"},
    )


def with_temporal(copy: Path, content: bytes | None) -> Path:
    """The backup with what Temporal waited for, and that damaged or gone afterwards."""
    database = copy / manifest.TEMPORAL
    database.write_bytes(b"waiting")
    listed(copy)
    if content is None:
        database.unlink()
    else:
        database.write_bytes(content)
    return database


def said_by(copy: Path) -> dict[str, Any]:
    members: dict[str, Any] = json.loads((copy / manifest.FILE).read_text())
    return members


def altered(copy: Path, **members: Any) -> None:
    (copy / manifest.FILE).write_text(json.dumps(said_by(copy) | members))


def why_not(copy: Path) -> str:
    with pytest.raises(CannotStart) as refused:
        manifest.read(copy)
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


def test_what_was_written_is_read(copy: Path) -> None:
    assert sorted(manifest.read(copy).files) == ["secrets.key", "tilbake.dump"]


def test_a_member_of_a_later_release_is_passed_over(copy: Path) -> None:
    members = said_by(copy)
    (copy / manifest.FILE).write_text(manifest.text_of(members | {"comment": "from the next release"}))

    assert manifest.read(copy).schema == schema_version()


def test_a_list_of_before_it_had_a_checksum_of_its_own_is_read(copy: Path) -> None:
    members = said_by(copy)
    del members["checksum"]
    (copy / manifest.FILE).write_text(json.dumps(members))

    assert manifest.read(copy).schema == schema_version()


@pytest.mark.parametrize(
    "members",
    [
        {"payload_keys": {}},
        {"made_at": "2026-11-27T12:00:00+00:00"},
        {"schema": 1},
        {"roles": []},
        {"comment": "added"},
        {"checksum": None},
    ],
)
def test_a_list_that_says_something_else_than_was_written_is_refused(members: dict[str, Any], copy: Path) -> None:
    altered(copy, **members)

    assert "backup.json is not what was written: its own checksum is another one. Use another backup." in why_not(copy)


def test_how_a_list_is_spaced_and_ordered_is_nothing_of_what_it_says(copy: Path) -> None:
    members = said_by(copy)
    (copy / manifest.FILE).write_text(json.dumps(dict(reversed(members.items()))))

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
    files = said_by(copy)["files"]
    del files[name]
    altered(copy, files=files)

    assert f"does not list {name}" in why_not(copy)


def test_a_list_without_the_database_is_refused_although_it_is_not_there_either(copy: Path) -> None:
    (copy / manifest.DATABASE).unlink()
    altered(copy, files={"secrets.key": manifest.checksum(copy / "secrets.key")})

    assert "does not list tilbake.dump" in why_not(copy)


DAMAGED = [(b"damaged", "is not what was backed up"), (None, "cannot be read (no such file or directory)")]


@pytest.mark.parametrize(("content", "fault"), DAMAGED)
def test_what_temporal_waited_for_is_not_looked_at_where_it_is_not_wanted(
    content: bytes | None, fault: str, copy: Path
) -> None:
    database = with_temporal(copy, content)

    assert manifest.TEMPORAL in manifest.read(copy, with_temporal=False).files
    assert str(database) in (refusal := why_not(copy))
    assert fault in refusal
    assert refusal.endswith(
        "Use another backup, or restore --without-temporal: everything open is started anew from the database."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [((), "temporal.db is not what was backed up"), (("--without-temporal",), "The database does not take the backup")],
)
def test_a_damaged_temporal_file_stands_in_the_way_of_who_wants_it(
    words: tuple[str, ...],
    said: str,
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with_temporal(copy, b"damaged")
    for name in ("TILBAKE_DATABASE_URL", "TILBAKE_OWNER_DATABASE_URL"):
        monkeypatch.setenv(name, "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(copy.parent / "data"))

    assert cli.main(["restore", str(copy), *words]) == 1

    assert said in capsys.readouterr().err


def test_the_database_is_looked_at_always(copy: Path) -> None:
    (copy / manifest.DATABASE).write_bytes(b"damaged")

    with pytest.raises(CannotStart, match=r"its checksum is another one\. Use another backup\.$"):
        manifest.read(copy, with_temporal=False)


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
