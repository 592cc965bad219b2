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
from tilbake.commands.answers import NOT_RUNNING, show_answer
from tilbake.commands.arguments import Subparsers, declare, service_address
from tilbake.commands.exits import AWAY, FAULTS, GOOD, USAGE, Ended
from tilbake.commands.services import find_service
from tilbake.commands.texts import export as texts
from tilbake.commands.texts import shared
from tilbake.file_faults import why
from tilbake.language import said, spoken

_WHAT: Final = {
    "actuals": "/v1/actuals.csv",
    "reversals": "/v1/actuals.csv",
    "beancount": "/v1/actuals.beancount",
}


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "export", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    add, day = parser.add_argument, said(texts.DAY)
    add("what", choices=tuple(_WHAT), help=said(texts.WHAT))
    add("--unit", metavar=said(shared.UNIT), help=said(texts.UNIT))
    add("--project", metavar="ID", help=said(texts.PROJECT))
    add("--from", dest="since", type=_day, metavar=day, help=said(texts.SINCE))
    add("--until", type=_day, metavar=day, help=said(texts.UNTIL))
    add("-o", "--output", type=Path, metavar=said(shared.FILE), help=said(texts.OUTPUT))
    add("--url", type=service_address, help=said(shared.URL))


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError(said(texts.NO_DAY, text=text)) from error


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
        name = args.output or said(texts.STANDARD_OUTPUT)
        print(said(texts.NOT_WRITTEN, file=name, why=why(error)), file=sys.stderr)
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
                _WHAT[args.what],
                params=_query(args),
                headers={"Authorization": f"Bearer {service.token}", "Accept-Language": spoken()},
            ) as answer,
        ):
            if not answer.is_success:
                answer.read()
                show_answer(answer, language=spoken())
                raise Ended(FAULTS)
            file.writelines(answer.iter_bytes())
    except httpx.ConnectError as error:
        print(said(NOT_RUNNING, url=service.url), file=sys.stderr)
        raise Ended(AWAY) from error
    except httpx.TransportError as error:
        print(said(texts.FAILED, url=service.url, why=type(error).__name__), file=sys.stderr)
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
