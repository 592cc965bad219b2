"""The programs of Postgres that write a database down and read it back, run as its owner; what they say becomes one line."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

from tilbake.backups import texts
from tilbake.embedded import postgres_files
from tilbake.embedded.accounts import unprivileged_account
from tilbake.errors import CannotStart

_MOST_TOLD: Final = 300


async def dump(url: str, target: Path, *, cache_dir: Path) -> None:
    """Write the whole database into one file, as it is at one moment; it is served on meanwhile. Raises CannotStart."""
    words = ["--format=custom", "--no-owner", f"--file={target}"]
    said = await _run("pg_dump", words, url, cache_dir=cache_dir)
    if said is not None:
        raise CannotStart(texts.NOT_COPIED, directory=target.parent, why=said)


async def load(url: str, source: Path, *, cache_dir: Path) -> None:
    """Read it back into an empty database, wholly or not at all. Raises CannotStart."""
    words = ["--no-owner", "--exit-on-error", "--single-transaction", str(source)]
    said = await _run("pg_restore", words, url, cache_dir=cache_dir)
    if said is not None:
        raise CannotStart(texts.NOT_READ_BACK, source=source, why=said)


async def _run(name: str, words: Sequence[str], url: str, *, cache_dir: Path) -> str | None:
    """What was in the way, in one line; None where nothing was.

    The password goes by the environment: the words of a process can be read by everybody on a machine.
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    address = urlunsplit(parts._replace(netloc=f"{parts.username}@{place}" if parts.username else place))
    process = await asyncio.create_subprocess_exec(
        _program(name, url, cache_dir=cache_dir),
        f"--dbname={address}",
        *words,
        env=os.environ | {"PGPASSWORD": unquote(parts.password or ""), "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    if not process.returncode:
        return None
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return (lines or [name])[0][:_MOST_TOLD]


def _program(name: str, url: str, *, cache_dir: Path) -> Path:
    """That of the embedded server, else that of the system; it has to be as new as the server it asks.

    That of the embedded server speaks no TLS, so an address that asks for it is left to that of the system.
    """
    if "sslmode" not in parse_qs(urlsplit(url).query):
        try:
            return postgres_files.binaries(unprivileged_account(), cache_dir) / name
        except CannotStart:
            pass
    found = shutil.which(name)
    if found is None:
        raise CannotStart(texts.NO_PROGRAM, name=name)
    return Path(found)
