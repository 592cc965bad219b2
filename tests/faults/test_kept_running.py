"""`tilbake start` looks after what it started: what is killed comes back by itself, what hangs is told, and Ctrl-C ends it all."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.acting import Actors, actors
from tests.counts import count
from tests.faults.started import NAMES, SERVING, Started, settings_in, start
from tests.servers import new_directory, remove_directory
from tests.waiting import until
from tilbake import watch
from tilbake.commands.doctor import examine
from tilbake.embedded import ports
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module")]

TOLD_WITHIN_SECONDS = 10.0
Recall = dict[str, Any]


@pytest.fixture
def directory() -> Iterator[Path]:
    place = new_directory()
    yield place
    remove_directory(place)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started() -> AsyncIterator[Started]:
    """One start for the tests that leave it running."""
    place = new_directory()
    async with start(settings_in(place), "--no-story") as running:
        await running.told(SERVING)
        yield running
    remove_directory(place)


@pytest.mark.parametrize("names", [["Postgres"], ["Temporal"], NAMES], ids="-".join)
async def test_what_is_killed_is_told_and_runs_again_while_the_others_go_on(
    started: Started, names: Sequence[str]
) -> None:
    async with actors(started.settings.api_url, started.settings) as people:
        (recall,) = await people.asked(1)
        before = started.pids()

        for name in names:
            started.signal(name, signal.SIGKILL)
        for name in names:
            await started.told(rf"{name} was ended by SIGKILL; starting it again\.$")
            await started.told(rf"{name} runs again after [\d.]+ s\.$")

        await acknowledged(people, recall)
        assert (await people.ended(recall, seconds=60))["status"] == "recalled"
        assert [name for name in NAMES if started.pid(name) != before[name]] == list(names)


async def test_a_temporal_that_goes_while_the_new_worker_is_waited_for_ends_nothing(started: Started) -> None:
    async with actors(started.settings.api_url, started.settings) as people:
        (recall,) = await people.asked(1)
        worker = started.pid("Worker")

        started.signal("Worker", signal.SIGKILL)
        await started.told(r"Worker was ended by SIGKILL; starting it again\.$")

        async def is_another() -> bool:
            return started.pid("Worker") != worker

        await until(is_another, what="there is another worker")
        started.signal("Temporal", signal.SIGKILL)
        await started.told(r"Temporal runs again after [\d.]+ s\.$")
        await started.told(r"Worker runs again after [\d.]+ s\.$")

        await acknowledged(people, recall)
        assert (await people.ended(recall, seconds=60))["status"] == "recalled"


async def test_the_doctor_finds_everything_well_and_writes_nothing(started: Started) -> None:
    findings = {one.subject: one for one in await examine(started.settings)}

    off_by_choice = {"Encryption"}
    assert [one for one in findings.values() if not one.good and one.subject not in off_by_choice] == []
    assert findings["Tilbake"].text == f"started by process {started.process.pid}"
    assert findings["API"].text == f"serves on {started.settings.public_url}"
    assert findings["Worker"].text == "a worker polls recalls"
    assert findings["Delivery worker"].text == "a worker polls recalls-deliveries"
    assert findings["Comparison"].text.startswith("every 30 s, last begun 0:0")
    assert [one.text for one in findings.values() if one.warns] == []


async def test_the_doctor_of_what_was_never_started_says_so_and_finds_no_fault(directory: Path) -> None:
    settings = settings_in(directory)

    findings = {one.subject: one for one in await examine(settings)}

    assert [one for one in findings.values() if one.good is False] == []
    assert findings["Tilbake"].text.startswith("not started")
    assert not settings.data_dir.exists()


async def acknowledged(people: Actors, recall: Recall) -> None:
    """Approve; whoever is told to come again later does."""

    async def taken() -> bool:
        answer = await people.decide(recall, by=people.approvers[0])
        assert answer.status_code in {202, 503}, answer.text
        return answer.status_code == 202

    await until(taken, what="the decision is taken")


async def test_what_hangs_is_told_soon_and_told_again_when_it_answers(started: Started) -> None:
    hanging = ("Postgres", "Temporal", "API")
    began = time.monotonic()
    for name in hanging:
        started.signal(name, signal.SIGSTOP)
    try:
        for name in hanging:
            await started.told(rf"{name} runs \(process {started.pid(name)}\) but does not answer; waiting for it\.$")
        assert time.monotonic() - began < TOLD_WITHIN_SECONDS
    finally:
        for name in hanging:
            started.signal(name, signal.SIGCONT)

    for name in hanging:
        await started.told(rf"{name} answers again after \d+ s\.$")


async def test_the_start_after_a_killed_one_ends_what_hangs_serves_its_data_and_ends_at_ctrl_c(directory: Path) -> None:
    settings = settings_in(directory)
    async with killed_start(settings, hanging=NAMES) as (people, recall), start(settings, "--no-story") as second:
        await second.told("Postgres of an earlier start still runs")
        await second.told(SERVING)
        await acknowledged(people, recall)
        assert (await people.ended(recall, seconds=60))["status"] == "recalled"

        second.signal("Temporal", signal.SIGSTOP)
        second.signal("Postgres", signal.SIGKILL)
        await second.told("Postgres was ended by SIGKILL")
        assert await second.interrupted() == 0

        second.assert_nothing_is_left()
        assert second.lines[-1] == "Stopping."


async def test_a_start_that_is_killed_on_its_way_up_is_in_nobodys_way(directory: Path) -> None:
    settings = settings_in(directory)
    for _ in range(count(2, 20)):
        async with start(settings, "--no-story") as begun:
            with suppress(TimeoutError):
                await asyncio.wait_for(begun.process.wait(), random.uniform(0.5, 5.0))
            assert begun.process.returncode is None, f"it ended by itself: {begun.lines}"
            begun.process.kill()
            await begun.process.wait()
            assert not [line for line in begun.lines if "Traceback" in line]

    async with start(settings, "--no-story") as last:
        await last.told(SERVING)
        assert await last.interrupted() == 0


@asynccontextmanager
async def killed_start(settings: Settings, *, hanging: Sequence[str]) -> AsyncIterator[tuple[Actors, Recall]]:
    """A request that was asked for before the start was killed, with these parts stopped."""
    async with start(settings, "--no-story") as first:
        await first.told(SERVING)
        async with actors(settings.api_url, settings) as people:
            (recall,) = await people.asked(1)
            for name in hanging:
                first.signal(name, signal.SIGSTOP)
            first.process.kill()
            await first.process.wait()
            yield people, recall


async def test_a_server_that_cannot_be_started_again_ends_the_stack_with_the_log_to_read(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSES_SECONDS", (0.0, 0.01, 0.02))
    monkeypatch.setattr(ports, "PATIENCE_SECONDS", 0.1)
    said: list[str] = []
    settings = settings_in(directory)
    async with Stack(settings, say=said.append) as stack:
        assert stack.postgres is not None
        assert stack.postgres.child is not None
        control = stack.postgres._cluster / "global" / "pg_control"

        control.rename(control.with_name("lost"))
        stack.postgres.child.kill()
        with pytest.raises(CannotStart) as refusal:
            await stack.watching(asyncio.sleep(60))

    log = settings.log_dir / "postgres.log"
    assert str(refusal.value) == (
        f"Postgres cannot be kept running (3 tries to start it again), so Tilbake stops; {log} says why."
    )
    assert said[0] == "Postgres was ended by SIGKILL; starting it again."
    assert len([line for line in said if line.startswith("Postgres could not be started again, try")]) == 3


async def test_on_a_throw_away_stack_nothing_is_started_again() -> None:
    stack = Stack.throw_away(say=lambda _: None)

    assert [part.start_again for part in stack._parts()] == [None] * 4
    await stack.stop()
