"""`tilbake start`: run everything on this machine until Ctrl-C, or once on a throw-away database."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import Coroutine

from tilbake import story
from tilbake.embedded.progress import say_to_terminal
from tilbake.settings import Settings
from tilbake.stack import Stack

EPILOG = """The data lives in TILBAKE_DATA_DIR and is still there at the next start. Stop with Ctrl-C.

examples:
  scripts/tilbake start
  TILBAKE_API_PORT=9000 scripts/tilbake start
  TILBAKE_DATABASE_URL=postgresql://tilbake@db/tilbake scripts/tilbake start
  scripts/tilbake start --once
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "start",
        help="run Postgres, Temporal, the API and the worker",
        description="Runs Postgres, Temporal, the API and the worker; servers named by the settings are used instead.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--once", action="store_true", help="use a throw-away database and free ports, then stop")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 after a clean stop, 1 when something failed."""
    if args.once:
        return asyncio.run(_until_signalled(_run_once(), when_stopped=130))
    return asyncio.run(_until_signalled(_serve(), when_stopped=0))


async def _until_signalled(work: Coroutine[object, object, int], *, when_stopped: int) -> int:
    """Run the work; the first SIGINT or SIGTERM cancels it, which stops everything in order."""
    task = asyncio.ensure_future(work)
    signals = (signal.SIGINT, signal.SIGTERM)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        say_to_terminal("Stopping.")
        for number in signals:
            loop.add_signal_handler(number, _already_stopping)
        task.cancel()

    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        return when_stopped


def _already_stopping() -> None:
    """Impatience must not interrupt an orderly stop, which takes seconds at most."""


async def _serve() -> int:
    started = time.monotonic()
    async with Stack(Settings.from_environment()) as stack:
        say_to_terminal(f"Tilbake serves on {stack.settings.public_url} after {time.monotonic() - started:.1f} s.")
        watch = asyncio.create_task(stack.watch())
        await _tell(stack)
        say_to_terminal("Stop with Ctrl-C.")
        await watch
    return 0


async def _run_once() -> int:
    async with Stack.throw_away() as stack:
        return 0 if await _tell(stack) else 1


async def _tell(stack: Stack) -> bool:
    if await story.should_tell(stack):
        return await story.tell(stack, say=say_to_terminal)
    await story.describe(stack, say=say_to_terminal)
    return True
