"""Long requests on production over random worlds: whatever is remembered and taken back set by set, the rows are those of a plan.

Each world is played four times. Without anything between the chunks: as a short request, and as a long one of which every chunk is
killed once before its commit. With acts of others after each chunk: from what is remembered, and with all of it forgotten, so
that every line is planned one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest

from activities.recalls import RecallActivities
from application.settled import Settled
from store.audit import audit
from store.database import execute, fetch
from tests.chunking import chunks_of, settle_and_die
from tests.counts import count
from tests.databases import fresh_database
from tests.plant import plant
from tests.production_snapshot import snapshot
from tests.production_worlds import Act, Played, World, same_ids, world
from tests.servers import Addresses
from workflows.contracts import ToSettle

pytestmark = [pytest.mark.property, pytest.mark.store]

BLOCKS, WORLDS = count(1, 20), 3
SHORT, LONG = 500, 2


@dataclass(frozen=True, slots=True)
class Way:
    """How a request is settled: in chunks of so many lines, from what is remembered or not, with acts after each chunk."""

    lines: int
    forgets: bool = False
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """How a play ended."""

    done: Sequence[str]
    settled: Settled | None
    ledgers: Mapping[str, Sequence[str]]
    remembered: int


async def play(servers: Addresses, one: World, way: Way) -> Ended:
    async with (
        fresh_database(servers) as database,
        plant(database, output_reversal_needs_approval=False, **one.policy) as made,
    ):
        with same_ids(one.number), chunks_of(way.lines):
            played = Played(made, one)
            await played.begin()
            request = await played.ask()
            remembered = 0 if request is None else await _remembered(played, forgets=way.forgets)
            await played.all(one.between)
            settled = None if request is None else await _settled(played, request, way.acts)
        assert await audit(database.owner_url) == []
        return Ended(played.done, settled, await snapshot(made), remembered)


async def _remembered(played: Played, *, forgets: bool) -> int:
    """How many lines are remembered; none if they are to be forgotten."""
    async with played.plant.database.begin() as connection:
        if forgets:
            await execute(connection, "update recall_line set basis = null")
        return len(await fetch(connection, "select 1 from recall_line where basis is not null and status = 'open'"))


async def _settled(played: Played, request: str, acts: Sequence[Act]) -> Settled:
    decision = await played.decide(request)
    later = list(acts)
    while True:
        await settle_and_die(RecallActivities(played.plant.database), ToSettle(request, decision))
        settled = await played.plant.settle(request, decision)
        if settled.outcome != "pending":
            return settled
        await played.all(later[:1])
        del later[:1]


@pytest.mark.timeout(600)
@pytest.mark.parametrize("block", range(BLOCKS))
async def test_chunks_write_what_plans_would(block: int, servers: Addresses) -> None:
    seen: Counter[str] = Counter()

    for number in range(block * WORLDS, (block + 1) * WORLDS):
        one = world(number)
        short = await play(servers, one, Way(SHORT))
        long = await play(servers, one, Way(LONG))
        remembered = await play(servers, one, Way(LONG, acts=one.after_chunk))
        forgotten = await play(servers, one, Way(LONG, acts=one.after_chunk, forgets=True))
        _same(long, short, number)
        _same(remembered, forgotten, number)
        assert short.remembered == forgotten.remembered == 0
        if remembered.settled is not None:
            settled = remembered.settled
            seen.update(remembered=remembered.remembered, recalled=settled.recalled, left=settled.open)

    assert seen["recalled"], seen
    assert block or (seen["remembered"] and seen["left"]), "the first worlds have lines of every kind"


def _same(one: Ended, other: Ended, number: int) -> None:
    assert one.done == other.done, number
    assert one.settled == other.settled, number
    for name, rows in one.ledgers.items():
        assert Counter(rows) == Counter(other.ledgers[name]), (number, name)
