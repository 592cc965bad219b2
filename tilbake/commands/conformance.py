"""`tilbake conformance FILE...`: runs the executable examples of what the service must do."""

import argparse
import asyncio
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

from tilbake.conformance import disputed, service
from tilbake.conformance.format import NotInFormat, parse_files
from tilbake.conformance.run import JOBS, UnknownCases, select
from tilbake.conformance.run import run as run_cases

HELP = "run conformance cases against the service"
DESCRIPTION = """\
Runs every case of the files through the public API: sets up its small world, takes its steps, compares what is there
with what must be there. Prints one line for each case, and at the end "N passed, N failed".

Without --url it starts a stack of its own on an empty database and throws it away afterwards. With --url it uses a
service that runs already; that service must have its test clock switched on (TILBAKE_TEST_CLOCK=1), and each case
leaves a unit of its own behind.

Exit code: 0 all passed, 1 a case failed, 2 a file does not follow the format (file, case and key are named).
Format of the cases: tests/conformance/cases/README.md. How to add one: docs/conformance.md.

examples:
  scripts/tilbake conformance tests/conformance/cases/project-states.yaml
  scripts/tilbake conformance tests/conformance/cases/project-golden.yaml --only PG-01,PG-02"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command; `run` is what it calls."""
    parser = subparsers.add_parser(
        "conformance", help=HELP, description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="case files (YAML)")
    parser.add_argument("--only", type=_ids, action="extend", default=[], metavar="ID,ID", help="only these cases")
    parser.add_argument("--jobs", type=_count, default=JOBS, metavar="N", help=f"cases at a time (default {JOBS})")
    parser.add_argument("--url", help="use the service at this address, for example http://127.0.0.1:8080")
    parser.add_argument(
        "--data-dir",
        type=Path,
        metavar="DIR",
        help="with --url: where that service keeps its issuer key (default TILBAKE_DATA_DIR)",
    )
    parser.set_defaults(run=run)


def _ids(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text}")
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
