"""Locks between processes, on files: the kernel lets go of them when the holder dies, however it dies."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tilbake.embedded import texts
from tilbake.errors import CannotStart
from tilbake.file_faults import why


class Held(Exception):
    """Another process holds the lock; `pid` is its process id, 0 when it has not written it yet."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"held by process {pid}")
        self.pid = pid


class FileLock:
    """An exclusive lock that also says who holds it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take it or raise Held; never waits."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(descriptor, 20).strip()
            os.close(descriptor)
            raise Held(int(holder) if holder.isdigit() else 0) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; harmless when it is not held. The file stays, because removing it would race."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def take_data_dir(data_dir: Path) -> FileLock:
    """The lock of who runs on a data directory. Raises Held, and CannotStart where there can be no lock."""
    lock = FileLock(data_dir / "tilbake.lock")
    try:
        lock.take()
    except OSError as error:
        raise CannotStart(texts.NO_LOCK, data_dir=data_dir, why=why(error)) from None
    return lock


@asynccontextmanager
async def waiting_for(path: Path, *, on_wait: Callable[[int], None]) -> AsyncIterator[None]:
    """Hold the lock for the block; `on_wait` is told once by whom it is held when it has to wait."""
    lock, told = FileLock(path), False
    while True:
        try:
            lock.take()
            break
        except Held as held:
            if not told:
                on_wait(held.pid)
            told = True
            await asyncio.sleep(0.2)
    try:
        yield
    finally:
        lock.release()
