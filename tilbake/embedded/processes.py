"""Child processes that stop when told to, and that never outlive the process which started them.

Every child leads a process group of its own, so that Ctrl-C in a terminal reaches the stack alone, which then stops
its children in the right order. On Linux the kernel signals a child when the thread that started it is gone, even
after SIGKILL. Only processes started here are ever signalled, by their id.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tilbake.embedded import leftovers, texts
from tilbake.embedded.accounts import Account, run_as
from tilbake.language import said

PR_SET_PDEATHSIG = 1
LOG_LIMIT_BYTES = 5_000_000
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Launch:
    """What to start: `name` is for people, `account` the user to become (None: stay who we are).

    Nobody else may open the files that one makes which `is_private`. At `record_path` it is written down, so that a later
    start can end what a killed one left (leftovers.py).
    """

    name: str
    argv: Sequence[str | Path]
    log_path: Path
    account: Account | None = None
    environment: Mapping[str, str] | None = None
    death_signal: signal.Signals = signal.SIGTERM
    directory: Path | None = None
    is_private: bool = False
    record_path: Path | None = None


class Child:
    """One running process of ours."""

    def __init__(self, launch: Launch, process: subprocess.Popen[bytes], log_start: int) -> None:
        self.name = launch.name
        self.log_path = launch.log_path
        self._process = process
        self._log_start = log_start
        self._started = time.monotonic()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative numbers are signals, as in subprocess."""
        return self._process.poll()

    @property
    def age_seconds(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self._started

    def is_running(self) -> bool:
        """Whether it still runs."""
        return self.exit_code is None

    def log(self) -> str:
        """Everything this run has written so far."""
        with self.log_path.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def last_words(self) -> str:
        """The last line it wrote, for the sentence that says why it ended."""
        lines = [line.strip() for line in self.log().splitlines() if line.strip()]
        return lines[-1][:300] if lines else said(texts.NO_WORDS)

    def how_it_ended(self) -> str:
        """For people: what follows its name. Who was killed had no time to write why, so its last line is not quoted."""
        code = self.exit_code or 0
        if code < 0:
            return said(texts.ENDED_BY, signal=signal.Signals(-code).name)
        return said(texts.ENDED, code=code, words=self.last_words())

    async def stop(self, *, first: signal.Signals = signal.SIGTERM, grace_seconds: float = 5.0) -> None:
        """Ask with `first`; after `grace_seconds` end it with SIGKILL. Returns when it is gone.

        One that was stopped (SIGSTOP) would not hear the question, so it is told to go on.
        """
        if self.is_running():
            self._process.send_signal(first)
            self._process.send_signal(signal.SIGCONT)
        if not await self.ended(within_seconds=grace_seconds):
            self._process.kill()
            await self.ended(within_seconds=grace_seconds)

    async def ended(self, *, within_seconds: float) -> bool:
        """True as soon as it has ended, False when it still runs after the given time."""
        deadline = asyncio.get_running_loop().time() + within_seconds
        while self.is_running():
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(POLL_SECONDS)
        return True

    def kill(self) -> None:
        """End it at once, as a crash would; used by fault tests."""
        self._process.kill()
        self._process.wait()


def spawn(launch: Launch) -> Child:
    """Start one process; call it from a thread that lives as long as the child should (the main thread)."""
    launch.log_path.parent.mkdir(parents=True, exist_ok=True)
    _rotate(launch.log_path)
    with open(launch.log_path, "ab", opener=_for_its_owner) as log:
        log_start = log.tell()  # asked before: a quick child would else have moved the end that both share
        process = subprocess.Popen(
            [str(word) for word in launch.argv],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=launch.directory or "/",
            env=None if launch.environment is None else dict(launch.environment),
            start_new_session=True,
            umask=0o077 if launch.is_private else -1,
            preexec_fn=_die_with_parent(launch.death_signal),  # noqa: PLW1509 - one call into the kernel
            **run_as(launch.account),
        )
        child = Child(launch, process, log_start)
    if launch.record_path is not None:
        leftovers.note(launch.record_path, child.pid)
    return child


async def run_to_end(launch: Launch, *, within_seconds: float) -> Child:
    """Start a program that ends by itself, and wait for it; one that takes longer is ended, and so has no exit code 0."""
    child = spawn(launch)
    try:
        await child.ended(within_seconds=within_seconds)
    finally:
        await child.stop(grace_seconds=1.0)
    return child


def _die_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    """Runs in the child after it changed its user, because changing the user clears this setting."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # looked up before the fork: the child may hardly allocate
    parent, number = os.getpid(), int(death_signal)

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_the_kernel


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _rotate(log_path: Path) -> None:
    if log_path.exists() and log_path.stat().st_size > LOG_LIMIT_BYTES:
        log_path.replace(log_path.with_suffix(".old.log"))
