"""Processes of a start that was killed: each was written down when it began, and the next start ends those that still run.

The kernel tells a child when its parent dies (processes.py), but one that is stopped does not hear it, and Postgres takes a
moment to write down what it has. Only a process that is the very one we started is ever signalled: a process id may have
been given to another meanwhile, its time of birth cannot.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

from files.writing import write_whole
from tilbake.embedded import texts
from tilbake.embedded.progress import Say
from tilbake.language import said

GRACE_SECONDS = 10.0
POLL_SECONDS = 0.05
_STATE, _BORN = 0, 19
_ZOMBIE = "Z"


def file_name(name: str) -> str:
    """The name of a process as its files have it."""
    return name.lower().replace(" ", "-")


def record_path(data_dir: Path, name: str) -> Path:
    """Where the process of this name is written down."""
    return data_dir / "processes" / file_name(name)


def note(path: Path, pid: int) -> None:
    """Write a process down that has just been started."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, f"{pid} {_born(pid)}")


async def end_leftovers(data_dir: Path, *, say: Say) -> None:
    """End what a killed start left on this data directory. To be called by the one that holds its lock.

    A server is asked to stop as its own would be, and after ten seconds it is killed.
    """
    for path in sorted((data_dir / "processes").glob("*")):
        pid, born = _noted(path)
        if born and _born(pid) == born:
            say(said(texts.LEFTOVER, name=path.name.capitalize(), pid=pid))
            await _end(pid, born)
        path.unlink(missing_ok=True)


async def _end(pid: int, born: str) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
            os.kill(pid, signal.SIGCONT)
        if await _gone(pid, born):
            return


async def _gone(pid: int, born: str) -> bool:
    """True as soon as it has ended, False when it still runs after the time it is given."""
    deadline = asyncio.get_running_loop().time() + GRACE_SECONDS
    while _born(pid) == born:
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True


def _noted(path: Path) -> tuple[int, str]:
    """Process id and time of birth; (0, "") for what cannot be read, such as a record that was being written."""
    words = path.read_text().split()
    return (int(words[0]), words[1]) if len(words) == 2 and words[0].isdigit() else (0, "")


def _born(pid: int) -> str:
    """When a running process began: which start of the machine, and the ticks since. Empty for one that has ended."""
    try:
        start = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if words[_STATE] == _ZOMBIE else f"{start}:{words[_BORN]}"
