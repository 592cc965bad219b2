"""`tilbake backup DIR`: the database, what the embedded Temporal waits for, and the keys, while everything runs."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tilbake.backups import manifest
from tilbake.backups.encrypted import named_in
from tilbake.backups.making import Source, back_up
from tilbake.backups.manifest import Manifest
from tilbake.backups.places import keys, ring, running, temporal_file
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import SETTING

EPILOG = """The directory must not be there yet. It holds keys and everything people wrote: keep it as you keep the database.
The service may run on meanwhile; what it acknowledged before the backup began is in it. docs/backup.md says more.

examples:
  scripts/tilbake backup backups/monday
  TILBAKE_OWNER_DATABASE_URL=postgresql://owner@db/tilbake scripts/tilbake backup backups/monday     your own Postgres

Exit code 0 when it is written, 1 with one sentence when it is not.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "backup",
        help="write database, waiting workflows and keys to a directory",
        description="Writes the database, what the embedded Temporal waits for, and the keys to a new directory.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="a directory that is not there yet")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with the sentence to print."""
    return asyncio.run(_run(Settings.from_environment(), args.directory.absolute()))


async def _run(settings: Settings, directory: Path) -> int:
    async with running(settings) as reached:
        assert reached.owner_database_url is not None, "the database was reached"
        source = Source(reached.owner_database_url, temporal_file(settings), keys(settings), ring(settings))
        written = await back_up(source, directory, cache_dir=settings.cache_dir)
    print(f"Everything acknowledged before {written.made_at} is in {directory}: {', '.join(written.files)}.")
    _tell_of_keys(written, directory)
    if manifest.TEMPORAL not in written.files:
        print("Temporal is not part of it: after a restore, what was open is started anew from the database.")
    if "secrets.key" not in written.files:
        print("There is no secrets.key: nothing is sealed yet, or TILBAKE_SECRETS_KEY_FILE names another place.")
    return 0


def _tell_of_keys(written: Manifest, directory: Path) -> None:
    """Which keys have to be kept apart, and which nobody seems to have: a restore asks for those that are in use."""
    copy = directory / manifest.TEMPORAL
    named = named_in(copy) if manifest.TEMPORAL in written.files else set()
    if needed := sorted({*written.payload_keys, *named}):
        print(
            f"The ring of {SETTING} ({', '.join(needed)}) is no part of it: keep that file apart, a restore looks for it."
        )
    if unknown := sorted(named - written.payload_keys.keys()):
        print(
            f"Temporal keeps what was encrypted with {', '.join(unknown)}, which {SETTING} does not name here: look for it."
        )
