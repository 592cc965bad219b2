"""Measuring: blocks of one way and the other in turn, so that drift of the machine hits both."""

from __future__ import annotations

import asyncio
import math
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from temporalio.client import Client

from tests.bench.ground import Approved
from tests.bench.processes import cpu_ms
from tests.bench.recalling import Moments, Way
from tests.bench.signals import since_signals

RAMP_SECONDS = 1.0
CALM_SECONDS = 0.5


@dataclass(slots=True)
class Measured:
    """All blocks of one way: the rate of each, what each recall, its decision and its signal took that ended in them, CPU by process."""

    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    decisions: list[float] = field(default_factory=list)
    signals: list[float] = field(default_factory=list)
    cpu_ms: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Recalls per second, over all blocks: they are equally long."""
        return statistics.fmean(self.rates)

    def cpu_ms_each(self) -> dict[str, float]:
        """CPU milliseconds for each recall, by process."""
        return {name: value / len(self.latencies) for name, value in self.cpu_ms.items()}


def percentile_ms(latencies: Sequence[float], share: float) -> float:
    """Milliseconds that this share of some seconds did not exceed."""
    ordered = sorted(latencies)
    return 1000 * ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratios(ours: Measured, bare: Measured) -> list[float]:
    """Recalls per second, ours to bare, of each round: two blocks one after the other see the same machine."""
    return [one / other for one, other in zip(ours.rates, bare.rates, strict=True)]


@dataclass(frozen=True, slots=True)
class Load:
    """How much at once, for how long, the processes whose CPU is counted, and for how long nothing happens between two calls.

    `client` reads when workflows were signalled, once a block is over.
    """

    client: Client
    at_once: int
    seconds: float
    pids: Mapping[str, int]
    pause_seconds: float = 0.0


async def run_block(way: Way, entries: Iterator[Approved], load: Load, *, into: Measured) -> None:
    """Keep `at_once` recalls going; what ends between the ramp and the end of the block is counted.

    Each is asked for while the one before it waits for its decision: people decide on what a workflow waits with already, and a
    start that is still under way is not a part of what a decision takes.
    """
    counted = len(into.latencies)
    begin = time.perf_counter() + RAMP_SECONDS
    end = begin + load.seconds
    ended: list[Moments] = []

    async def keep_recalling() -> None:
        decide = await way.ask(next(entries))
        while (started := time.perf_counter()) < end:
            decide_next = await way.ask(next(entries))
            asking = time.perf_counter() - started
            await asyncio.sleep(load.pause_seconds)
            moments = await decide()
            if begin <= moments.committed < end:
                ended.append(moments)
                into.decisions.append(moments.committed - moments.decided)
                into.latencies.append(asking + into.decisions[-1])
            await asyncio.sleep(load.pause_seconds)
            decide = decide_next
        await decide()

    async with asyncio.TaskGroup() as group:
        for _ in range(load.at_once):
            group.create_task(keep_recalling())
        await asyncio.sleep(RAMP_SECONDS)
        before = cpu_ms(load.pids)
        await asyncio.sleep(end - time.perf_counter())
        after = cpu_ms(load.pids)
    into.rates.append((len(into.latencies) - counted) / load.seconds)
    for name, value in after.items():
        into.cpu_ms[name] = into.cpu_ms.get(name, 0.0) + value - before[name]
    into.signals += await since_signals(load.client, ended)
    await asyncio.sleep(CALM_SECONDS)
