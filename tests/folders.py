"""Temporary folders of a test process: whoever asks for one need not remove it, the process does so at its end."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

_made: Final[list[Path]] = []


def new_folder(name: str) -> Path:
    """An empty folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix=f"tilbake-{name}-"))
    _made.append(folder)
    return folder


def remove_folders() -> None:
    """Remove all that this process made."""
    while _made:
        shutil.rmtree(_made.pop(), ignore_errors=True)
