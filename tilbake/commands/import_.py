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
from tilbake.commands.arguments import Subparsers, add_language, currency_code, declare, service_address
from tilbake.commands.exits import FAULTS, GOOD, USAGE
from tilbake.commands.import_upload import Upload, upload
from tilbake.commands.samples import refuse_samples
from tilbake.commands.services import find_service
from tilbake.commands.texts import importing as texts
from tilbake.commands.texts import shared
from tilbake.file_faults import why
from tilbake.language import said, spoken

_COUNT_OF_MORE: Final = Text(
    "Antall feil: {total}, de første {shown} vist. Ingenting er skrevet.",
    "Faults: {total}, the first {shown} shown. Nothing was written.",
)
_APPROVER: Final = Text(
    "Filen har {count} godkjente eller fakturerte rader, men sier ikke hvem som godkjente dem. Si det med --approver NAVN.",
    "The file has {count} approved or billed rows but does not say who approved them. Say so with --approver NAME.",
)
_NOT_ASKED: Final = Text(
    "Godkjenner og enhet er ikke kontrollert, for ingen tjeneste ble spurt; POST /v1/imports/{source}?check=true spør den.",
    "Approver and unit were not looked at, as no service was asked; POST /v1/imports/{source}?check=true asks it.",
)
_DIRECTORY: Final = Text(
    "Mapper er for en produksjonsverden: scripts/tilbake import contoso {file}.",
    "Directories are for a production world: scripts/tilbake import contoso {file}.",
)


def add_parser(subparsers: Subparsers) -> None:
    """Adds `import` with its sources to the command line; `run` is the default of `args.run`."""
    command = declare(subparsers, "import", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    sources = command.add_subparsers(dest="source", metavar=said(texts.SOURCE), required=True)
    for source in SOURCES.values():
        _add_source(sources, source)
    import_contoso.add_source(sources)


def _add_source(sources: Subparsers, source: Source) -> None:
    title = source.title.in_language(spoken())
    parser = sources.add_parser(
        source.slug,
        help=said(texts.OF_SOURCE_SHORT, title=title),
        description=said(texts.OF_SOURCE_LONG, title=title),
        epilog=said(texts.EXAMPLES_AND_EXITS),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("file", metavar=said(shared.FILE), type=Path, help=said(texts.FILE))
    add("--check", action="store_true", help=said(texts.CHECK))
    add("--unit", metavar=said(shared.UNIT), help=said(texts.UNIT))
    add("--approver", metavar=said(texts.NAME), help=said(texts.APPROVER))
    add("--url", type=service_address, help=said(shared.URL))
    add_language(parser)
    _add_answers(parser)
    parser.set_defaults(run=run)


def _add_answers(parser: argparse.ArgumentParser) -> None:
    """What only the person knows: what the file leaves out, or what it says in two ways."""
    add = parser.add_argument
    add("--approved", choices=("yes", "no"), help=said(texts.APPROVED))
    add("--unapproved", choices=("draft", "submitted"), default="draft", help=said(texts.UNAPPROVED))
    add("--currency", type=currency_code, metavar=said(shared.CURRENCY), help=said(texts.CURRENCY))
    add("--accept-equal-rows", action="store_true", help=said(texts.EQUAL_ROWS))
    add("--date-format", choices=tuple(DATE_FORMATS), help=said(texts.DATE_FORMAT))
    add("--number-format", choices=tuple(SIGNS), help=said(texts.NUMBER_FORMAT))


def run(args: argparse.Namespace) -> int:
    """Checks or imports the file named in `args`; returns the exit code."""
    language: Language = args.lang
    try:
        content = _read_file(args.file)
    except OSError as error:
        _print_unreadable(args.file, error, language=language)
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
        if args.approver or args.unit:
            print(_NOT_ASKED.in_language(language).format(source=args.source))
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


def _print_unreadable(file: Path, error: OSError, *, language: Language) -> None:
    """Why a file cannot be read; who named a directory is told what reads one."""
    said_why = shared.UNREADABLE.in_language(language).format(file=file, why=why(error, language=language))
    print(said_why, file=sys.stderr)
    if isinstance(error, IsADirectoryError):
        print(_DIRECTORY.in_language(language).format(file=file), file=sys.stderr)


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
