"""`tilbake import SOURCE FILE`: checks a user's own export here, then sends it to the running service.

The file is read and judged before anything is sent, so a bad file costs no round trip and `--check` needs nothing
running. Exit codes: 0 good, 1 faults found or refused, 2 the file cannot be read or the call is incomplete, 3 the
service is away.
"""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from domain.language import Language, Text
from imports.dates import DATE_FORMATS
from imports.faults import Fault, FaultyFile, UnreadableFile
from imports.numbers import SIGNS
from imports.reading import ImportOptions, read_report
from imports.report import Report
from imports.source import Source
from imports.sources import SOURCES
from imports.summary import summarise
from imports.table import MAX_BYTES
from tilbake.commands import import_contoso
from tilbake.commands.answers import COUNT, MORE_WARNINGS, WARNINGS_SHOWN, describe_place
from tilbake.commands.arguments import currency_code, service_address
from tilbake.commands.exits import FAULTS, GOOD, USAGE
from tilbake.commands.import_upload import Upload, upload
from tilbake.commands.samples import refuse_samples
from tilbake.commands.services import find_service

_HELP: Final = """\
examples:
  scripts/tilbake import harvest export.csv --check            read and report, write nothing
  scripts/tilbake import harvest export.csv --approver mia     mia approved what is marked approved
  scripts/tilbake import harvest-expenses expenses.csv --approver mia --unit oslo --unapproved submitted
  scripts/tilbake import clockify export.csv --approved yes --approver mia      the file has no column for approval
  scripts/tilbake import contoso DIR --unit-cost BOLT=12.50    a production world: centers, items, routings, orders
  scripts/tilbake import toggl export.csv --approved no --currency NOK          nor always a currency
Importing the same file twice changes nothing.
"""
_EXIT_CODES: Final = """\
exit codes: 0 good, 1 faults found or refused, 2 the file cannot be read or the call is incomplete, 3 no service
"""
_COUNT_OF_MORE: Final = Text(
    "Antall feil: {total}, de første {shown} vist. Ingenting er skrevet.",
    "Faults: {total}, the first {shown} shown. Nothing was written.",
)
_NO_FILE: Final = Text("Filen {file} kan ikke leses: {why}", "The file {file} cannot be read: {why}")
_APPROVER: Final = Text(
    "Filen har {count} godkjente eller fakturerte rader, men sier ikke hvem som godkjente dem. Si det med --approver NAVN.",
    "The file has {count} approved or billed rows but does not say who approved them. Say so with --approver NAME.",
)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds `import` with its sources to the command line; `run` is the default of `args.run`."""
    command = subparsers.add_parser(
        "import",
        help="bring in entries exported from another system, or a production world",
        description="Reads an export of another system, says what it holds, and sends it to the running service.",
        epilog=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    sources = command.add_subparsers(dest="source", metavar="SOURCE", required=True)
    for source in SOURCES.values():
        _add_source(sources, source)
    import_contoso.add_source(sources)


def _add_source(sources: "argparse._SubParsersAction[argparse.ArgumentParser]", source: Source) -> None:
    title = source.title.in_language(Language.EN)
    parser = sources.add_parser(
        source.slug,
        help=f"{title}, exported as CSV",
        description=f"Reads {title}, exported as CSV.",
        epilog=_HELP + _EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", metavar="FILE", type=Path, help="the exported CSV file")
    add("--check", action="store_true", help="read and report only; exit 0 good, 1 faults found, 2 cannot be read")
    add("--unit", help="the unit to import into; made if it is not there (default: main)")
    add("--approver", metavar="NAME", help="who approved what is approved, an id or a name; the file does not say")
    add(
        "--url",
        type=service_address,
        help="the service (default: http://127.0.0.1:8080, or what TILBAKE_API_PORT says)",
    )
    add(
        "--lang",
        type=Language,
        choices=tuple(Language),
        default=Language.EN,
        metavar="{nb,en}",
        help="the language of messages",
    )
    _add_answers(parser)
    parser.set_defaults(run=run)


def _add_answers(parser: argparse.ArgumentParser) -> None:
    """What only the person knows: what the file leaves out, or what it says in two ways."""
    add = parser.add_argument
    add(
        "--approved",
        choices=("yes", "no"),
        help="whether rows are approved, where the file has no column for it; unsaid they are not",
    )
    add("--unapproved", choices=("draft", "submitted"), default="draft", help="what rows without approval become")
    add("--currency", type=currency_code, metavar="CODE", help="the currency, where none stands in the file")
    add("--accept-equal-rows", action="store_true", help="rows equal in every column are meant, not copied by mistake")
    add("--date-format", choices=tuple(DATE_FORMATS), help="needed only if the days can be read in two ways")
    add(
        "--number-format", choices=tuple(SIGNS), help="the decimal sign; needed only if numbers can be read in two ways"
    )


def run(args: argparse.Namespace) -> int:
    """Checks or imports the file named in `args`; returns the exit code."""
    language: Language = args.lang
    try:
        content = _read_file(args.file)
    except OSError as error:
        print(_NO_FILE.in_language(language).format(file=args.file, why=error.strerror or error), file=sys.stderr)
        return USAGE
    result = read_report(content, source=SOURCES[args.source], options=_options(args))
    match result:
        case Report():
            return _go_on(args, content=content, report=result)
        case FaultyFile(faults, total):
            _print_faults(faults, total=total, language=language)
        case UnreadableFile(faults):
            _print_faults(faults, total=len(faults), language=language)
    return FAULTS


def _go_on(args: argparse.Namespace, *, content: bytes, report: Report) -> int:
    language: Language = args.lang
    print("\n".join(summarise(report, language=language)))
    if args.check:
        _print_warnings(report, language=language)
        return GOOD
    if report.decided and not args.approver:
        print(_APPROVER.in_language(language).format(count=report.decided), file=sys.stderr)
        return USAGE
    refuse_samples(args.file)
    export = Upload(args.source, content, _query(args))
    return upload(export, service=find_service(args.url), language=language)


def _read_file(path: Path) -> bytes:
    """The content, but never much more than an import may hold."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _options(args: argparse.Namespace) -> ImportOptions:
    unapproved: Literal["draft", "submitted"] = args.unapproved
    return ImportOptions(
        date_format=args.date_format,
        number_format=args.number_format,
        accept_equal_rows=args.accept_equal_rows,
        unapproved=unapproved,
        approved_without_column=None if args.approved is None else args.approved == "yes",
        currency=args.currency,
    )


def _query(args: argparse.Namespace) -> dict[str, str]:
    named = {
        "unit": args.unit,
        "approver": args.approver,
        "unapproved": args.unapproved,
        "approved": args.approved,
        "currency": args.currency,
        "accept_equal_rows": "true" if args.accept_equal_rows else None,
        "date_format": args.date_format,
        "number_format": args.number_format,
    }
    return {name: value for name, value in named.items() if value}


def _print_faults(faults: Iterable[Fault], *, total: int, language: Language) -> None:
    shown = 0
    for fault in faults:
        place = describe_place(fault.line, column=fault.column, heading=fault.heading, language=language)
        print(f"{place}: {fault.code} - {fault.describe(language)} {fault.advise(language)}")
        shown += 1
    count = COUNT if shown == total else _COUNT_OF_MORE
    print(count.in_language(language).format(total=total, shown=shown))


def _print_warnings(report: Report, *, language: Language) -> None:
    for warning in report.warnings[:WARNINGS_SHOWN]:
        place = describe_place(warning.line, column=warning.column, heading=warning.heading, language=language)
        print(f"{place}: {warning.code} - {warning.describe(language)}")
    count = sum(report.warned.values())
    if count > WARNINGS_SHOWN:
        print(MORE_WARNINGS.in_language(language).format(count=count - WARNINGS_SHOWN))
