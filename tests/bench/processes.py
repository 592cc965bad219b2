"""What processes cost, read from /proc: CPU milliseconds and memory."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


def cpu_ms(pids: Mapping[str, int]) -> dict[str, float]:
    """CPU time so far of each named process with the processes it started, and of this one as "driver"."""
    parents = _parents()
    found = {name: sum(_cpu_ms(one) for one in _family(pid, parents)) for name, pid in pids.items()}
    return found | {"driver": time.process_time() * 1000}


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory of a process: now, and at its highest."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Vm")
    )
    return tuple(int(status[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))  # type: ignore[return-value]  # two


def reset_peak(pid: int) -> None:
    """Let the highest resident memory of a process count from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def _stat(pid: int) -> list[str]:
    """The fields after the command's name; nothing for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parents() -> dict[int, int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return {pid: int(stat[1]) for pid in pids if (stat := _stat(pid))}


def _family(pid: int, parents: Mapping[int, int]) -> list[int]:
    return [pid, *(one for child, parent in parents.items() if parent == pid for one in _family(child, parents))]


def _cpu_ms(pid: int) -> float:
    """User and system time, with that of children which have ended."""
    return sum(int(value) for value in _stat(pid)[11:15]) * _TICK_MS
