"""`tilbake restore DIR`: a backup into an empty database, on which nothing runs."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tilbake.backups import manifest
from tilbake.backups.encrypted import lacking, why_lacking
from tilbake.backups.places import keys, ring, stopped, temporal_file
from tilbake.backups.restoring import Target, restore
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import backup as texts
from tilbake.commands.texts import shared
from tilbake.language import said
from tilbake.process.reaching import reach_database
from tilbake.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    short, long, below = texts.RESTORE_SHORT, texts.RESTORE_LONG, texts.RESTORE_EXAMPLES
    parser = declare(subparsers, "restore", short=short, long=long, below=below)
    parser.add_argument("directory", type=Path, metavar=said(shared.DIRECTORY), help=said(texts.SOURCE))
    parser.add_argument("--without-temporal", action="store_true", help=said(texts.LEAVE_OUT))


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with the sentence to print."""
    with_temporal = not args.without_temporal
    return asyncio.run(_run(Settings.from_environment(), args.directory.absolute(), with_temporal=with_temporal))


async def _run(settings: Settings, directory: Path, *, with_temporal: bool) -> int:
    temporal, held = temporal_file(settings) if with_temporal else None, ring(settings)
    backup = manifest.read(directory, with_temporal=temporal is not None)
    async with stopped(settings) as reached:
        assert reached.owner_database_url is not None, "the database was reached"
        target = Target(reached.owner_database_url, temporal, keys(settings), held)
        await restore(backup, directory, target, cache_dir=settings.cache_dir)
        await reach_database(reached)
    print(said(texts.RESTORED, made_at=backup.made_at))
    if manifest.TEMPORAL not in backup.files and (missing := lacking(backup.payload_keys, held)):
        print(said(texts.KEYS_OF_THEN, keys=", ".join(missing), why=why_lacking(missing, held)))
    return 0
