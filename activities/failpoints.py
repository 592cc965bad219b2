"""Named places where a test can stop a process: TILBAKE_FAILPOINT=NAME=FILE writes FILE there, then waits to be killed."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

_SETTING: Final = os.environ.get("TILBAKE_FAILPOINT", "")


async def reach(name: str) -> None:
    """Go on, unless a test asked to stop exactly here and nobody has stopped here before (the file exists then)."""
    if not _SETTING.startswith(f"{name}="):
        return
    marker = Path(_SETTING.removeprefix(f"{name}="))
    if _stop_first(marker):
        await asyncio.sleep(3600)


def _stop_first(marker: Path) -> bool:
    if marker.exists():
        return False
    marker.write_text(str(os.getpid()))
    return True
