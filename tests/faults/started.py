"""`tilbake start` as a person has it: a process of its own, what it says line by line, and the processes it keeps."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.waiting import until
from tilbake.embedded import leftovers
from tilbake.embedded.locks import FileLock
from tilbake.embedded.ports import free_ports
from tilbake.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("Postgres", "Temporal", "API", "Worker")
SERVING = r"Stop with Ctrl-C\."


def settings_in(directory: Path) -> Settings:
    """Settings of an embedded stack on free ports."""
    api, postgres, temporal, ui = free_ports(4)
    return Settings(
        data_dir=directory / "data",
        cache_dir=Settings.from_environment().cache_dir,
        api_port=api,
        postgres_port=postgres,
        temporal_port=temporal,
        temporal_ui_port=ui,
        public_url=f"http://127.0.0.1:{api}",
    )


@dataclass(slots=True)
class Started:
    """A start that was begun; `lines` are what it has said so far."""

    settings: Settings
    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    _heard: set[int] = field(default_factory=set)

    async def told(self, pattern: str, *, seconds: float = 60.0) -> str:
        """A line that the pattern describes from its beginning, and that no earlier call was answered with."""

        async def found() -> str:
            for number, line in enumerate(self.lines):
                if number not in self._heard and re.match(pattern, line):
                    self._heard.add(number)
                    return line
            assert self.process.returncode is None, f"it ended without saying {pattern!r}: {self.lines}"
            return ""

        return await until(found, what=f"{pattern!r} is told; so far: {self.lines}", seconds=seconds)

    def pids(self) -> dict[str, int]:
        """The process id of each part."""
        return {name: self.pid(name) for name in NAMES}

    def pid(self, name: str) -> int:
        """The process id of one part, as it was written down."""
        return int(leftovers.record_path(self.settings.data_dir, name).read_text().split()[0])

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a part a signal."""
        os.kill(self.pid(name), number)

    async def interrupted(self) -> int:
        """The exit code after Ctrl-C."""
        self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), 40)

    def assert_nothing_is_left(self) -> None:
        """No process of it runs, and the data directory is free."""
        assert [name for name in NAMES if _runs(self.pid(name))] == []
        lock = FileLock(self.settings.data_dir / "tilbake.lock")
        lock.take()
        lock.release()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@asynccontextmanager
async def start(settings: Settings, *words: str, **more: str) -> AsyncIterator[Started]:
    """Begin `tilbake start` with these settings and further variables; it is ended afterwards, whatever the test did."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tilbake",
        "start",
        *words,
        cwd=ROOT,
        env=os.environ | settings.as_environment() | {"PYTHONPATH": str(ROOT)} | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    started = Started(settings, process)
    reading = asyncio.create_task(_read(process, started.lines))
    try:
        yield started
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await process.wait()
        await reading


async def _read(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        lines.append(line.decode().rstrip())
