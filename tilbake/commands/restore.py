"""`tilbake restore DIR`: a backup into an empty database, on which nothing runs."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tilbake.backups import manifest
from tilbake.backups.encrypted import lacking
from tilbake.backups.places import keys, ring, stopped, temporal_file
from tilbake.backups.restoring import Target, restore
from tilbake.process.reaching import reach_database
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import SETTING

EPILOG = """Refused where Tilbake runs, where the database holds anything, where a file of the backup is not what was written, and
where another key is in the way, and where TILBAKE_PAYLOAD_KEYS_FILE lacks a key that what Temporal waited for is encrypted with:
nothing is changed then. Start the service afterwards; what Temporal does not know, it is told
within a minute, and scripts/tilbake doctor says what that was. docs/backup.md says more.

examples:
  TILBAKE_DATA_DIR=/srv/tilbake scripts/tilbake restore backups/monday
  scripts/tilbake restore backups/monday --without-temporal     everything open is started anew from the database

Exit code 0 when it is restored, 1 with one sentence when it is not.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "restore",
        help="read a backup into an empty database",
        description="Reads a backup into an empty database, on which nothing runs.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="what tilbake backup has written")
    parser.add_argument("--without-temporal", action="store_true", help="leave out what Temporal waited for")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with the sentence to print."""
    with_temporal = not args.without_temporal
    return asyncio.run(_run(Settings.from_environment(), args.directory.absolute(), with_temporal=with_temporal))


async def _run(settings: Settings, directory: Path, *, with_temporal: bool) -> int:
    backup, held = manifest.read(directory), ring(settings)
    async with stopped(settings) as reached:
        assert reached.owner_database_url is not None, "the database was reached"
        temporal = temporal_file(settings) if with_temporal else None
        target = Target(reached.owner_database_url, temporal, keys(settings), held)
        await restore(backup, directory, target, cache_dir=settings.cache_dir)
        await reach_database(reached)
    print(f"Restored: everything acknowledged before {backup.made_at}. Start the service now.")
    if manifest.TEMPORAL not in backup.files and (missing := lacking(backup.payload_keys, held)):
        print(
            f"{SETTING} does not name the keys of then ({', '.join(missing)}): what your Temporal keeps under them stays "
            "unreadable without, docs/encryption.md says what to do."
        )
    return 0
