"""What a backup holds: its list of files with their checksums, which is written last, so that a backup without it is none."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from files.reading import read_small
from store.migrate import schema_version
from tilbake.backups import texts
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said

FILE: Final = "backup.json"
DATABASE, TEMPORAL = "tilbake.dump", "temporal.db"
_FORMAT: Final = 1
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
    (directory / FILE).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    return manifest


def read(directory: Path, *, with_temporal: bool = True) -> Manifest:
    """The list of a backup, every file of which is there as it was written, and no other. Raises CannotStart.

    with_temporal: whether what Temporal waited for is wanted; its file is not looked at where it is not.
    """
    manifest = _listed(directory / FILE)
    if manifest.format != _FORMAT:
        raise CannotStart(texts.OTHER_FORM, directory=directory, form=manifest.format, ours=_FORMAT)
    if manifest.schema > schema_version():
        raise CannotStart(texts.NEWER_RELEASE, directory=directory, schema=manifest.schema)
    _check_names(manifest, directory)
    for name, wanted in manifest.files.items():
        if with_temporal or name != TEMPORAL:
            _check(directory / name, wanted)
    return manifest


def _listed(file: Path) -> Manifest:
    """What a list says, in the form in which one is written; the next release may say more."""
    try:
        return TypeAdapter(Manifest).validate_json(read_small(file), strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise CannotStart(texts.NO_BACKUP, directory=file.parent, file=FILE) from None
    except OSError as error:
        raise CannotStart(texts.UNREADABLE_LIST, file=file, why=why(error)) from None
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
