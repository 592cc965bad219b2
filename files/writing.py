"""Writes files that appear whole or not at all, whenever the writer is killed, and that are on the disk then.

Each is written beside its place, under a name nobody else has, and then put there; what a writer that was killed has left
there is removed by the next. A link stays one: what it leads to is written.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from files.reading import NoFile

OWNER_ONLY: Final = 0o600


def write_whole(path: Path, text: str) -> None:
    """A file that its owner alone may read, in place of the one that is there. Raises OSError, and changes nothing then."""
    with new_file(path, mode=OWNER_ONLY) as file:
        file.write(text.encode())


def write_first(path: Path, content: bytes) -> None:
    """One where there is none yet, readable as above; the file of whoever was first stays. Raises OSError."""
    with suppress(FileExistsError), _drafted(path, mode=OWNER_ONLY, put=os.link) as file:
        file.write(content)


@contextmanager
def new_file(path: Path, *, mode: int) -> Iterator[BinaryIO]:
    """A file to write to, which takes its place when the block has ended well, and is nowhere otherwise.

    Arguments:
        path: its place; a file that is there is replaced.
        mode: who may do what with it, less what the process never allows.

    Raises:
        OSError: it cannot be written; NoFile where its place is taken by a directory, a pipe or a device.
    """
    with _drafted(path, mode=mode, put=os.replace) as file:
        yield file


@contextmanager
def _drafted(path: Path, *, mode: int, put: Callable[[Path, Path], None]) -> Iterator[BinaryIO]:
    place = _place(path)
    _remove_left(place)
    draft, descriptor = _draft_of(place, mode=mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            put(draft, place)
        _keep_name(place.parent)
    finally:
        draft.unlink(missing_ok=True)


def _draft_of(place: Path, *, mode: int) -> tuple[Path, int]:
    """A new draft, which is locked for as long as somebody writes to it."""
    while True:
        draft = place.with_name(f"{place.name}.{secrets.token_hex(8)}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with suppress(OSError):  # where a file system knows no locks, nothing is taken for left either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return draft, descriptor
        os.close(descriptor)  # it was taken for one that was left, before it was locked


def _remove_left(place: Path) -> None:
    """Remove drafts of this place whose writers were killed: nobody holds their locks. Not every directory may be listed."""
    is_draft = re.compile(rf"{re.escape(place.name)}\.[0-9a-f]{{16}}\.part")
    with suppress(OSError):
        for path in place.parent.iterdir():
            if is_draft.fullmatch(path.name):
                _remove_unheld(path)


def _remove_unheld(draft: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(draft, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.unlink()
        finally:
            os.close(descriptor)


def _place(path: Path) -> Path:
    """Where a link leads to. Raises NoFile for what is not to be replaced, such as a device, or a link that leads nowhere."""
    place = Path(os.path.realpath(path))
    with suppress(FileNotFoundError):
        if not stat.S_ISREG(place.lstat().st_mode):
            raise NoFile(path)
    return place


def _keep_name(directory: Path) -> None:
    """The name is on the disk too. Not every file system can be asked for that, and the file is there either way."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
