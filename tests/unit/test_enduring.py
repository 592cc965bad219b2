"""What goes on for as long as a process runs is ended by nothing but being cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from structlog.testing import capture_logs
from temporalio.service import RPCError, RPCStatusCode

from messaging.enduring import again_and_again, succeeds

pytestmark = pytest.mark.unit


def failing(times: int) -> Iterator[Exception | None]:
    yield from [OSError(), KeyError("hemmelig"), ValueError()][:times]
    yield None


async def test_a_step_that_fails_is_told_and_taken_again() -> None:
    steps, done = failing(3), asyncio.Event()

    async def step() -> None:
        problem = next(steps)
        if problem is not None:
            raise problem
        done.set()
        await asyncio.sleep(3600)

    with capture_logs() as logs:
        loop = asyncio.create_task(again_and_again(step, every_seconds=0, failed="courier.waiting"))
        await asyncio.wait_for(done.wait(), 10)
        loop.cancel()
        with suppress(asyncio.CancelledError):
            await loop

    assert [(one["event"], one["error"]) for one in logs] == [
        ("courier.waiting", "OSError"),
        ("courier.waiting", "KeyError"),
        ("courier.waiting", "ValueError"),
    ]
    assert loop.cancelled()


@pytest.mark.parametrize(
    ("problem", "name"),
    [(RPCError("hemmelig", RPCStatusCode.UNAVAILABLE, b""), "UNAVAILABLE"), (KeyError("hemmelig"), "KeyError")],
)
async def test_one_that_fails_among_others_is_told_by_its_kind_alone(problem: Exception, name: str) -> None:
    async def step() -> None:
        raise problem

    with capture_logs() as logs:
        assert not await succeeds(step(), failed="outbox.postponed", attempts=2)
        assert await succeeds(asyncio.sleep(0), failed="outbox.postponed")

    assert logs == [{"event": "outbox.postponed", "log_level": "warning", "error": name, "attempts": 2}]
