"""`tilbake migrate`: brings the database of the settings to the schema of this release, or says what is missing."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import PurePath

from domain.language import Text
from store.migrate import schema_version
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import migrate as texts
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.process.reaching import DATABASE, OWNER, compared_schema, reach_database
from tilbake.settings import Settings


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "migrate", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("--check", action="store_true", help=said(texts.CHECK))


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when nothing is missing (any more)."""
    settings = Settings.from_environment()
    if settings.database_url is None or settings.owner_database_url is None:
        raise CannotStart(texts.NO_DATABASE, setting=DATABASE)
    return asyncio.run(_check(settings.database_url) if args.check else _migrate(settings, settings.owner_database_url))


async def _check(url: str) -> int:
    found = await compared_schema(url, setting=DATABASE)
    for name in found.missing:
        _say(texts.MISSING, name=_title(name))
    if not found.missing:
        _say(texts.LATER if found.later else texts.NOTHING_MISSING, schema=schema_version(), later=found.later)
    return 1 if found.missing else 0


async def _migrate(settings: Settings, owner_url: str) -> int:
    missing = (await compared_schema(owner_url, setting=OWNER)).missing
    await reach_database(settings)
    if settings.database_url and (await compared_schema(settings.database_url, setting=DATABASE)).missing:
        raise CannotStart(texts.OTHER_DATABASE, owner=OWNER, database=DATABASE)
    for name in missing:
        _say(texts.APPLIED, name=_title(name))
    _say(texts.DONE, schema=schema_version())
    return 0


def _title(file_name: str) -> str:
    return PurePath(file_name).stem


def _say(text: Text, **facts: object) -> None:
    sys.stdout.write(f"{said(text, **facts)}\n")
