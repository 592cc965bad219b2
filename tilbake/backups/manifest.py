"""What a backup holds: its list of files with their checksums, which is written last, so that a backup without it is none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from files.reading import read_small
from store.migrate import schema_version
from tilbake.backups import texts
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said

FILE: Final = "backup.json"
DATABASE, TEMPORAL = "tilbake.dump", "temporal.db"
_FORMAT: Final = 1
_OWN: Final = "checksum"
"""The member with the checksum of all others; none of `Manifest`, as it is of what a list says in whatever release."""
_GROUP: Final = re.compile(r"tilbake[a-z_]*")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at` is the moment, in ISO 8601, before which everything acknowledged is in it; `files` are checksums by name.

    `payload_keys` are fingerprints of the keys that Temporal's payloads were encrypted and decrypted with, by their ids; empty
    where Temporal names a key that nobody had when the backup was made.
    """

    made_at: str
    schema: int
    roles: list[str]
    files: dict[str, str]
    format: int = _FORMAT
    payload_keys: dict[str, str] = field(default_factory=dict)


def write(
    directory: Path, *, made_at: str, schema: int, roles: Sequence[str], payload_keys: Mapping[str, str]
) -> Manifest:
    """List everything that is in the directory."""
    files = {path.name: checksum(path) for path in sorted(directory.iterdir())}
    manifest = Manifest(made_at, schema, list(roles), files, payload_keys=dict(payload_keys))
    (directory / FILE).write_text(text_of(asdict(manifest)), encoding="utf-8")
    return manifest


def text_of(members: Mapping[str, Any]) -> str:
    """A list as it is written: with a checksum of all that it says, by which it is known to be as it was."""
    return json.dumps({**members, _OWN: _digest(members)}, indent=1) + "\n"


def read(directory: Path, *, with_temporal: bool = True) -> Manifest:
    """The list of a backup, every file of which is there as it was written, and no other. Raises CannotStart.

    with_temporal: whether what Temporal waited for is wanted; its file is not looked at where it is not.
    """
    file = directory / FILE
    content = _content(file)
    manifest = _listed(content, file)
    if manifest.format != _FORMAT:
        raise CannotStart(texts.OTHER_FORM, directory=directory, form=manifest.format, ours=_FORMAT)
    if manifest.schema > schema_version():
        raise CannotStart(texts.NEWER_RELEASE, directory=directory, schema=manifest.schema)
    _check_names(manifest, directory)
    _check_own(content, file)
    for name, wanted in manifest.files.items():
        if with_temporal or name != TEMPORAL:
            _check(directory / name, wanted)
    return manifest


def _content(file: Path) -> bytes:
    try:
        return read_small(file)
    except (FileNotFoundError, NotADirectoryError):
        raise CannotStart(texts.NO_BACKUP, directory=file.parent, file=FILE) from None
    except OSError as error:
        raise CannotStart(texts.UNREADABLE_LIST, file=file, why=why(error)) from None


def _listed(content: bytes, file: Path) -> Manifest:
    """What a list says, in the form in which one is written; the next release may say more."""
    try:
        return TypeAdapter(Manifest).validate_json(content, strict=True)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or said(texts.ALL_OF_IT)
        raise CannotStart(texts.NO_LIST, file=file, where=where) from None


def _check_names(manifest: Manifest, directory: Path) -> None:
    """The list names the database, what lies beside it and nothing else, and groups of ours: an altered one is no list."""
    there = {path.name for path in directory.iterdir()} - {FILE}
    if DATABASE not in manifest.files or not there <= manifest.files.keys():
        missing = ", ".join(sorted(({DATABASE} | there) - manifest.files.keys()))
        raise CannotStart(texts.NOT_LISTED, file=directory / FILE, missing=missing)
    if strangers := [role for role in manifest.roles if not _GROUP.fullmatch(role)]:
        raise CannotStart(texts.STRANGE_ROLES, file=directory / FILE, roles=", ".join(strangers)[:100])


def _check_own(content: bytes, file: Path) -> None:
    """Nothing of the list is other than it was, whatever release wrote it; one of before lists had a checksum is taken as it is."""
    members = from_json(content)
    if _OWN in members and members[_OWN] != _digest(members):
        raise CannotStart(texts.ALTERED_LIST, file=file, advice=said(texts.ANOTHER_BACKUP))


def _digest(members: Mapping[str, Any]) -> str:
    """SHA-256 of all else that a list says, however it is spaced and ordered."""
    others = {name: value for name, value in members.items() if name != _OWN}
    return hashlib.sha256(json.dumps(others, sort_keys=True).encode()).hexdigest()


def _check(path: Path, wanted: str) -> None:
    advice = said(texts.WITHOUT_TEMPORAL if path.name == TEMPORAL else texts.ANOTHER_BACKUP)
    try:
        found = checksum(path)
    except OSError as error:
        raise CannotStart(texts.UNREADABLE_FILE, path=path, why=why(error), advice=advice) from error
    if found != wanted:
        raise CannotStart(texts.OTHER_CHECKSUM, path=path, advice=advice)


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
