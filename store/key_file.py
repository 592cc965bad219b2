"""A file with a key that several processes share: whoever comes first makes it, and all then hold the same key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from files.reading import read_small
from files.writing import write_first


def key_file(path: Path, *, make: Callable[[], bytes]) -> bytes:
    """What is in the file; made there first, readable by its owner only, if there is none.

    The file appears whole or not at all, and the first one stays. Raises OSError where it cannot be read or written.
    """
    try:
        return read_small(path)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_first(path, make())
        return read_small(path)
