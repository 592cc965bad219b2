"""`tilbake keys`: the key ring that what Temporal stores is encrypted with (docs/encryption.md). No key is ever printed."""

from __future__ import annotations

import argparse
import base64
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from files.writing import write_whole
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import keys as texts
from tilbake.commands.texts import shared
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.temporal.payload_keys import KEY_BYTES, read_ring, ring_of, text_of_ring


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "keys", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("act", choices=("new", "use", "list"), help=said(texts.ACT))
    parser.add_argument("file", type=Path, metavar=said(shared.FILE), help=said(texts.RING))
    parser.add_argument("id", nargs="?", metavar="ID", help=said(texts.ID))


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with one sentence otherwise, and changes nothing then."""
    if args.act == "use" and args.id is None:
        raise CannotStart(texts.NAME_ONE)
    if args.act == "list" and args.id is not None:
        raise CannotStart(texts.NOTHING_ELSE, id=args.id)
    match args.act:
        case "new":
            id = args.id or f"{datetime.now(UTC).date()}-{secrets.token_hex(2)}"
            _write(args.file, [*_lines(args.file, may_be_new=True), f"{id} {_new_key()}"])
            print(said(texts.ADDED, id=id))
        case "use":
            _write(args.file, _with_first(_lines(args.file), args.id, args.file))
            print(said(texts.ENCRYPTS, id=args.id))
        case _:
            _show(args.file)
    return 0


def _new_key() -> str:
    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def _lines(file: Path, *, may_be_new: bool = False) -> list[str]:
    """The lines of a ring that can be used."""
    if may_be_new and (not file.exists() or (file.is_file() and not file.stat().st_size)):
        return []
    text = text_of_ring(file)
    ring_of(text, source=file)
    return text.splitlines()


def _with_first(lines: list[str], id: str | None, file: Path) -> list[str]:
    found = [line for line in lines if line.split()[:1] == [id]]
    if not found:
        raise CannotStart(texts.NO_SUCH_KEY, file=file)
    return [*found, *(line for line in lines if line not in found)]


def _write(file: Path, lines: list[str]) -> None:
    """The file appears whole or not at all, and only where it is a ring that can be used. Raises CannotStart."""
    text = "".join(f"{line}\n" for line in lines)
    ring_of(text, source=file)
    try:
        write_whole(file, text)
    except OSError as error:
        raise CannotStart(texts.NOT_WRITTEN, file=file, why=why(error)) from None


def _show(file: Path) -> None:
    ring = read_ring(file)
    for id in ring.keys:
        print(said(texts.DOES_BOTH if id == ring.first else texts.DECRYPTS, id=id))
