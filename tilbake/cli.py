"""The command line: finds the subcommand, and turns what people can mend into one sentence and exit code 1."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from tilbake.errors import CannotStart

COMMANDS = ("start", "doctor")
EPILOG = """examples:
  scripts/tilbake start              everything on this machine, on http://127.0.0.1:8080
  scripts/tilbake start --once       the same on a throw-away database; shows what it does and stops
  scripts/tilbake doctor             what is set, what runs, and what to do about the rest

Settings come from environment variables; docs/settings.md lists them.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The parser with all commands; a command is a module with `add_parser(subparsers)` and `run(args)`."""
    top = argparse.ArgumentParser(
        prog="tilbake",
        description="Takes back what is already approved or posted: once, wholly, and with proof.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        command = _command(name)
        command.add_parser(subparsers)
        subparsers.choices[name].set_defaults(run=command.run)
    return top


def _command(name: str) -> ModuleType:
    """`import` is a word of the language, so its module is called import_."""
    return importlib.import_module(f"tilbake.commands.{'import_' if name == 'import' else name}")
