"""A file with a key that several processes share: whoever comes first makes it, and all then hold the same key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

_OWNER_ONLY: Final = 0o600


def key_file(path: Path, *, make: Callable[[], bytes]) -> bytes:
    """What is in the file; made there first, readable by its owner only, if there is none.

    The file appears whole or not at all, and the first one stays. Raises OSError where it cannot be read or written.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        _write_first(path, make())
        return path.read_bytes()


def _write_first(path: Path, content: bytes) -> None:
    """Write beside the place and link it there, which fails if another process was first."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
