"""`tilbake migrate`: brings the database of the settings to the schema of this release, or says what is missing."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import PurePath

from store.migrate import schema_version
from tilbake.errors import CannotStart
from tilbake.process.reaching import DATABASE, OWNER, compared_schema, reach_database
from tilbake.settings import Settings

EPILOG = """The first step of a release: the code of the release before goes on with the new schema (docs/deploying.md).
Needs TILBAKE_OWNER_DATABASE_URL for the role that owns the schema, and TILBAKE_DATABASE_URL for the application's role,
which is let in; --check needs the latter alone and writes nothing.

examples:
  scripts/tilbake migrate            apply what is missing, and say what ran; run again, it does nothing
  scripts/tilbake migrate --check    what this release still needs, one line each

Exit code 0 when the schema is that of this release (--check: or a later one); 1 when something is missing or in the way.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database to the schema of this release",
        description="Brings the database to the schema of this release: forward only, each migration once.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="say what is missing and change nothing")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 when nothing is missing (any more)."""
    settings = Settings.from_environment()
    if settings.database_url is None or settings.owner_database_url is None:
        raise CannotStart(f"{DATABASE} is missing; the embedded Postgres is migrated by scripts/tilbake start.")
    return asyncio.run(_check(settings.database_url) if args.check else _migrate(settings, settings.owner_database_url))


async def _check(url: str) -> int:
    found = await compared_schema(url, setting=DATABASE)
    for name in found.missing:
        _say(f"Missing: {_title(name)}")
    if not found.missing:
        later = (
            f" The database has {found.later}, of a later release: this one serves on with it." if found.later else ""
        )
        _say(f"Nothing is missing of schema {schema_version()}.{later}")
    return 1 if found.missing else 0


async def _migrate(settings: Settings, owner_url: str) -> int:
    missing = (await compared_schema(owner_url, setting=OWNER)).missing
    await reach_database(settings)
    if settings.database_url and (await compared_schema(settings.database_url, setting=DATABASE)).missing:
        raise CannotStart(f"{OWNER} names another database than {DATABASE}: only the first of them was migrated.")
    for name in missing:
        _say(f"Applied: {_title(name)}")
    _say(f"The database has schema {schema_version()}.")
    return 0


def _title(file_name: str) -> str:
    return PurePath(file_name).stem


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
