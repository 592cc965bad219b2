"""A process counts on from what Postgres answered, and asks again when that cannot be trusted any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from store.clock import DatabaseClock

pytestmark = pytest.mark.unit

THERE = datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC)


@dataclass(slots=True)
class Machine:
    """Its two clocks, and a Postgres elsewhere: what it answers, and how often it was asked."""

    steady: float = 1000.0
    wall: float = 5_000_000.0
    there: datetime = THERE
    asked: int = 0

    def monotonic(self) -> float:
        return self.steady

    def time(self) -> float:
        return self.wall

    async def fetchval(self, _sql: str) -> datetime:
        self.asked += 1
        return self.there

    def passes(self, seconds: float) -> None:
        self.steady += seconds
        self.wall += seconds


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine()
    monkeypatch.setattr("store.clock.time", made)
    return made


async def test_it_counts_on_from_the_answer_whatever_the_clock_of_the_machine_says(machine: Machine) -> None:
    clock = DatabaseClock()

    first = await clock.now(machine)
    machine.passes(1.5)
    second = await clock.now(machine)

    assert (first, second) == (THERE, THERE + timedelta(seconds=1.5))
    assert machine.asked == 1


async def test_it_asks_again_after_some_seconds(machine: Machine) -> None:
    clock = DatabaseClock()
    await clock.now(machine)

    machine.passes(5.0)
    machine.there = THERE + timedelta(seconds=7)

    assert await clock.now(machine) == machine.there
    assert machine.asked == 2


@pytest.mark.parametrize("set_by", [3600.0, -3600.0, 0.6, -0.6])
async def test_it_asks_again_when_the_machine_was_set_or_has_slept(machine: Machine, set_by: float) -> None:
    clock = DatabaseClock()
    await clock.now(machine)

    machine.wall += set_by
    machine.there = THERE + timedelta(hours=1)

    assert await clock.now(machine) == machine.there
    assert machine.asked == 2
