"""`tilbake start`: run everything on this machine until Ctrl-C, or once on a throw-away database."""

from __future__ import annotations

import argparse
import asyncio
import signal
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from tilbake import story
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import start as texts
from tilbake.embedded.progress import say_to_terminal
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.layout import ORDINARY, PRODUCTION_LIKE, Layout
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.temporal.data_converter import data_converter


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "start", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("--once", action="store_true", help=said(texts.ONCE))
    parser.add_argument("--production-like", action="store_true", help=said(texts.PRODUCTION_LIKE))
    parser.add_argument("--no-story", action="store_true", help=said(texts.NO_STORY))


def run(args: argparse.Namespace) -> int:
    """Exit code 0 after a clean stop, 1 when something failed."""
    layout = PRODUCTION_LIKE if args.production_like else ORDINARY
    settings = Settings.from_environment()
    if args.once and settings.mode == "production":
        raise CannotStart(texts.NOT_ONCE_IN_PRODUCTION)
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
        say_to_terminal(said(texts.STOPPING))
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
    say_to_terminal(said(texts.STOP_WITH))
    await asyncio.Event().wait()


async def _run_once(layout: Layout, *, with_story: bool) -> int:
    async with _running(Stack.throw_away(layout=layout)) as stack:
        good = await stack.watching(_tell(stack, with_story=with_story))
        if good:
            say_to_terminal(said(texts.THROWN_AWAY))
        return 0 if good else 1


@asynccontextmanager
async def _running(stack: Stack) -> AsyncIterator[Stack]:
    started = time.monotonic()
    async with stack:
        seconds = f"{time.monotonic() - started:.1f}"
        say_to_terminal(said(texts.SERVES, url=stack.settings.public_url, seconds=seconds))
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
    own = ", ".join(said(texts.OWN_ADDRESS, name=name, url=one.own_api_url) for name, one in stack.apis.items())
    return said(texts.LAID_OUT, own=own, temporal=stack.settings.temporal_address, processes=processes)
