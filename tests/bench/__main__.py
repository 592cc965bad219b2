"""How fast recalls are, beside a yardstick in the same run on one throw-away stack; the last line is `ratio 0.NN` (docs/testing.md)."""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import uvloop

from tests.bench.bare import PORT_VARIABLE, TASK_QUEUE
from tests.bench.blocks import Load, Measured, percentile_ms, ratios, run_block
from tests.bench.bulk import bench_bulk
from tests.bench.commits import told_by_datagram, told_by_postgres
from tests.bench.ground import Ground, prepare
from tests.bench.growing import bench_growth
from tests.bench.importing import bench_imports
from tests.bench.processes import memory_mb
from tests.bench.production import bench_production
from tests.bench.recalling import Bare, Ours, Way
from tests.bench.stats import bench_stats
from tilbake.embedded.processes import Child
from tilbake.embedded.services import start_python, wait_for_worker
from tilbake.layout import ORDINARY, PRODUCTION_LIKE, Layout
from tilbake.process.leaving import leave
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.temporal.client import connect

MOST_MEMORY_MB = 300
LEAST_IMPORT_RATE = 2000
WARM_UP_SECONDS = 3.0
PAUSE_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for."""

    at_once: int
    seconds: float
    rounds: int
    rows: int
    with_keys: bool
    idle: bool
    bulk: bool
    imports: bool
    production: bool
    stats: bool
    growth: bool
    production_like: bool
    workers: int

    @property
    def layout(self) -> Layout:
        """How the stack is laid out."""
        layout = PRODUCTION_LIKE if self.production_like else ORDINARY
        return replace(layout, workers=self.workers or layout.workers)


def options() -> Options:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--at-once", type=int, default=16, help="recalls at a time (default 16)")
    parser.add_argument("--seconds", type=float, default=5.0, help="length of a block (default 5)")
    parser.add_argument(
        "--rounds", type=int, default=5, help="blocks of each way, or long requests, in turn (default 5)"
    )
    parser.add_argument("--rows", type=int, default=20000, help="entries to import and to take from (default 20000)")
    parser.add_argument("--with-keys", action="store_true", help="send an Idempotency-Key with each request")
    parser.add_argument("--idle", action="store_true", help="one at a time, with pauses in which nothing else happens")
    parser.add_argument("--bulk", action="store_true", help="settle requests of 10,000 lines, beside raw SQL")
    parser.add_argument(
        "--production", action="store_true", help="journals of 1,000 lines, and taking 10,000 outputs back"
    )
    parser.add_argument("--imports", action="store_true", help="memory and waiting of others while files are imported")
    parser.add_argument("--stats", action="store_true", help="figures for managers over a million requests")
    parser.add_argument("--growth", action="store_true", help="rows and bytes that a recall leaves behind, by table")
    parser.add_argument("--production-like", action="store_true", help="two APIs and two workers, Temporal on Postgres")
    parser.add_argument(
        "--workers", type=int, default=0, metavar="N", help="so many workers, of the bare workflow, too"
    )
    found = Options(**vars(parser.parse_args()))
    return replace(found, at_once=1) if found.idle else found


async def start_bare_worker(settings: Settings, port: int, *, number: int) -> Child:
    """One of the bare workflow's own workers, polling."""
    own = replace(settings, task_queue=TASK_QUEUE)
    child = start_python(f"Bare worker {number}", "tests.bench.bare_worker", own, {PORT_VARIABLE: str(port)})
    await wait_for_worker(child, await connect(own), TASK_QUEUE)
    return child


async def bench(wanted: Options) -> None:
    """One run."""
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(Stack.throw_away(layout=wanted.layout))
        settings = stack.settings
        ground = await prepare(settings, wanted.rows)
        show_import(ground, wanted.rows)
        decisions = await exits.enter_async_context(told_by_postgres(settings.database_url or ""))
        postings, port = await exits.enter_async_context(told_by_datagram())
        pids = {name: child.pid for name, child in stack.children.items()}
        for number in range(1, wanted.layout.workers + 1):
            bare_worker = await start_bare_worker(settings, port, number=number)
            exits.push_async_callback(bare_worker.stop, grace_seconds=1.0)
            pids[bare_worker.name] = bare_worker.pid
        ours = Ours(settings, ground.secret, decisions)
        ours.with_keys = wanted.with_keys
        client = await connect(settings)
        load = Load(client, wanted.at_once, wanted.seconds, pids, PAUSE_SECONDS if wanted.idle else 0.0)
        measured = await measure({"ours": ours, "bare": Bare(client, postings)}, ground, load, wanted.rounds)
        show(measured, wanted)
        show_memory(stack.children)
        show_ratio(measured["ours"], measured["bare"])


async def measure(ways: Mapping[str, Way], ground: Ground, load: Load, rounds: int) -> dict[str, Measured]:
    """Warm both up, then measure block after block in turn."""
    measured = {name: Measured() for name in ways}
    for way in ways.values():
        await run_block(way, ground.entries, replace(load, seconds=WARM_UP_SECONDS), into=Measured())
    for _ in range(rounds):
        for name, way in ways.items():
            await run_block(way, ground.entries, load, into=measured[name])
    return measured


def show(measured: Mapping[str, Measured], wanted: Options) -> None:
    """The table."""
    print(f"{wanted.rounds} blocks of {wanted.seconds:g} s each in turn, {wanted.at_once} recalls at a time")
    headings = f"{'decision to commit':>22}{'signal to commit':>20}{'recalls':>9}   CPU ms a recall"
    print(f"{'':<6}{'recalls/s':>10}{'p50 ms':>9}{'p95 ms':>9}{headings}")
    for name, one in measured.items():
        each = one.cpu_ms_each()
        parts = ", ".join(f"{process} {value:.1f}" for process, value in each.items() if value >= 0.05)
        print(
            f"{name:<6}{one.per_second:>10.1f}{percentile_ms(one.latencies, 0.5):>9.1f}"
            f"{percentile_ms(one.latencies, 0.95):>9.1f}{percentile_ms(one.decisions, 0.5):>13.1f}"
            f"{percentile_ms(one.decisions, 0.95):>9.1f}{percentile_ms(one.signals, 0.5):>11.1f}"
            f"{percentile_ms(one.signals, 0.95):>9.1f}{len(one.latencies):>9}   {sum(each.values()):.1f}: {parts}"
        )


def show_ratio(ours: Measured, bare: Measured) -> None:
    """The ratio of each round, that of CPU time for a recall, and at last the one that counts: the median of the rounds."""
    found = ratios(ours, bare)
    cpu = sum(bare.cpu_ms_each().values()) / sum(ours.cpu_ms_each().values())
    print(f"ratio by round {' '.join(f'{one:.2f}' for one in found)}; by CPU time {cpu:.2f}")
    print(f"ratio {statistics.median(found):.2f}", flush=True)


def show_import(ground: Ground, rows: int) -> None:
    """How fast the entries came in."""
    rate = rows / ground.import_seconds
    print(
        f"import {rate:.0f} rows/s ({rows} rows in {ground.import_seconds:.1f} s; wanted: {LEAST_IMPORT_RATE})",
        flush=True,
    )


def show_memory(children: Mapping[str, Child]) -> None:
    """API and worker at the end of the run, and at their highest."""
    found = {name: memory_mb(child.pid) for name, child in children.items() if name.startswith(("API", "Worker"))}
    now, peak = (sum(one[place] for one in found.values()) for place in (0, 1))
    parts = ", ".join(f"{name} {one[0]:.0f}" for name, one in found.items())
    print(f"memory {now:.0f} MB ({parts}; at most {peak:.0f}; allowed for one of each: {MOST_MEMORY_MB})")


def _wanted(wanted: Options) -> Coroutine[None, None, None]:
    if wanted.imports:
        return bench_imports()
    if wanted.growth:
        return bench_growth(wanted.layout)
    if wanted.stats:
        return bench_stats(wanted.rounds)
    if wanted.production:
        return bench_production(wanted.rounds)
    return bench_bulk(wanted.rounds) if wanted.bulk else bench(wanted)


def main() -> int:
    """0 when the run came to its end; the first error in a sentence otherwise."""
    wanted = options()
    try:
        uvloop.run(_wanted(wanted))
    except ExceptionGroup as failures:
        sys.stderr.write(f"{failures.exceptions[0]!r}\n")
        return 1
    return 0


if __name__ == "__main__":
    leave(main())
