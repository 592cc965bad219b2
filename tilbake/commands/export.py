"""`tilbake export actuals|reversals|beancount`: the ledger of a unit or project into a file or to standard output.

Exit codes: 0 written, 1 refused, 2 the file cannot be written or the call is incomplete, 3 the service is away.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

import httpx

from files.writing import new_file
from tilbake.commands.answers import show_answer
from tilbake.commands.arguments import service_address
from tilbake.commands.exits import AWAY, FAULTS, GOOD, USAGE, Ended
from tilbake.commands.services import find_service

_WHAT: Final = {
    "actuals": ("/v1/actuals.csv", "all actuals as CSV"),
    "reversals": ("/v1/actuals.csv", "the reversals alone as CSV"),
    "beancount": ("/v1/actuals.beancount", "balanced journal lines in beancount's format"),
}
_EPILOG: Final = """examples:
  scripts/tilbake export actuals --unit oslo -o actuals.csv
  scripts/tilbake export reversals --project ID --from 2026-01-01 --until 2026-01-31
  scripts/tilbake export beancount -o ledger.beancount && bean-check ledger.beancount

exit codes: 0 written, 1 refused, 2 the file cannot be written or the call is incomplete, 3 no service
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "export",
        help="write actuals, reversals or a journal to a file",
        description="Writes the ledger of a unit or a project, as docs/exports.md says.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("what", choices=tuple(_WHAT), help="; ".join(f"{name}: {about}" for name, (_, about) in _WHAT.items()))
    add("--unit", help="the unit (default: main, unless a project is named)")
    add("--project", metavar="ID", help="one project")
    add("--from", dest="since", type=_day, metavar="DAY", help="the first accounting date")
    add("--until", type=_day, metavar="DAY", help="the last accounting date")
    add("-o", "--output", type=Path, metavar="FILE", help="write there, whole or not at all; else to standard output")
    add("--url", type=service_address, help="the service (default: http://127.0.0.1:8080)")


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"must be a day as 2026-01-31, got {text}") from error


def run(args: argparse.Namespace) -> int:
    """Reads from the service and writes; returns the exit code."""
    try:
        with _target(args.output) as file:
            _copy(args, file)
    except Ended as failed:
        return failed.code
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"{args.output or 'Standard output'} cannot be written: {error.strerror or error}", file=sys.stderr)
        return USAGE
    return GOOD


@contextmanager
def _target(path: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only when all of it is written."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with new_file(path, mode=0o666) as file:  # as files of this person are
        yield file


def _copy(args: argparse.Namespace, file: BinaryIO) -> None:
    """Raises Ended with the exit code, after a sentence that says why."""
    service = find_service(args.url)
    try:
        with (
            httpx.Client(base_url=service.url, timeout=60, trust_env=False) as client,
            client.stream(
                "GET",
                _WHAT[args.what][0],
                params=_query(args),
                headers={"Authorization": f"Bearer {service.token}"},
            ) as answer,
        ):
            if not answer.is_success:
                answer.read()
                show_answer(answer)
                raise Ended(FAULTS)
            file.writelines(answer.iter_bytes())
    except httpx.TransportError as error:
        print(f"The connection to {service.url} failed ({type(error).__name__}); nothing is kept.", file=sys.stderr)
        raise Ended(AWAY) from error


def _query(args: argparse.Namespace) -> dict[str, str]:
    named = {
        "unit": args.unit or (None if args.project else "main"),
        "project": args.project,
        "from": args.since,
        "until": args.until,
        "only": "reversals" if args.what == "reversals" else None,
    }
    return {name: value for name, value in named.items() if value}
