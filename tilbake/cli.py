"""The command line: finds the subcommand, and turns what people can mend into one sentence and exit code 1."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from tilbake.errors import CannotStart
from tilbake.version import VERSION

COMMANDS = (
    "start",
    "migrate",
    "import",
    "export",
    "policy",
    "token",
    "keys",
    "conformance",
    "doctor",
    "backup",
    "restore",
)
_INTERRUPTED = 130
_PIPE_CLOSED = 141
EPILOG = """examples:
  scripts/tilbake start              everything on this machine, on http://127.0.0.1:8080
  scripts/tilbake start --once       the same on a throw-away database; shows what it does and stops
  scripts/tilbake migrate --check    what the database still needs for this release
  scripts/tilbake doctor             what is set, what runs, and what to do about the rest
  scripts/tilbake import harvest export.csv --check      what an export holds; needs nothing running
  scripts/tilbake export beancount -o ledger.beancount   the ledger as a journal; actuals and reversals as CSV
  scripts/tilbake policy replay policy.yaml   what other rules would have changed on past requests
  scripts/tilbake token tom.field    signs a person in: curl -H "Authorization: Bearer $(...)"
  scripts/tilbake keys new ring.keys  a key that what Temporal stores is encrypted with
  scripts/tilbake backup DIR         database, waiting workflows and keys; tilbake restore DIR reads them back
  scripts/tilbake COMMAND --help     more about one of them

Settings come from environment variables; docs/settings.md lists them.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        arguments = parser(words).parse_args(words)
        return int(arguments.run(arguments))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return _PIPE_CLOSED
    except KeyboardInterrupt:
        # Ctrl-C is how a start ends, also one that has hardly begun.
        return 0 if words[:1] == ["start"] and "--once" not in words else _INTERRUPTED


def parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """The parser for these words: with one command when they begin with it, which spares loading the others.

    A command is a module with `add_parser(subparsers)` and `run(args)`.
    """
    top = argparse.ArgumentParser(
        prog="tilbake",
        description="Takes back what is already approved or posted: once, wholly, and with proof.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument(
        "--version", action="version", version=f"tilbake {VERSION}", help="print the version of this release"
    )
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    named = [name for name in COMMANDS if words and words[0] == name]
    for name in named or COMMANDS:
        command = _command(name)
        command.add_parser(subparsers)
        subparsers.choices[name].set_defaults(run=command.run)
    return top


def _command(name: str) -> ModuleType:
    """`import` is a word of the language, so its module is called import_."""
    return importlib.import_module(f"tilbake.commands.{'import_' if name == 'import' else name}")
