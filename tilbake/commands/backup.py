"""`tilbake backup DIR`: the database, what the embedded Temporal waits for, and the keys, while everything runs."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from tilbake.backups import manifest
from tilbake.backups.encrypted import why_lacking
from tilbake.backups.making import Source, back_up
from tilbake.backups.manifest import Manifest
from tilbake.backups.places import keys, ring, running, temporal_file
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import backup as texts
from tilbake.commands.texts import shared
from tilbake.language import said
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import SETTING, KeyRing


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "backup", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("directory", type=Path, metavar=said(shared.DIRECTORY), help=said(texts.TARGET))


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with the sentence to print."""
    return asyncio.run(_run(Settings.from_environment(), args.directory.absolute()))


async def _run(settings: Settings, directory: Path) -> int:
    async with running(settings) as reached:
        assert reached.owner_database_url is not None, "the database was reached"
        source = Source(reached.owner_database_url, temporal_file(settings), keys(settings), ring(settings))
        written = await back_up(source, directory, cache_dir=settings.cache_dir)
    print(said(texts.WRITTEN, made_at=written.made_at, directory=directory, files=", ".join(written.files)))
    tell_of_keys(written, source.ring)
    if manifest.TEMPORAL not in written.files:
        print(said(texts.WITHOUT_TEMPORAL))
    if "secrets.key" not in written.files:
        print(said(texts.WITHOUT_KEY))
    return 0


def tell_of_keys(written: Manifest, ring: KeyRing | None) -> None:
    """Which keys of the ring have to be kept apart, and which it lacks: a restore asks for those that are in use."""
    if known := sorted(id for id, known_by in written.payload_keys.items() if known_by):
        print(said(texts.WITHOUT_RING, setting=SETTING, keys=", ".join(known)))
    if unknown := sorted(id for id, known_by in written.payload_keys.items() if not known_by):
        print(said(texts.UNKNOWN_KEYS, keys=", ".join(unknown), why=why_lacking(unknown, ring)))
