"""`tilbake keys`: the key ring that what Temporal stores is encrypted with (docs/encryption.md). No key is ever printed."""

from __future__ import annotations

import argparse
import base64
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from files.writing import write_whole
from tilbake.errors import CannotStart
from tilbake.payload_keys import KEY_BYTES, read_ring, ring_of, text_of_ring

EPILOG = """The file is readable by its owner only. Every process reads it when it starts, so a key is added in two steps:

  scripts/tilbake keys new ring.keys          makes the file, or adds a key at its end, which decrypts only
  (give the file to every process and restart it)
  scripts/tilbake keys use ring.keys 2026-11-26-5f0c    from now on that one encrypts
  (give the file to every process and restart it)
  scripts/tilbake keys list ring.keys         ids, the one that encrypts first

A key stays in the file for as long as Temporal keeps anything that was encrypted with it: docs/encryption.md.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "keys",
        help="make and rotate the keys that what Temporal stores is encrypted with",
        description="Makes and rotates the keys that what Temporal stores is encrypted with.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("act", choices=("new", "use", "list"), help="add a key, let one encrypt, or show the ids")
    parser.add_argument("file", type=Path, metavar="FILE", help="the file that TILBAKE_PAYLOAD_KEYS_FILE names")
    parser.add_argument("id", nargs="?", metavar="ID", help="id of the key; a new one gets the day and four digits")


def run(args: argparse.Namespace) -> int:
    """Exit code 0; raises CannotStart with one sentence otherwise, and changes nothing then."""
    if args.act == "use" and args.id is None:
        raise CannotStart("Name the key that is to encrypt: scripts/tilbake keys use FILE ID; keys list shows the ids.")
    if args.act == "list" and args.id is not None:
        raise CannotStart(f"keys list takes a file and nothing else, not {args.id!r}.")
    match args.act:
        case "new":
            id = args.id or f"{datetime.now(UTC).date()}-{secrets.token_hex(2)}"
            _write(args.file, [*_lines(args.file, may_be_new=True), f"{id} {_new_key()}"])
            print(f"{id} added")
        case "use":
            _write(args.file, _with_first(_lines(args.file), args.id, args.file))
            print(f"{args.id} encrypts")
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
        raise CannotStart(f"{file} has no key of that id; scripts/tilbake keys list shows the ids.")
    return [*found, *(line for line in lines if line not in found)]


def _write(file: Path, lines: list[str]) -> None:
    """The file appears whole or not at all, and only where it is a ring that can be used. Raises CannotStart."""
    text = "".join(f"{line}\n" for line in lines)
    ring_of(text, source=file)
    try:
        write_whole(file, text)
    except OSError as error:
        raise CannotStart(f"{file} cannot be written ({error.strerror}).") from None


def _show(file: Path) -> None:
    ring = read_ring(file)
    for id in ring.keys:
        print(f"{id} {'encrypts and decrypts' if id == ring.first else 'decrypts'}")
