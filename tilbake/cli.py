"""The command line: finds the subcommand, and turns what people can mend into one sentence and exit code 1."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from types import ModuleType

from tilbake import texts
from tilbake.commands.argparse_words import argparse_in
from tilbake.errors import CannotStart
from tilbake.language import said, spoken
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


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = sys.argv[1:] if argv is None else argv
    try:
        with argparse_in(spoken()):
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
        description=said(texts.DESCRIPTION),
        epilog=said(texts.EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"tilbake {VERSION}", help=said(texts.VERSION))
    subparsers = top.add_subparsers(dest="command", required=True, metavar=said(texts.COMMAND))
    named = [name for name in COMMANDS if words and words[0] == name]
    for name in named or COMMANDS:
        command = _command(name)
        command.add_parser(subparsers)
        subparsers.choices[name].set_defaults(run=command.run)
    return top


def _command(name: str) -> ModuleType:
    """`import` is a word of the language, so its module is called import_."""
    return importlib.import_module(f"tilbake.commands.{'import_' if name == 'import' else name}")
