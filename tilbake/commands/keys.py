"""`tilbake keys`: the key ring that what Temporal stores is encrypted with (docs/encryption.md). No key is ever printed."""

from __future__ import annotations

import argparse
import base64
import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

from tilbake.errors import CannotStart

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
    args.file = args.file.resolve()  # a link stays one, and whoever shares the ring has the same
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
    from tilbake.payload_keys import KEY_BYTES  # noqa: PLC0415 - keeps --help fast

    return base64.b64encode(os.urandom(KEY_BYTES)).decode("ascii")


def _lines(file: Path, *, may_be_new: bool = False) -> list[str]:
    """The lines of a ring that can be used."""
    from tilbake.payload_keys import read_ring  # noqa: PLC0415 - as above

    if may_be_new and (not file.exists() or (file.is_file() and not file.stat().st_size)):
        return []
    read_ring(file)
    return file.read_text(encoding="utf-8-sig").splitlines()


def _with_first(lines: list[str], id: str | None, file: Path) -> list[str]:
    found = [line for line in lines if line.split()[:1] == [id]]
    if not found:
        raise CannotStart(f"{file} has no key of that id; scripts/tilbake keys list shows the ids.")
    return [*found, *(line for line in lines if line not in found)]


def _write(file: Path, lines: list[str]) -> None:
    """The file appears whole or not at all, and only where it is a ring that can be used. Raises CannotStart."""
    from tilbake.payload_keys import ring_of  # noqa: PLC0415 - as above

    text = "".join(f"{line}\n" for line in lines)
    ring_of(text, source=file)
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as written:
            written.write(text)
            written.flush()
            os.fsync(written.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise CannotStart(f"{file} cannot be written ({error.strerror}).") from None


def _show(file: Path) -> None:
    from tilbake.payload_keys import read_ring  # noqa: PLC0415 - as above

    ring = read_ring(file)
    for id in ring.keys:
        print(f"{id} {'encrypts and decrypts' if id == ring.first else 'decrypts'}")
