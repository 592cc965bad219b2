"""How commands are declared, and what is written behind them in forms that several have: checked before a command runs."""

import argparse
from typing import TypeAlias

from domain.currencies import MINOR_DIGITS
from domain.language import Language, Text
from tilbake.commands.texts import shared
from tilbake.language import named, said, spoken

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def declare(subparsers: Subparsers, name: str, *, short: Text, long: Text, below: Text) -> argparse.ArgumentParser:
    """The parser of a command: what stands in the list of commands, above its arguments, and below them."""
    return subparsers.add_parser(
        name,
        help=said(short),
        description=said(long),
        epilog=said(below),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_language(parser: argparse.ArgumentParser) -> None:
    """`--lang`, where messages are to be in another language than this process speaks."""
    parser.add_argument("--lang", type=_language, default=spoken(), metavar="{nb,en}", help=said(shared.LANGUAGE))


def _language(text: str) -> Language:
    if (found := named(text)) is None:
        raise argparse.ArgumentTypeError(said(shared.NO_LANGUAGE, text=text))
    return found


def service_address(text: str) -> str:
    """The address of a service. Raises ArgumentTypeError where it is none."""
    if not text.startswith(("http://", "https://")):
        raise argparse.ArgumentTypeError(said(shared.NO_ADDRESS, text=text))
    return text.rstrip("/")


def currency_code(text: str) -> str:
    """A code of a currency. Raises ArgumentTypeError where it is none."""
    if text not in MINOR_DIGITS:
        raise argparse.ArgumentTypeError(said(shared.NO_CURRENCY, text=text))
    return text
