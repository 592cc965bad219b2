"""The watch over the parts of a stack, with short pauses: what is told, how often something is tried, who waits for whom."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.waiting import until
from tilbake import watch
from tilbake.embedded.processes import Child, Launch, spawn
from tilbake.errors import CannotStart
from tilbake.watch import Watch, Watched

pytestmark = pytest.mark.unit

LIVES = [sys.executable, "-c", "import signal; signal.pause()"]
ENDS = [sys.executable, "-c", "import sys; sys.exit('out of luck')"]


@dataclass
class Part:
    """A process that a test starts, kills and starts again, or a server that is not ours (`argv` None)."""

    directory: Path
    name: str
    argv: list[str] | None = None
    child: Child | None = None
    starts: int = 0
    answers: bool = True
    needs: list[Watched] = field(default_factory=list)

    async def start(self) -> None:
        assert self.argv is not None
        self.starts += 1
        self.child = spawn(Launch(self.name, self.argv, self.directory / f"{self.name}.log"))

    async def asked(self) -> bool:
        return self.answers

    def watched(self) -> Watched:
        return Watched(self.name, lambda: self.child, self.start, self.asked, self.needs)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LOOK_EVERY_SECONDS": 0.01,
        "ASK_EVERY_SECONDS": 0.01,
        "ASK_AGAIN_AFTER_SECONDS": 0.01,
        "SILENT_SECONDS": 0.05,
        "PAUSES_SECONDS": (0.0, 0.01, 0.02),
    }.items():
        monkeypatch.setattr(watch, name, value)


@asynccontextmanager
async def watching(*parts: Watched, said: list[str]) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(Watch(parts, say=said.append).run())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, CannotStart):
            await task
        for part in parts:
            if (child := part.child()) is not None:
                await child.stop()


async def said_so(said: list[str], line: str) -> None:
    async def found() -> bool:
        return line in said

    await until(found, what=f"{line} is said, and not only {said}")


async def test_what_ends_by_itself_is_told_with_its_last_words_and_given_up_after_all_tries(tmp_path: Path) -> None:
    said: list[str] = []
    part = Part(tmp_path, "Oven", ENDS)
    await part.start()

    async with watching(part.watched(), said=said) as task:
        with pytest.raises(CannotStart) as refusal:
            await asyncio.wait_for(task, 30)

    assert said[0] == "Oven ended (exit code 1: out of luck); starting it again."
    assert part.starts == 1 + 3
    assert str(refusal.value) == (
        f"Oven cannot be kept running (3 tries to start it again), so Tilbake stops; {tmp_path / 'Oven.log'} says why."
    )


async def test_after_a_time_of_calm_all_tries_are_there_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "CALM_SECONDS", 0.0)
    said: list[str] = []
    part = Part(tmp_path, "Oven", LIVES)
    await part.start()

    async with watching(part.watched(), said=said):
        for number in range(2, 8):
            assert part.child is not None
            part.child.kill()

            async def again(number: int = number) -> bool:
                return part.starts == number

            await until(again, what="it was started again")

    assert part.starts == 7


async def test_who_needs_a_server_waits_for_it_and_that_costs_no_try(tmp_path: Path) -> None:
    said: list[str] = []
    server = Part(tmp_path, "The database", answers=False)
    watched = server.watched()
    worker = Part(tmp_path, "Worker", LIVES, needs=[watched])
    await worker.start()
    async with watching(watched, worker.watched(), said=said):
        await said_so(said, "The database does not answer; waiting for it.")
        assert worker.child is not None
        worker.child.kill()
        await said_so(said, "Worker was ended by SIGKILL; starting it again.")
        assert worker.starts == 1

        server.answers = True

        await said_so(said, "The database answers again after 0 s.")
        await until(lambda: _runs(worker), what="the worker runs again")
        assert worker.starts == 2


async def _runs(part: Part) -> bool:
    return part.child is not None and part.child.is_running()


async def test_a_short_silence_is_not_worth_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "SILENT_SECONDS", 60.0)
    said: list[str] = []
    asked = 0

    async def counted() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3

    part = Watched("The database", lambda: None, answers=counted)
    async with watching(part, said=said):

        async def answered() -> bool:
            return asked > 5

        await until(answered, what="it was asked and answered again")

    assert said == []


async def test_a_process_that_hangs_is_told_with_its_number_and_left_alone(tmp_path: Path) -> None:
    said: list[str] = []
    part = Part(tmp_path, "Oven", LIVES)
    await part.start()
    assert part.child is not None
    async with watching(part.watched(), said=said):
        part.answers = False
        await said_so(said, f"Oven runs (process {part.child.pid}) but does not answer; waiting for it.")
        part.answers = True
        await said_so(said, "Oven answers again after 0 s.")

        assert part.child.is_running()
        assert part.starts == 1
