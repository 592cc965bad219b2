"""Finds a Temporal server to run, in this order: the cache, `temporal` on PATH, the SDK's download, a build.

Whatever way it came, the result lies in the cache under its version, so that every later start is silent and quick.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tilbake.embedded import texts
from tilbake.embedded.locks import waiting_for
from tilbake.embedded.progress import Say
from tilbake.embedded.temporal_build import Program, build
from tilbake.errors import CannotStart
from tilbake.language import said

CLI_VERSION = "1.8.2"
COMMAND = Program(
    "temporal",
    "github.com/temporalio/cli/cmd/temporal",
    f"-X github.com/temporalio/cli/internal/temporalcli.Version={CLI_VERSION}",
)
OLDEST_SERVER = (1, 32)
DOWNLOAD_SECONDS = 10.0
DOWNLOAD_PROGRAM = """
import asyncio, sys
from temporalio.testing import WorkflowEnvironment
async def download():
    environment = await WorkflowEnvironment.start_local(download_dest_dir=sys.argv[1], dev_server_download_version=sys.argv[2])
    await environment.shutdown()
asyncio.run(download())
"""


def cached_binary(cache_dir: Path) -> Path:
    """Where the binary lies once it is there."""
    return cache_dir / f"temporal-{CLI_VERSION}" / "temporal"


async def temporal_binary(cache_dir: Path, *, say: Say) -> Path:
    """The server binary to run; builds it when there is no other way, which takes some minutes, once.

    Raises CannotStart when every way failed. Two starts at the same time build once.
    """
    cached = cached_binary(cache_dir)
    if (found := _existing(cached) or await _on_path()) is not None:
        return found
    async with waiting_for(cached.with_name("lock"), on_wait=lambda pid: say(said(texts.WAITING, pid=pid))):
        if _existing(cached) is None:
            await _obtain(cached, say=say)
    return cached


def _existing(binary: Path) -> Path | None:
    return binary if binary.exists() else None


async def _obtain(cached: Path, *, say: Say) -> None:
    if await _download(cached):
        say(said(texts.DOWNLOADED, version=CLI_VERSION))
        return
    await build([COMMAND], place=cached.parent, what=said(texts.TEMPORAL_SERVER), say=say)
    if not await _is_new_enough(cached):
        raise CannotStart(texts.BUILT_IN_VAIN, directory=cached.parent)


async def _on_path() -> Path | None:
    found = shutil.which("temporal")
    return Path(found) if found and await _is_new_enough(Path(found)) else None


async def _is_new_enough(binary: Path) -> bool:
    version = server_version(await _output_of([binary, "--version"], within_seconds=10.0))
    return version is not None and version >= OLDEST_SERVER


def server_version(text: str) -> tuple[int, ...] | None:
    """The server's version in what `temporal --version` prints: 'temporal version 1.8.2 (Server 1.32.1, UI 2.55.0)'."""
    match = re.search(r"Server (\d+)\.(\d+)\.(\d+)", text)
    return tuple(int(part) for part in match.groups()) if match else None


async def _download(cached: Path) -> bool:
    """Let the SDK fetch its own; in a process of its own, because only that can be ended after ten seconds."""
    with tempfile.TemporaryDirectory(dir=cached.parent) as directory:
        argv = [sys.executable, "-c", DOWNLOAD_PROGRAM, directory, f"v{CLI_VERSION}"]
        await _output_of(argv, within_seconds=DOWNLOAD_SECONDS)
        for candidate in list(Path(directory).iterdir()):  # noqa: ASYNC240 - one entry at most
            if await _is_new_enough(candidate):
                candidate.replace(cached)
                return True
    return False


async def _output_of(argv: Sequence[str | Path], *, within_seconds: float) -> str:
    """What a short-lived program prints; empty when it fails, is missing or takes too long."""
    try:
        process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError:
        return ""
    try:
        output, _ = await asyncio.wait_for(process.communicate(), within_seconds)
    except TimeoutError:
        return ""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode(errors="replace") if process.returncode == 0 else ""
