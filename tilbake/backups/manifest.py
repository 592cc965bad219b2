"""What a backup holds: its list of files with their checksums, which is written last, so that a backup without it is none."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from store.migrate import schema_version
from tilbake.errors import CannotStart

FILE: Final = "backup.json"
DATABASE, TEMPORAL = "tilbake.dump", "temporal.db"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`made_at` is the moment, in ISO 8601, before which everything acknowledged is in it; `files` are checksums by name."""

    made_at: str
    schema: int
    roles: Sequence[str]
    files: dict[str, str]
    format: int = _FORMAT


def write(directory: Path, *, made_at: str, schema: int, roles: Sequence[str]) -> Manifest:
    """List everything that is in the directory."""
    files = {path.name: checksum(path) for path in sorted(directory.iterdir())}
    manifest = Manifest(made_at, schema, list(roles), files)
    (directory / FILE).write_text(json.dumps(asdict(manifest), indent=1) + "\n", encoding="utf-8")
    return manifest


def read(directory: Path) -> Manifest:
    """The list of a backup, every file of which is there as it was written. Raises CannotStart."""
    try:
        manifest = Manifest(**json.loads((directory / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise CannotStart(f"{directory} is no backup, or one that was not finished: it has no {FILE}.") from None
    except (OSError, ValueError, TypeError) as error:
        raise CannotStart(f"{directory / FILE} cannot be read ({error}).") from error
    if manifest.format != _FORMAT or manifest.schema > schema_version():
        raise CannotStart(
            f"{directory} was made by a newer release (migration {manifest.schema}); restore it with that one."
        )
    for name, wanted in manifest.files.items():
        _check(directory / name, wanted)
    return manifest


def _check(path: Path, wanted: str) -> None:
    try:
        found = checksum(path)
    except OSError as error:
        raise CannotStart(f"{path} of the backup cannot be read ({error.strerror}).") from error
    if found != wanted:
        raise CannotStart(f"{path} is not what was backed up: its checksum is another one. Use another backup.")


def checksum(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
