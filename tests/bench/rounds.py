"""Long requests beside raw SQL: what each took, by the clock and by the CPU time of every process that worked on it.

A round is the product between two halves of raw SQL, one right after the other, so that whatever else the machine does slows both
down. The clock of a busy machine still counts waiting, and more of it for whoever talks from process to process; CPU time does
not. So both are shown, and rounds are compared by their medians.
"""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol, Self

import asyncpg

from tests.bench.processes import cpu_ms
from tilbake.embedded.postgres import DATABASE
from tilbake.stack import Stack

CALM = 0.9
"""A machine on which raw SQL had the CPU for less than this share of its time did something else beside."""


class Yardstick(Protocol):
    """Raw SQL that settles lines in copies of the tables; it adds up its own seconds."""

    seconds: float

    async def settle(self, ids: Sequence[str]) -> None:
        """Settle these lines, in chunks."""


@dataclass(slots=True)
class Took:
    """What lines took: seconds by the clock, and CPU milliseconds by process."""

    lines: int
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Lines a second, by the clock."""
        return self.lines / self.seconds

    @property
    def cpu_ms_a_line(self) -> float:
        """CPU milliseconds a line, of all processes."""
        return sum(self.cpu.values()) / self.lines


@dataclass(frozen=True, slots=True)
class Round:
    """Ours and raw SQL of one round."""

    ours: Took
    raw: Took

    @property
    def ratio(self) -> float:
        """Lines a second of ours to those of raw SQL, by the clock."""
        return self.ours.per_second / self.raw.per_second

    @property
    def cpu_ratio(self) -> float:
        """The same if the CPU were all that counted."""
        return self.raw.cpu_ms_a_line / self.ours.cpu_ms_a_line


@dataclass(frozen=True, slots=True)
class Machine:
    """The processes of a stack."""

    pids: Mapping[str, int]

    @classmethod
    def of(cls, stack: Stack) -> Self:
        """Every process of a running stack."""
        return cls({name: child.pid for name, child in stack.children.items()})

    async def take_turns(self, ids: Sequence[str], raw: Yardstick, ours: Callable[[], Awaitable[float]]) -> Round:
        """One round; `ours` settles all lines and returns its seconds."""
        took, beside = Took(len(ids)), Took(len(ids))
        middle = len(ids) // 2
        database = {"Postgres": self.pids["Postgres"]}
        with _counted(database, into=beside):
            await raw.settle(ids[:middle])
        with _counted(self.pids, into=took):
            took.seconds = await ours()
        with _counted(database, into=beside):
            await raw.settle(ids[middle:])
        beside.seconds = raw.seconds
        return Round(took, beside)


@contextmanager
def _counted(pids: Mapping[str, int], *, into: Took) -> Iterator[None]:
    """Add the CPU time of these processes and of this one, which asks them."""
    before = cpu_ms(pids)
    yield
    for name, value in cpu_ms(pids).items():
        into.cpu[name] = into.cpu.get(name, 0.0) + value - before[name]


@asynccontextmanager
async def as_superuser(stack: Stack) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the stack's database that fills, copies and runs raw SQL.

    Nobody vacuums by chance: it is done before each round, for the tables of both sides (`settle_down`).
    """
    assert stack.postgres is not None
    admin = await asyncpg.connect(stack.postgres.admin_url(DATABASE))
    try:
        await admin.execute("alter system set autovacuum = off")
        await admin.execute("select pg_reload_conf()")
        yield admin
    finally:
        await admin.close()


async def settle_down(admin: asyncpg.Connection) -> None:
    """Fresh statistics, and nothing left to write: what was done before a round costs nothing while it is measured."""
    await admin.execute("vacuum analyze")
    await admin.execute("checkpoint")


def median_ratio(rounds: Sequence[Round]) -> float:
    """The ratio that counts: the median of the rounds, by the clock."""
    return statistics.median(one.ratio for one in rounds)


def median_cpu_ratio(rounds: Sequence[Round]) -> float:
    """The median of the rounds by CPU time."""
    return statistics.median(one.cpu_ratio for one in rounds)


def show_rounds(name: str, rounds: Sequence[Round]) -> None:
    """Rates and ratios, what a line costs by process, and whether the machine was busy."""
    ours, raw = (
        statistics.median(side) for side in zip(*((r.ours.per_second, r.raw.per_second) for r in rounds), strict=True)
    )
    by_round = " ".join(f"{one.ratio:.2f}" for one in rounds)
    print(
        f"{name}: {ours:.0f} lines/s, raw SQL {raw:.0f} lines/s, ratio {median_ratio(rounds):.2f} (by round {by_round})"
    )
    print(f"  CPU ms a line: {_cost([r.ours for r in rounds])}; raw SQL {_cost([r.raw for r in rounds])}", end="")
    print(f"; ratio by CPU time {median_cpu_ratio(rounds):.2f}")
    share = sum(sum(r.raw.cpu.values()) for r in rounds) / sum(1000 * r.raw.seconds for r in rounds)
    if share < CALM:
        print(f"  the machine was busy: raw SQL had a CPU for {share:.0%} of its time", flush=True)


def show_round(one: Round, name: str) -> None:
    """What one round came to, as soon as it has ended."""
    print(
        f"{name}: {one.ours.per_second:.0f} lines/s, raw SQL {one.raw.per_second:.0f} lines/s, ratio {one.ratio:.2f},"
        f" by CPU time {one.cpu_ratio:.2f}",
        flush=True,
    )


def _cost(side: Sequence[Took]) -> str:
    """CPU milliseconds a line of all rounds, in all and by process."""
    lines = sum(one.lines for one in side)
    each = {name: sum(one.cpu[name] for one in side) / lines for name in side[0].cpu}
    parts = ", ".join(f"{name} {value:.3f}" for name, value in each.items())
    return f"{sum(each.values()):.3f} ({parts})"
