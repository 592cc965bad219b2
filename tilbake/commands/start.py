"""`tilbake start`: run everything on this machine until Ctrl-C, or once on a throw-away database."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from tilbake import story
from tilbake.embedded.progress import say_to_terminal
from tilbake.errors import CannotStart
from tilbake.layout import ORDINARY, PRODUCTION_LIKE, Layout
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.temporal.data_converter import data_converter

EPILOG = """On an empty database samples come in and four recalls are shown; --no-story leaves it empty.
The data lives in TILBAKE_DATA_DIR and is still there at the next start. Stop with Ctrl-C.

examples:
  scripts/tilbake start                           everything, on http://127.0.0.1:8080
  scripts/tilbake start --once                    the same on a throw-away database and free ports, then stop
  scripts/tilbake start --production-like         Temporal on Postgres with mutual TLS, two APIs, two workers; also with --once
  scripts/tilbake start --no-story                begin with your own data: scripts/tilbake import harvest FILE
  TILBAKE_API_PORT=9000 scripts/tilbake start     another port; docs/settings.md lists all settings
  TILBAKE_DATABASE_URL=postgresql://tilbake@db/tilbake scripts/tilbake start     your own Postgres

Exit code 0 after a clean stop, 1 when it cannot start or, with --once, when something did not go as told.
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
    parser.add_argument(
        "--production-like",
        action="store_true",
        help="Temporal on Postgres with mutual TLS, two APIs and two workers (the Temporal server is built once, about four minutes)",
    )
    parser.add_argument("--no-story", action="store_true", help="import no sample into an empty database")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 after a clean stop, 1 when something failed."""
    layout = PRODUCTION_LIKE if args.production_like else ORDINARY
    settings = Settings.from_environment()
    if args.once and settings.mode == "production":
        raise CannotStart("TILBAKE_MODE is production, and start --once is for trying out: start without --once.")
    data_converter(settings)  # a key ring that cannot be used is told before anything starts
    if args.once:
        once = _run_once(layout, with_story=not args.no_story)
        return asyncio.run(_until_signalled(once, when_stopped=130))
    return asyncio.run(_until_signalled(_serve(layout, with_story=not args.no_story), when_stopped=0))


async def _until_signalled(work: Coroutine[object, object, int], *, when_stopped: int) -> int:
    """Run the work; the first SIGINT or SIGTERM cancels it, which stops everything in order.

    Ctrl-C in a terminal also reaches programs the start has just called, such as initdb. Their failure is then no news.
    """
    task = asyncio.ensure_future(work)
    signals = (signal.SIGINT, signal.SIGTERM)
    loop = asyncio.get_running_loop()

    stopping = False

    def stop() -> None:
        nonlocal stopping
        stopping = True
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
    except CannotStart:
        if not stopping:
            raise
        return when_stopped


def _already_stopping() -> None:
    """Impatience must not interrupt an orderly stop, which takes seconds at most."""


async def _serve(layout: Layout, *, with_story: bool) -> int:
    async with _running(Stack(Settings.from_environment(), layout=layout)) as stack:
        await stack.watching(_tell_and_serve(stack, with_story=with_story))
    return 0


async def _tell_and_serve(stack: Stack, *, with_story: bool) -> None:
    await _tell(stack, with_story=with_story)
    say_to_terminal("Stop with Ctrl-C.")
    await asyncio.Event().wait()


async def _run_once(layout: Layout, *, with_story: bool) -> int:
    async with _running(Stack.throw_away(layout=layout)) as stack:
        good = await stack.watching(_tell(stack, with_story=with_story))
        if good:
            say_to_terminal("That was a throw-away database, and the links end with it; scripts/start keeps one.")
        return 0 if good else 1


@asynccontextmanager
async def _running(stack: Stack) -> AsyncIterator[Stack]:
    started = time.monotonic()
    async with stack:
        say_to_terminal(f"Tilbake serves on {stack.settings.public_url} after {time.monotonic() - started:.1f} s.")
        if len(stack.apis) > 1:
            say_to_terminal(_laid_out(stack))
        yield stack


async def _tell(stack: Stack, *, with_story: bool) -> bool:
    if with_story and await story.should_tell(stack):
        return await story.tell(stack, say=say_to_terminal)
    await story.describe(stack, say=say_to_terminal)
    return True


def _laid_out(stack: Stack) -> str:
    """What runs where, for whoever wants to ask or to end one of them."""
    processes = ", ".join(f"{name} {child.pid}" for name, child in stack.children.items())
    own = ", ".join(f"{name} on {settings.own_api_url}" for name, settings in stack.apis.items())
    temporal = f"Temporal on {stack.settings.temporal_address}, by certificate"
    return f"Both APIs answer there; {own}. {temporal}. Processes: {processes}."
