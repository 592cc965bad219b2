"""Reads a small file that somebody named: never more than a size, and never from what may have no end.

What is wrong with a file that is there is an OSError as well, which people are told by `tilbake.file_faults`; nothing of
what stands in the file is ever in it.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Final

MOST_BYTES: Final = 64 * 1024


class NoFile(OSError):
    """A directory, a pipe or a device."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "Is no file", str(path))


class TooLong(OSError):
    """More than is ever read."""

    def __init__(self, path: Path, most_bytes: int) -> None:
        super().__init__(errno.EFBIG, f"Is longer than {most_bytes // 1024} kB", str(path))
        self.most_bytes = most_bytes


class NoText(OSError):
    """Something else than text in UTF-8."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EILSEQ, "Is no text in UTF-8", str(path))


def read_small(path: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """What stands in a file, or in that which a link leads to. Raises OSError, of it NoFile and TooLong."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise NoFile(path)
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise TooLong(path, most_bytes)
    return content


def read_text(path: Path) -> str:
    """The same as text, without the mark that some editors put before it. Raises OSError, of it NoText too."""
    try:
        return read_small(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoText(path) from None


def _without_waiting(path: str, flags: int) -> int:
    """A pipe to which nobody writes would hold who opens it."""
    return os.open(path, flags | os.O_NONBLOCK)
