"""`tilbake conformance FILE...`: runs the executable examples of what the service must do."""

import argparse
import asyncio
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import conformance as texts
from tilbake.commands.texts import shared
from tilbake.conformance import disputed, service
from tilbake.conformance.format import NotInFormat, parse_files
from tilbake.conformance.run import JOBS, UnknownCases, select
from tilbake.conformance.run import run as run_cases
from tilbake.language import said


def add_parser(subparsers: Subparsers) -> None:
    """Register the command; `run` is what it calls."""
    parser = declare(subparsers, "conformance", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    add = parser.add_argument
    add("files", nargs="+", type=Path, metavar=said(shared.FILE), help=said(texts.FILES))
    add("--only", type=_ids, action="extend", default=[], metavar="ID,ID", help=said(texts.ONLY))
    add("--jobs", type=_count, default=JOBS, metavar="N", help=said(texts.JOBS, count=JOBS))
    add("--url", help=said(texts.URL))
    add("--data-dir", type=Path, metavar=said(shared.DIRECTORY), help=said(texts.DATA_DIR))
    parser.set_defaults(run=run)


def _ids(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(said(texts.NO_COUNT, text=text))
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Run the command; 0 when no case failed, 1 when one did, 2 when nothing could be run as asked."""
    try:
        cases = select(parse_files(args.files), only=args.only)
    except (NotInFormat, UnknownCases) as fault:
        print(fault, file=sys.stderr)
        return 2
    tally = asyncio.run(
        run_cases(
            cases,
            service=_service(args),
            jobs=args.jobs,
            disputed=disputed.read(),
            say=lambda text: print(text, flush=True),
        )
    )
    return 1 if tally.failed else 0


def _service(args: argparse.Namespace) -> AbstractAsyncContextManager[service.Service]:
    if args.url:
        return nullcontext(service.running(args.url, data_dir=args.data_dir))
    return service.throw_away()
