"""Named places where a test can stop a process: TILBAKE_FAILPOINT=NAME=FILE writes FILE there, then waits to be killed."""

from __future__ import annotations

import asyncio
import os
from functools import cache
from pathlib import Path


async def reach(name: str) -> None:
    """Go on, unless a test asked to stop exactly here and nobody has stopped here before (the file exists then)."""
    if not _asked().startswith(f"{name}="):
        return
    marker = Path(_asked().removeprefix(f"{name}="))
    if _stop_first(marker):
        await asyncio.sleep(3600)


@cache
def _asked() -> str:
    return os.environ.get("TILBAKE_FAILPOINT", "")


def _stop_first(marker: Path) -> bool:
    if marker.exists():
        return False
    marker.write_text(str(os.getpid()))
    return True
